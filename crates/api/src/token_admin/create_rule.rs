//! `POST …/tokenadmin/revocationrules`: ends everything that carries a scope and was issued before an instant.

use axum::body::Body;
use http::StatusCode;
use patcycle_contract::RevocationRuleRequest;
use patcycle_lifecycle::revocation_rule::RevocationRuleError;

use crate::answer::Answer;
use crate::body;
use crate::call::Call;
use crate::failure;
use crate::openapi::Documentation;

pub(crate) async fn handle(call: &Call<'_>, body: Body) -> Result<Answer, Answer> {
    let bytes = body::read(call.parts, body, call.state.settings.body_timeout).await;
    let bytes = bytes.map_err(|error| error.answer())?;
    let request = RevocationRuleRequest::parse(&bytes).map_err(|error| call.unreadable(&error))?;
    match call.state.lifecycle.create_revocation_rule(call.caller, call.organization, request).await {
        Ok(()) => Ok(Answer::empty(StatusCode::CREATED)),
        Err(RevocationRuleError::Storage(error)) => Err(failure::storage(&error, call.caller.activity_id)),
        Err(RevocationRuleError::Random(error)) => Err(failure::random(error, call.caller.activity_id)),
        Err(
            error @ (RevocationRuleError::NoScopes
            | RevocationRuleError::UnknownScope(_)
            | RevocationRuleError::BadDate(_)
            | RevocationRuleError::Future { .. }),
        ) => Err(Answer::bad_argument(error.to_string())),
    }
}

/// What is said of it.
pub(crate) fn documentation() -> Documentation {
    Documentation::new("Token Admin", "Makes a revocation rule").text("What carries one of the scopes and was issued before the instant is refused from now on: PATs, and access tokens too.").takes::<RevocationRuleRequest>().answers_empty(201, "It holds.")
}
