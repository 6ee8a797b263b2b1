//! `TenantPolicy.RestrictGlobalPersonalAccessToken`: no PATs for all organizations.

use jiff::Timestamp;
use patcycle_contract::{PolicyName, SessionTokenError};

use super::Policies;
use crate::model::{Authorization, Person};
use crate::refusal::Refusal;

pub(super) fn check_issue(
    policies: &Policies,
    owner: &Person,
    pat: &Authorization,
    at: Timestamp,
) -> Result<(), Refusal> {
    if !pat.all_organizations || !policies.binds(PolicyName::RestrictGlobalPats, owner, at) {
        return Ok(());
    }
    Err(Refusal::new(
        SessionTokenError::GlobalPatPolicyViolation,
        "Your tenant permits no personal access tokens for all organizations. Leave allOrgs out or set it to false, \
         and make one token per organization.",
    ))
}
