//! `POST …/tokens/pats/{authorizationId}/rotate/undo`: goes back to the old secret, while it still works (design.md §6).
//!
//! With an `Idempotency-Key` only the rotation of that key. A body is ignored.

use patcycle_contract::PatTokenResult;

use super::rotation::{authorization_id, failed, idempotency_key};
use super::shown;
use crate::answer::Answer;
use crate::call::Call;
use crate::openapi::Documentation;

pub(crate) async fn handle(call: &Call<'_>) -> Result<Answer, Answer> {
    let id = authorization_id(call)?;
    let key = idempotency_key(call)?;
    let pat = call.state.lifecycle.undo_rotation(call.caller, call.organization, id, key.as_ref()).await;
    let pat = pat.map_err(|error| failed(call, error))?;
    Ok(shown(pat))
}

/// What is said of it.
pub(crate) fn documentation() -> Documentation {
    Documentation::new("Rotation", "Goes back to the old secret of a rotation")
        .header("Idempotency-Key", "Only the rotation of this key.")
        .answers::<PatTokenResult>(200, "The PAT, without its secret; or why not.")
}
