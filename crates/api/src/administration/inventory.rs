//! `GET …/_patcycle/inventory`: everybody's PATs, with filters, page by page.

use http::StatusCode;
use patcycle_contract::inventory::{InventoryPage, InventoryQuery};
use patcycle_lifecycle::inventory::InventoryError;

use crate::answer::Answer;
use crate::call::Call;
use crate::failure;
use crate::openapi::Documentation;

pub(crate) async fn handle(call: &Call<'_>) -> Result<Answer, Answer> {
    let query = InventoryQuery::parse(call.query).map_err(|error| Answer::bad_argument(error.to_string()))?;
    match call.state.lifecycle.inventory(call.caller, call.organization, &query).await {
        Ok(page) => Ok(Answer::json(StatusCode::OK, &page)),
        Err(InventoryError::BadContinuationToken(error)) => Err(Answer::bad_argument(error.to_string())),
        Err(InventoryError::Storage(error)) => Err(failure::storage(&error, call.caller.activity_id)),
    }
}

/// What is said of it.
pub(crate) fn documentation() -> Documentation {
    Documentation::new("Administration", "Shows everybody's PATs, with filters")
        .choice("state", &["active", "revoked", "expired", "all"], "Which; active when absent.")
        .query("owner", "Only those of this subject descriptor.")
        .choice("neverUsed", &["true", "false"], "Only those that were never used.")
        .query("unusedForDays", "Only those that were not used for so many days.")
        .choice("fullScope", &["true", "false"], "Only those with full access.")
        .choice("global", &["true", "false"], "Only global ones.")
        .choice("ownerDisabled", &["true", "false"], "Only those of disabled people.")
        .query("violates", "Only those that this policy would refuse.")
        .query("$top", "How many.")
        .query("continuationToken", "Where the page starts: from the page before, with the same filters.")
        .answers::<InventoryPage>(
            200,
            "One page; the first tells the counts; an empty continuationToken ends the list.",
        )
}
