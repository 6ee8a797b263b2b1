//! `GET /{organization}/_apis/_patcycle/limits`: what the policies leave to the caller.

use http::StatusCode;
use patcycle_contract::limits::PatLimits;

use crate::answer::Answer;
use crate::call::Call;
use crate::failure;
use crate::openapi::Documentation;

pub(crate) async fn handle(call: &Call<'_>) -> Result<Answer, Answer> {
    let limits = call.state.lifecycle.limits(call.caller, call.organization).await;
    let limits = limits.map_err(|error| failure::storage(&error, call.caller.activity_id))?;
    Ok(Answer::json(StatusCode::OK, &limits))
}

pub(crate) fn documentation() -> Documentation {
    Documentation::new("Tokens", "Tells what the policies leave to the caller")
        .answers::<PatLimits>(200, "What may be made, and for how long.")
}
