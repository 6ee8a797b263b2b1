//! `PATCH …/TenantPolicy/Policies/{name}` and `PATCH …/OrganizationPolicy/Policies/{name}`: changes one policy, by
//! JSON Patch.

use axum::body::Body;
use http::StatusCode;
use patcycle_contract::{PolicyLevel, PolicyPatch};
use patcycle_lifecycle::policy::ChangePolicyError;

use super::{named_of, not_a_change};
use crate::answer::Answer;
use crate::body;
use crate::call::Call;
use crate::failure;
use crate::openapi::Documentation;

pub(crate) async fn handle(call: &Call<'_>, level: PolicyLevel, body: Body) -> Result<Answer, Answer> {
    let name = named_of(call, level)?;
    let bytes = body::read_patch(call.parts, body, call.state.settings.body_timeout).await;
    let bytes = bytes.map_err(|error| error.answer())?;
    let patch = PolicyPatch::parse(name, &bytes).map_err(|error| not_a_change(call, &error))?;
    let activity_id = call.caller.activity_id;
    match call.state.lifecycle.change_policy(call.caller, call.organization, name, patch).await {
        Ok(()) => Ok(Answer::empty(StatusCode::NO_CONTENT)),
        Err(ChangePolicyError::Conflict(conflict)) => {
            Err(Answer::service_error(StatusCode::CONFLICT, conflict.to_string()))
        }
        Err(ChangePolicyError::Storage(error)) => Err(failure::storage(&error, activity_id)),
        Err(ChangePolicyError::Random(error)) => Err(failure::random(error, activity_id)),
    }
}

/// What is said of it.
pub(crate) fn documentation(level: PolicyLevel) -> Documentation {
    let summary = match level {
        PolicyLevel::Tenant => "Changes a policy of the tenant",
        PolicyLevel::Organization => "Changes a policy of the organization",
    };
    Documentation::new("Policies", summary)
        .text(
            "The body is a JSON Patch (RFC 6902) of the policy: its paths begin with /Value or /Properties.",
        )
        .takes_patch()
        .answers_empty(204, "It is changed.")
}
