//! `GET …/tokens/pats?authorizationId=…`: one of the caller's PATs.

use http::StatusCode;
use patcycle_contract::{PatTokenResult, PatTokenWithUsageResult, SessionTokenError};
use patcycle_lifecycle::Refusal;

use super::{shown, usage};
use crate::answer::Answer;
use crate::call::Call;
use crate::openapi::Documentation;

pub(crate) async fn handle(call: &Call<'_>) -> Result<Answer, Answer> {
    let id = call.authorization_id()?;
    let with_usage = usage::is_asked(call)?;
    if id.is_nil() {
        return Err(call.refused(Refusal::new(
            SessionTokenError::InvalidAuthorizationId,
            "authorizationId is all zero. Send the id of a token; the list shows it.",
        )));
    }
    let pat = call.state.lifecycle.get(call.caller, call.organization, id).await;
    let pat = pat.map_err(|error| call.failed(error))?;
    if !with_usage {
        return Ok(shown(pat));
    }
    let result = PatTokenWithUsageResult {
        pat_token: usage::add(call, vec![pat]).await?.pop(),
        pat_token_error: SessionTokenError::None,
        pat_token_error_message: None,
    };
    Ok(Answer::json(StatusCode::OK, &result))
}

/// What is said of it.
pub(crate) fn documentation() -> Documentation {
    Documentation::new("Tokens", "Shows one of the caller's PATs")
        .choice("$expand", &["usage"], "Adds to each PAT when and from where it was last used.")
        .answers::<PatTokenResult>(200, "The PAT, without its secret; or why there is none.")
}
