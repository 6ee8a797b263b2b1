//! `DELETE …/tokens/pats?authorizationId=…`: ends one of the caller's PATs.
//!
//! Success has no body, and clients take any 2xx for it. So what fails is never told by a 200.

use http::StatusCode;
use patcycle_contract::SessionTokenError;
use patcycle_lifecycle::{OperationError, Refusal};

use crate::answer::Answer;
use crate::call::Call;
use crate::failure;
use crate::openapi::Documentation;

pub(crate) async fn handle(call: &Call<'_>) -> Result<Answer, Answer> {
    let id = call.authorization_id()?;
    if id.is_nil() {
        return Err(Answer::bad_argument(
            "invalidAuthorizationId: authorizationId is all zero. Send the id of a token; the list shows it.",
        ));
    }
    match call.state.lifecycle.revoke(call.caller, call.organization, id).await {
        Ok(()) => Ok(Answer::empty(StatusCode::NO_CONTENT)),
        Err(OperationError::Refused(refusal)) => Err(refused(call, &refusal)),
        Err(OperationError::Storage(error)) => Err(failure::storage(&error, call.caller.activity_id)),
        Err(OperationError::Random(error)) => Err(failure::random(error, call.caller.activity_id)),
    }
}

fn refused(call: &Call<'_>, refusal: &Refusal) -> Answer {
    if refusal.error != SessionTokenError::AuthorizationNotFound {
        return Answer::bad_argument(refusal.to_string());
    }
    if call.state.settings.revoke_unknown_is_204 {
        return Answer::empty(StatusCode::NO_CONTENT);
    }
    Answer::service_error(StatusCode::NOT_FOUND, refusal.to_string())
}

/// What is said of it.
pub(crate) fn documentation() -> Documentation {
    Documentation::new("Tokens", "Revokes a PAT")
        .required_query("authorizationId", "The id of the PAT.")
        .answers_empty(204, "It is revoked, or was before.")
}
