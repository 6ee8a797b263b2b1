//! `GET …/tokens/pats`: the caller's PATs, page by page.

use http::StatusCode;
use patcycle_contract::{ListDefaults, ListQuery, PagedPatTokens, PagedPatTokensWithUsage};
use patcycle_lifecycle::list::ListError;

use super::usage;
use crate::answer::Answer;
use crate::call::Call;
use crate::failure;

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
