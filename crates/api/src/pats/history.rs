//! `GET …/tokens/pats/{authorizationId}/history`: what happened to one of the caller's PATs (design.md §6), in the
//! form of the audit log, the newest first.

use http::StatusCode;
use patcycle_contract::audit::PatHistory;

use super::rotation::authorization_id;
use crate::answer::Answer;
use crate::call::Call;
use crate::openapi::Documentation;

pub(crate) async fn handle(call: &Call<'_>) -> Result<Answer, Answer> {
    let id = authorization_id(call)?;
    let entries = call.state.lifecycle.history(call.caller, call.organization, id).await;
    let entries = entries.map_err(|error| call.failed(error))?;
    Ok(Answer::json(StatusCode::OK, &PatHistory { count: entries.len(), value: entries }))
}

pub(crate) fn documentation() -> Documentation {
    Documentation::new("Tokens", "Tells what happened to one of the caller's PATs, the newest first")
        .answers::<PatHistory>(200, "Its records in the form of the audit log.")
}
