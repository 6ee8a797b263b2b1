//! `Policy.DisablePATCreation`: nobody makes PATs, with two exceptions that can be switched on: those on the list,
//! and PATs for packaging alone. Global PATs of people who are not on the list cannot be used either.

use jiff::Timestamp;
use patcycle_contract::{PolicyName, SessionTokenError};

use super::{Policies, is_exempt};
use crate::model::{Authorization, Person};
use crate::refusal::Refusal;

const NAME: PolicyName = PolicyName::RestrictPatCreation;
const PACKAGING: &[&str] = &["vso.packaging", "vso.packaging_write", "vso.packaging_manage"];

pub(super) fn check_issue(
    policies: &Policies,
    owner: &Person,
    pat: &Authorization,
    at: Timestamp,
) -> Result<(), Refusal> {
    if !binds(policies, owner, at) {
        return Ok(());
    }
    let packaging = policies.setting(NAME).properties.is_packaging_scope_enabled.unwrap_or(false);
    if packaging && pat.scope.split(' ').all(|scope| PACKAGING.contains(&scope)) {
        return Ok(());
    }
    let message = if packaging {
        "This organization permits new personal access tokens only with packaging scopes: vso.packaging, \
         vso.packaging_write and vso.packaging_manage. Ask for those alone, or ask an administrator to put you \
         on the list of the policy."
    } else {
        "This organization permits no new personal access tokens, nor more for those that exist. Use another way to \
         sign in, or ask an administrator to put you on the list of the policy."
    };
    Err(Refusal::new(SessionTokenError::DisablePatCreationPolicyViolation, message))
}

pub(super) fn check_use(
    policies: &Policies,
    owner: &Person,
    pat: &Authorization,
    at: Timestamp,
) -> Option<PolicyName> {
    (pat.all_organizations && binds(policies, owner, at)).then_some(NAME)
}

/// Unlike the lists of the other policies, this one counts only when it is switched on.
fn binds(policies: &Policies, owner: &Person, at: Timestamp) -> bool {
    let setting = policies.setting(NAME);
    let list_counts = setting.properties.is_allow_list_enabled.unwrap_or(false);
    policies.is_on(NAME, at) && !(list_counts && is_exempt(setting, owner))
}
