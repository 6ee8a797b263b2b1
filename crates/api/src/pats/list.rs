//! `GET …/tokens/pats`: the caller's PATs, page by page.

use http::StatusCode;
use patcycle_contract::{ListDefaults, ListQuery, PagedPatTokens, PagedPatTokensWithUsage};
use patcycle_lifecycle::list::ListError;

use super::usage;
use crate::answer::Answer;
use crate::call::Call;
use crate::failure;
use crate::openapi::Documentation;

pub(crate) async fn handle(call: &Call<'_>) -> Result<Answer, Answer> {
    let filter = call.state.lifecycle.settings().default_filter;
    let query = ListQuery::parse(call.query, ListDefaults { filter, ..ListDefaults::default() })
        .map_err(|error| Answer::bad_argument(error.to_string()))?;
    let with_usage = usage::is_asked(call)?;
    let page = call.state.lifecycle.list(call.caller, call.organization, query).await;
    match page {
        Ok(page) if !with_usage => Ok(Answer::json(StatusCode::OK, &page)),
        Ok(PagedPatTokens { continuation_token, pat_tokens }) => {
            let pat_tokens = usage::add(call, pat_tokens).await?;
            Ok(Answer::json(StatusCode::OK, &PagedPatTokensWithUsage { continuation_token, pat_tokens }))
        }
        Err(ListError::BadContinuationToken(error)) => Err(Answer::bad_argument(error.to_string())),
        Err(ListError::Storage(error)) => Err(failure::storage(&error, call.caller.activity_id)),
    }
}

/// What is said of it.
pub(crate) fn documentation() -> Documentation {
    Documentation::new("Tokens", "Lists the caller's PATs")
        .choice("displayFilterOption", &["active", "revoked", "expired", "all"], "Which; active when absent.")
        .choice(
            "sortByOption",
            &["displayName", "displayDate", "status"],
            "In which order; displayDate, the end, when absent.",
        )
        .query("isSortAscending", "true or false; true when absent.")
        .query("continuationToken", "Where the page starts: from the page before, with the same filters.")
        .query("$top", "How many, up to 100; 100 when absent.")
        .choice("$expand", &["usage"], "Adds to each PAT when and from where it was last used.")
        .answers::<PagedPatTokens>(200, "One page; an empty continuationToken ends the list.")
}
