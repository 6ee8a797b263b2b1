//! `GET …/_apis/Token/SessionTokens`: the caller's tokens, as older tools list them.

use http::StatusCode;
use patcycle_contract::ApiVersion;
use patcycle_contract::session_token::{SessionToken, SessionTokenView};
use patcycle_contract::session_token_request::SessionTokenQuery;
use serde::Serialize;

use crate::answer::Answer;
use crate::call::Call;
use crate::failure;
use crate::openapi::Documentation;

#[derive(Serialize)]
struct Plain<'a> {
    count: usize,
    value: Vec<SessionTokenView<'a>>,
}

/// What newer pages of Azure DevOps ask for.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Paged<'a> {
    /// 0 at the end.
    next_row_number: usize,
    session_tokens: Vec<SessionTokenView<'a>>,
}

pub(crate) async fn handle(call: &Call<'_>) -> Result<Answer, Answer> {
    let query =
        SessionTokenQuery::parse(call.query).map_err(|error| Answer::bad_argument(error.to_string()))?;
    let rows = call.state.lifecycle.session_tokens(call.caller, call.organization, query).await;
    let (tokens, next) = rows.map_err(|error| failure::storage(&error, call.caller.activity_id))?;
    let shown = views(&tokens, call.version);
    Ok(if query.is_paged {
        let page = Paged { next_row_number: next.unwrap_or_default(), session_tokens: shown };
        Answer::json(StatusCode::OK, &page)
    } else {
        Answer::json(StatusCode::OK, &Plain { count: shown.len(), value: shown })
    })
}

fn views(tokens: &[SessionToken], version: ApiVersion) -> Vec<SessionTokenView<'_>> {
    tokens.iter().map(|token| token.view(version)).collect()
}

pub(crate) fn documentation() -> Documentation {
    Documentation::new("Session tokens", "Lists the caller's tokens the legacy way")
        .query("displayFilterOption", "Which, by name or number.")
        .query("sortByOption", "In which order, by name or number.")
        .query("isSortAscending", "In which direction.")
        .query("startRowNumber", "The first row, from 1.")
        .query("pageSize", "How many rows.")
        .answers::<SessionToken>(200, "The tokens, in a collection.")
}
