//! `GET …/tokens/pats?authorizationId=…`: one of the caller's PATs.

use patcycle_contract::SessionTokenError;
use patcycle_lifecycle::Refusal;

use super::shown;
use crate::answer::Answer;
use crate::call::Call;

pub(crate) async fn handle(call: &Call<'_>) -> Result<Answer, Answer> {
    let id = call.authorization_id()?;
    if id.is_nil() {
        return Err(call.refused(Refusal::new(
            SessionTokenError::InvalidAuthorizationId,
            "authorizationId is all zero. Send the id of a token; the list shows it.",
        )));
    }
    let pat = call.state.lifecycle.get(call.caller, call.organization, id).await;
    let pat = pat.map_err(|error| call.failed(error))?;
    Ok(shown(pat))
}
