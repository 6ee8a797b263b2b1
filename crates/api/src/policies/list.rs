//! `GET …/_patcycle/policies`: all policies that hold in the organization.

use http::StatusCode;
use patcycle_contract::policy::PolicyList;

use crate::answer::Answer;
use crate::call::Call;
use crate::failure;
use crate::openapi::Documentation;

pub(crate) async fn handle(call: &Call<'_>) -> Result<Answer, Answer> {
    let policies = call.state.lifecycle.policies(call.organization).await;
    let policies = policies.map_err(|error| failure::storage(&error, call.caller.activity_id))?;
    Ok(Answer::json(StatusCode::OK, &policies))
}

/// What is said of it.
pub(crate) fn documentation() -> Documentation {
    Documentation::new("Policies", "Lists all policies that hold in the organization")
        .answers::<PolicyList>(200, "All policies, those of the tenant too.")
}
