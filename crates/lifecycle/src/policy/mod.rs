//! Policies: what administrators forbid beyond the rules that hold for everybody (contract.md §6).
//!
//! A policy holds in one organization or in all organizations of a tenant, and each names those whom it does not
//! bind. One file holds one policy's rule. Questions are asked of all of them together: may this PAT be made
//! (or given more than it has), how late may it end, may it be used, and is the sign-in of whoever asks young enough.
//!
//! A policy binds PATs that are made, renewed or widened from then on. Those that exist stay as they are; only
//! global PATs may be refused at their use.

mod block_global_pat_creation;
pub mod change;
mod limits;
pub mod read;
pub mod rehearse;
mod restrict_full_scope_pats;
mod restrict_global_pats;
mod restrict_lifespan;
mod restrict_pat_creation;
mod restrict_sign_in_age;
mod retire_global_pats;
mod revoke_leaked_pats;

use std::collections::BTreeMap;

use jiff::Timestamp;
use patcycle_contract::{PolicyLevel, PolicyName, PolicySetting, ScopeSet, SessionTokenError};
use serde::{Deserialize, Serialize};

use crate::model::{Authorization, Person};
use crate::refusal::Refusal;

pub use change::{ChangePolicy, ChangePolicyError, ChangePolicyFacts, PolicyConflict};
pub use limits::limits;
pub use rehearse::{PolicySubject, RehearsalError};
pub use restrict_lifespan::latest_end;
pub use restrict_sign_in_age::check_sign_in;
pub use revoke_leaked_pats::revokes_leaked_pats;

static UNSET: PolicySetting = PolicySetting {
    value: None,
    properties: patcycle_contract::policy::PolicyProperties {
        max_pat_lifespan_in_days: None,
        max_sign_in_age_in_hours: None,
        is_allow_list_enabled: None,
        is_packaging_scope_enabled: None,
        allowed_users_and_group_object_ids: None,
    },
};

/// What was set of the policies of one level.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PolicySettings(BTreeMap<PolicyName, PolicySetting>);

impl PolicySettings {
    /// The settings of an organization whose people may still make and use global PATs.
    #[must_use]
    pub fn permitting_global_pats() -> Self {
        Self::without_retirement().with(PolicyName::BlockGlobalPatCreation, PolicySetting::of(false))
    }

    /// The settings of an organization in which global PATs go on working, whatever the date.
    #[must_use]
    pub fn without_retirement() -> Self {
        Self::default().with(PolicyName::RetireGlobalPats, PolicySetting::of(false))
    }

    /// The same with one policy set.
    #[must_use]
    pub fn with(mut self, name: PolicyName, setting: PolicySetting) -> Self {
        self.0.insert(name, setting);
        self
    }
}

/// The policies that hold in an organization: its own and its tenant's.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policies {
    /// Those of the tenant.
    pub tenant: PolicySettings,
    /// Those of the organization.
    pub organization: PolicySettings,
    /// The level whose stored policies cannot be read, if there is one: its policies count as on, without anybody
    /// on their lists. What cannot be known is never taken for a permission.
    pub unreadable: Option<PolicyLevel>,
}

impl Policies {
    /// What was set of a policy.
    pub fn setting(&self, name: PolicyName) -> &PolicySetting {
        self.level(name.level()).0.get(&name).unwrap_or(&UNSET)
    }

    /// Whether a policy is in force at `at`.
    pub fn is_on(&self, name: PolicyName, at: Timestamp) -> bool {
        self.unreadable == Some(name.level())
            || self.setting(name).value.unwrap_or_else(|| default_value(name, at))
    }

    /// The same with one policy set.
    #[must_use]
    pub fn with(mut self, name: PolicyName, setting: PolicySetting) -> Self {
        let settings = match name.level() {
            PolicyLevel::Tenant => &mut self.tenant,
            PolicyLevel::Organization => &mut self.organization,
        };
        settings.0.insert(name, setting);
        self
    }

    /// Policies of which this one alone may be on: what it would refuse by itself.
    pub(crate) fn only(name: PolicyName, setting: PolicySetting) -> Self {
        let off = |policies: Self, other: &PolicyName| policies.with(*other, PolicySetting::of(false));
        PolicyName::ALL.iter().fold(Self::default(), off).with(name, setting)
    }

