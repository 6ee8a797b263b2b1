//! `GET …/tokens/pats`: the caller's PATs, page by page.

use http::StatusCode;
use patcycle_contract::{ListDefaults, ListQuery};
use patcycle_lifecycle::list::ListError;

use crate::answer::Answer;
use crate::call::Call;
use crate::failure;

pub(crate) async fn handle(call: &Call<'_>) -> Result<Answer, Answer> {
    let filter = call.state.lifecycle.settings().default_filter;
    let query = ListQuery::parse(call.query, ListDefaults { filter, ..ListDefaults::default() })
        .map_err(|error| Answer::bad_argument(error.to_string()))?;
    let page = call.state.lifecycle.list(call.caller, call.organization, query).await;
    match page {
        Ok(page) => Ok(Answer::json(StatusCode::OK, &page)),
        Err(ListError::BadContinuationToken(error)) => Err(Answer::bad_argument(error.to_string())),
        Err(ListError::Storage(error)) => Err(failure::storage(&error, call.caller.activity_id)),
    }
}
