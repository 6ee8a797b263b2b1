//! `POST …/tokenadmin/revocations`: ends PATs of anybody, all of those that are named or none.

use axum::body::Body;
use http::StatusCode;
use patcycle_contract::owner_revocation::GivenReason;
use patcycle_contract::requests::RequestedId;
use patcycle_contract::{MAX_BATCH_BODY_BYTES, RevocationsRequest, query};
use patcycle_lifecycle::OperationError;
use uuid::Uuid;

use crate::answer::Answer;
use crate::body;
use crate::call::Call;
use crate::failure;
use crate::openapi::Documentation;
use crate::reason;

pub(crate) async fn handle(call: &Call<'_>, body: Body) -> Result<Answer, Answer> {
    let timeout = call.state.settings.body_timeout;
    let bytes = body::read_up_to(MAX_BATCH_BODY_BYTES, call.parts, body, timeout).await;
    let bytes = bytes.map_err(|error| error.answer())?;
    let request = RevocationsRequest::parse(&bytes).map_err(|error| call.unreadable(&error))?;
    let ids = ids(&request)?;
    let reason = given_reason(call)?;
    match call.state.lifecycle.revoke_many(call.caller, call.organization, ids, reason).await {
        Ok(()) => Ok(Answer::empty(StatusCode::NO_CONTENT)),
        Err(OperationError::Refused(refusal)) => Err(Answer::bad_argument(refusal.message)),
        Err(OperationError::Storage(error)) => Err(failure::storage(&error, call.caller.activity_id)),
        Err(OperationError::Random(error)) => Err(failure::random(error, call.caller.activity_id)),
    }
}

fn ids(request: &RevocationsRequest) -> Result<Vec<Uuid>, Answer> {
    if request.0.is_empty() {
        return Err(Answer::bad_argument(
            "No authorizationId was sent. Send [{\"authorizationId\":\"…\"}, …] with the ids that \
             personalaccesstokens lists.",
        ));
    }
    let id = |(place, id): (usize, &RequestedId)| match id {
        RequestedId::Of(id) => Ok(*id),
        RequestedId::Missing | RequestedId::Malformed => Err(Answer::bad_argument(format!(
            "The authorizationId of entry {} is missing, malformed or all zero. Nothing was revoked. Send the ids \
             that personalaccesstokens lists.",
            place + 1
        ))),
    };
    request.0.iter().enumerate().map(id).collect()
}

/// `reason`: why, in words, for the audit. Azure DevOps has no such parameter.
fn given_reason(call: &Call<'_>) -> Result<Option<GivenReason>, Answer> {
    query::first(call.query, "reason").map(reason::parse).transpose()
}

/// What is said of it.
pub(crate) fn documentation() -> Documentation {
    Documentation::new("Token Admin", "Revokes PATs of anybody")
        .text("All that are named, or none.")
        .query("reason", "Why, for the audit.")
        .takes::<RevocationsRequest>()
        .answers_empty(204, "They are revoked, or were before.")
}