    /// The settings of one level.
    pub fn level(&self, level: PolicyLevel) -> &PolicySettings {
        match level {
            PolicyLevel::Tenant => &self.tenant,
            PolicyLevel::Organization => &self.organization,
        }
    }

    /// Whether a policy is in force at `at` and binds this person.
    fn binds(&self, name: PolicyName, person: &Person, at: Timestamp) -> bool {
        self.is_on(name, at) && !is_exempt(self.setting(name), person)
    }
}

/// Whether a policy that was never set is on (contract.md §6, §12 #19).
pub fn default_value(name: PolicyName, at: Timestamp) -> bool {
    match name {
        PolicyName::RevokeLeakedPats
        | PolicyName::RestrictOrganizationCreation
        | PolicyName::BlockGlobalPatCreation => true,
        PolicyName::RetireGlobalPats => at >= retire_global_pats::BEGIN,
        PolicyName::RestrictGlobalPats
        | PolicyName::RestrictFullScopePats
        | PolicyName::RestrictLifespan
        | PolicyName::RestrictPatCreation
        | PolicyName::RestrictSignInAge => false,
    }
}

/// Whether the person, or one of their groups, is on the policy's list.
fn is_exempt(setting: &PolicySetting, person: &Person) -> bool {
    setting
        .allowed()
        .iter()
        .any(|allowed| allowed.object_id == person.id || person.groups.contains(&allowed.object_id))
}

/// Whether `owner` may have this PAT made, renewed or widened to what it is here. The order of the checks is that
/// of contract.md §12 #20: the organization's policy, then the tenant's; the end of global PATs in the service at
/// large comes last, so that an administrator's own word is heard first.
pub fn check_issue(
    policies: &Policies,
    owner: &Person,
    pat: &Authorization,
    at: Timestamp,
) -> Result<(), Refusal> {
    if let Some(level) = policies.unreadable {
        return Err(unreadable(level));
    }
    restrict_pat_creation::check_issue(policies, owner, pat, at)?;
    restrict_global_pats::check_issue(policies, owner, pat, at)?;
    restrict_full_scope_pats::check_issue(policies, owner, pat, at)?;
    block_global_pat_creation::check_issue(policies, owner, pat, at)
}

fn unreadable(level: PolicyLevel) -> Refusal {
    let (error, whose) = match level {
        PolicyLevel::Tenant => (SessionTokenError::FailedToReadTenantPolicy, "tenant"),
        PolicyLevel::Organization => (SessionTokenError::FailedToReadOrgPolicy, "organization"),
    };
    let message = format!(
        "The policies of your {whose} cannot be read now, so nothing that they may forbid is done. Tell whoever \
         operates the service; what the store holds is damaged."
    );
    Refusal::new(error, message)
}

/// The policy that refuses the use of this PAT in the organization of `policies`; `None`: none does.
pub fn check_use(
    policies: &Policies,
    owner: &Person,
    pat: &Authorization,
    at: Timestamp,
) -> Option<PolicyName> {
    restrict_pat_creation::check_use(policies, owner, pat, at)
        .or_else(|| retire_global_pats::check_use(policies, owner, pat, at))
}

/// Whether `updated` can do more than `current`, or for longer. Whoever makes a PAT stronger is asked like
/// somebody who makes a new one; otherwise a modest PAT would be the way around every policy.
pub(crate) fn is_stronger(current: &Authorization, updated: &Authorization) -> bool {
    updated.valid_to > current.valid_to
        || (updated.all_organizations && !current.all_organizations)
        || (updated.scope != current.scope && widens(&current.scope, &updated.scope))
}

fn widens(current: &str, updated: &str) -> bool {
    match (ScopeSet::parse(current), ScopeSet::parse(updated)) {
        (Ok(current), Ok(updated)) => {
            (updated.is_full() && !current.is_full()) || updated.iter().any(|scope| !current.allows(scope))
        }
        // A scope that is not known any more: nobody can tell, so it is asked about.
        _ => true,
    }
}

#[cfg(test)]
mod tests;
