//! Policies, for administrators: where other tools look for them (contract.md §6), and all of them at once.

pub(crate) mod change;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod rehearse;

use http::StatusCode;
use patcycle_contract::policy::PolicyPatchError;
use patcycle_contract::{PolicyLevel, PolicyName};

use crate::answer::Answer;
use crate::call::Call;

/// The policy that the path names.
fn named(call: &Call<'_>) -> Result<PolicyName, Answer> {
    call.parameters.get("policy").and_then(PolicyName::find).ok_or_else(|| {
        let known: Vec<&str> = PolicyName::ALL.iter().map(|name| name.as_str()).collect();
        let message = format!("There is no policy of this name. There are: {}.", known.join(", "));
        Answer::service_error(StatusCode::NOT_FOUND, message)
    })
}

/// The same, if it is of this level: each level has an address of its own.
fn named_of(call: &Call<'_>, level: PolicyLevel) -> Result<PolicyName, Answer> {
    let name = named(call)?;
    if name.level() == level {
        return Ok(name);
    }
    let area = match name.level() {
        PolicyLevel::Tenant => "TenantPolicy",
        PolicyLevel::Organization => "OrganizationPolicy",
    };
    let message = format!("The policy {} is at _apis/{area}/Policies/{}.", name.as_str(), name.as_str());
    Err(Answer::service_error(StatusCode::NOT_FOUND, message))
}

/// The answer to a body that is no change of the policy.
fn not_a_change(call: &Call<'_>, error: &PolicyPatchError) -> Answer {
    match error {
        PolicyPatchError::Body(error) => call.unreadable(error),
        other => Answer::bad_argument(other.to_string()),
    }
}
