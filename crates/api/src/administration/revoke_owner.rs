//! `POST …/_patcycle/owners/{subjectDescriptor}/revoke`: ends everything of one owner, in one step whatever the count.

use axum::body::Body;
use http::StatusCode;
use patcycle_contract::owner_revocation::{OwnerRevocation, OwnerRevocationRequest};
use patcycle_lifecycle::revoke_owner::RevokeOwnerError;

use crate::answer::Answer;
use crate::body;
use crate::call::Call;
use crate::failure;
use crate::openapi::Documentation;
use crate::reason;
use crate::token_admin::list::subject;

pub(crate) async fn handle(call: &Call<'_>, body: Body) -> Result<Answer, Answer> {
    let owner = subject(call.parameters.get("subjectDescriptor").unwrap_or_default())?;
    let bytes = body::read(call.parts, body, call.state.settings.body_timeout).await;
    let bytes = bytes.map_err(|error| error.answer())?;
    let request = OwnerRevocationRequest::parse(&bytes).map_err(|error| call.unreadable(&error))?;
    let reason = reason::parse(request.reason.as_deref().unwrap_or_default())?;
    match call.state.lifecycle.revoke_owner(call.caller, call.organization, owner, reason).await {
        Ok(revocation) => Ok(Answer::json(StatusCode::OK, &revocation)),
        Err(error @ RevokeOwnerError::UnknownOwner) => {
            Err(Answer::service_error(StatusCode::NOT_FOUND, error.to_string()))
        }
        Err(RevokeOwnerError::Storage(error)) => Err(failure::storage(&error, call.caller.activity_id)),
        Err(RevokeOwnerError::Random(error)) => Err(failure::random(error, call.caller.activity_id)),
    }
}

/// What is said of it.
pub(crate) fn documentation() -> Documentation {
    Documentation::new("Administration", "Revokes everything of one owner")
        .text("One step, whatever the count.")
        .takes_if_any::<OwnerRevocationRequest>()
        .answers::<OwnerRevocation>(200, "A receipt.")
}
