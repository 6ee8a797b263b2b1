//! `POST …/_patcycle/policies/{name}/rehearse`: what a policy would have refused. Changes nothing.

use axum::body::Body;
use http::StatusCode;
use patcycle_contract::policy::PolicyRehearsal;
use patcycle_contract::{PolicyPatch, query};
use patcycle_lifecycle::policy::RehearsalError;

use super::{named, not_a_change};
use crate::answer::Answer;
use crate::body;
use crate::call::Call;
use crate::failure;
use crate::openapi::Documentation;

pub(crate) async fn handle(call: &Call<'_>, body: Body) -> Result<Answer, Answer> {
    let name = named(call)?;
    let bytes = body::read_patch(call.parts, body, call.state.settings.body_timeout).await;
    let bytes = bytes.map_err(|error| error.answer())?;
    let patch = PolicyPatch::parse_trial(name, &bytes).map_err(|error| not_a_change(call, &error))?;
    let token = query::first(call.query, "continuationToken").filter(|token| !token.is_empty());
    let (caller, organization) = (call.caller, call.organization);
    match call.state.lifecycle.rehearse_policy(caller, organization, name, &patch, token).await {
        Ok(rehearsal) => Ok(Answer::json(StatusCode::OK, &rehearsal)),
        Err(RehearsalError::Conflict(conflict)) => {
            Err(Answer::service_error(StatusCode::CONFLICT, conflict.to_string()))
        }
        Err(RehearsalError::BadContinuationToken(error)) => Err(Answer::bad_argument(error.to_string())),
        Err(RehearsalError::Storage(error)) => Err(failure::storage(&error, caller.activity_id)),
    }
}

/// What is said of it.
pub(crate) fn documentation() -> Documentation {
    Documentation::new("Policies", "Tells what a policy would have refused, and changes nothing")
        .text(
            "The body is what is to be tried: a JSON Patch as for a change, or an object with value (default: true) \
             and properties. The counts are of all PATs that work, the list comes in pages. Uses of the \
             last 30 days are judged by what the PAT, its owner and the policy are now.",
        )
        .answers::<PolicyRehearsal>(200, "What would be refused.")
}
