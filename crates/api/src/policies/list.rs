//! `GET …/_patcycle/policies`: all policies that hold in the organization.

use http::StatusCode;

use crate::answer::Answer;
use crate::call::Call;
use crate::failure;

pub(crate) async fn handle(call: &Call<'_>) -> Result<Answer, Answer> {
    let policies = call.state.lifecycle.policies(call.organization).await;
    let policies = policies.map_err(|error| failure::storage(&error, call.caller.activity_id))?;
    Ok(Answer::json(StatusCode::OK, &policies))
}
