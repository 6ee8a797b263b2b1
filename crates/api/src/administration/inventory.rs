//! `GET …/_patcycle/inventory`: everybody's PATs, with filters, page by page.

use http::StatusCode;
use patcycle_contract::inventory::InventoryQuery;
use patcycle_lifecycle::inventory::InventoryError;

use crate::answer::Answer;
use crate::call::Call;
use crate::failure;

pub(crate) async fn handle(call: &Call<'_>) -> Result<Answer, Answer> {
    let query = InventoryQuery::parse(call.query).map_err(|error| Answer::bad_argument(error.to_string()))?;
    match call.state.lifecycle.inventory(call.caller, call.organization, &query).await {
        Ok(page) => Ok(Answer::json(StatusCode::OK, &page)),
        Err(InventoryError::BadContinuationToken(error)) => Err(Answer::bad_argument(error.to_string())),
        Err(InventoryError::Storage(error)) => Err(failure::storage(&error, call.caller.activity_id)),
    }
}
