//! `POST …/tokens/pats/{authorizationId}/rotate/undo`: goes back to the old secret, while it still works (design.md §6).
//!
//! With an `Idempotency-Key` only the rotation of that key. A body is ignored.

use super::rotation::{authorization_id, failed, idempotency_key};
use super::shown;
use crate::answer::Answer;
use crate::call::Call;

pub(crate) async fn handle(call: &Call<'_>) -> Result<Answer, Answer> {
    let id = authorization_id(call)?;
    let key = idempotency_key(call)?;
    let pat = call.state.lifecycle.undo_rotation(call.caller, call.organization, id, key.as_ref()).await;
    let pat = pat.map_err(|error| failed(call, error))?;
    Ok(shown(pat))
}
