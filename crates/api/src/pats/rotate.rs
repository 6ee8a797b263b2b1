//! `POST …/tokens/pats/{authorizationId}/rotate`: a new secret for one of the caller's PATs (design.md §6).
//!
//! The answer is that of create, and the same, byte for byte, when the request is repeated with its key.

use axum::body::Body;
use http::StatusCode;
use patcycle_contract::rotation::MAXIMUM_OVERLAP_SECONDS;
use patcycle_contract::{IssuedPatTokenResult, PatTokenResult, PatTokenRotateRequest};

use super::rotation::{authorization_id, failed, idempotency_key};
use crate::answer::Answer;
use crate::body;
use crate::call::Call;
use crate::openapi::Documentation;

pub(crate) async fn handle(call: &Call<'_>, body: Body) -> Result<Answer, Answer> {
    let id = authorization_id(call)?;
    let key = idempotency_key(call)?.ok_or_else(|| {
        Answer::bad_argument(
            "The header Idempotency-Key is missing. Send 32 random bytes, written as 43 characters of base64url, and \
             the same again when you repeat this request: then a lost answer can be given once more.",
        )
    })?;
    let bytes = body::read(call.parts, body, call.state.settings.body_timeout).await;
    let bytes = bytes.map_err(|error| error.answer())?;
    let request = PatTokenRotateRequest::parse(&bytes).map_err(|error| call.unreadable(&error))?;
    if request
        .overlap_seconds
        .is_some_and(|seconds| !(0..=i64::from(MAXIMUM_OVERLAP_SECONDS)).contains(&seconds))
    {
        return Err(Answer::bad_argument(format!(
            "overlapSeconds must be between 0 and {MAXIMUM_OVERLAP_SECONDS}. Nothing was changed."
        )));
    }
    let pat = call.state.lifecycle.rotate(call.caller, call.organization, id, &request, key).await;
    let pat = pat.map_err(|error| failed(call, error))?;
    Ok(Answer::json(StatusCode::OK, &IssuedPatTokenResult(pat)))
}

/// What is said of it.
pub(crate) fn documentation() -> Documentation {
    Documentation::new("Rotation", "Gives a PAT a new secret").text("The authorizationId stays. The same request with the same key gets the same answer for an hour, or until the new secret is first used.").required_header("Idempotency-Key", "32 random bytes as 43 characters of base64url.").takes_if_any::<PatTokenRotateRequest>().answers::<PatTokenResult>(200, "The PAT with its new secret; or why it was not rotated.")
}
