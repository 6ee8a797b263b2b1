//! What the three operations of a rotation share: which PAT, which key, which answer to a failure.

use http::StatusCode;
use patcycle_contract::{IdempotencyKey, SessionTokenError};
use patcycle_lifecycle::Refusal;
use patcycle_lifecycle::rotation::{Conflict, RotationError};
use uuid::Uuid;

use crate::answer::Answer;
use crate::call::Call;
use crate::failure;

/// The `authorizationId` of the path.
pub(super) fn authorization_id(call: &Call<'_>) -> Result<Uuid, Answer> {
    let given = call.parameters.get("authorizationId").unwrap_or_default();
    let id = Uuid::try_parse(given).map_err(|_| {
        Answer::bad_argument(
            "The authorizationId in the path is not a UUID. Send the id of a token as the list shows it.",
        )
    })?;
    if id.is_nil() {
        return Err(call.refused(Refusal::new(
            SessionTokenError::InvalidAuthorizationId,
            "authorizationId is all zero. Send the id of a token; the list shows it.",
        )));
    }
    Ok(id)
}

/// The `Idempotency-Key`, if there is the header.
pub(super) fn idempotency_key(call: &Call<'_>) -> Result<Option<IdempotencyKey>, Answer> {
    let mut values = call.parts.headers.get_all(IdempotencyKey::HEADER).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let key = value.to_str().ok().and_then(|text| IdempotencyKey::parse(text).ok());
    match (key, values.next()) {
        (Some(key), None) => Ok(Some(key)),
        _ => Err(Answer::bad_argument(
            "The header Idempotency-Key is not one value of 32 random bytes, written as 43 characters of base64url. \
             Draw new ones for each rotation, and send the same again when you repeat it.",
        )),
    }
}

/// The answer when the operation does not succeed.
pub(super) fn failed(call: &Call<'_>, error: RotationError) -> Answer {
    match error {
        RotationError::Refused(refusal) => call.refused(refusal),
        RotationError::Conflict(conflict) => {
            let status = match conflict {
                Conflict::OtherRequest => StatusCode::UNPROCESSABLE_ENTITY,
                Conflict::Open
                | Conflict::Over
                | Conflict::NotDerivable
                | Conflict::NoRotation
                | Conflict::OtherRotation
                | Conflict::Undone
                | Conflict::OverlapOver => StatusCode::CONFLICT,
            };
            Answer::service_error(status, conflict.to_string())
        }
        RotationError::Storage(error) => failure::storage(&error, call.caller.activity_id),
        RotationError::Random(error) => failure::random(error, call.caller.activity_id),
    }
}
