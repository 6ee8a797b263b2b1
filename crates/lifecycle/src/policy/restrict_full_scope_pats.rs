//! `TenantPolicy.RestrictFullScopePersonalAccessToken`: no PATs with full access.

use jiff::Timestamp;
use patcycle_contract::{PolicyName, SessionTokenError, scope};

use super::Policies;
use crate::model::{Authorization, Person};
use crate::refusal::Refusal;

pub(super) fn check_issue(
    policies: &Policies,
    owner: &Person,
    pat: &Authorization,
    at: Timestamp,
) -> Result<(), Refusal> {
    if pat.scope != scope::FULL || !policies.binds(PolicyName::RestrictFullScopePats, owner, at) {
        return Ok(());
    }
    Err(Refusal::new(
        SessionTokenError::FullScopePatPolicyViolation,
        "Your tenant permits no personal access tokens with full access (app_token). Name the scopes that are \
         needed, such as vso.code.",
    ))
}
