//! Reading policies, as administrators see them.

use jiff::Timestamp;
use patcycle_contract::policy::{PolicyList, PolicyProperties, PolicyProperty};
use patcycle_contract::{Policy, PolicyName, PolicySetting};

use super::restrict_lifespan::DEFAULT_DAYS;
use super::restrict_sign_in_age::DEFAULT_HOURS;
use super::{Policies, default_value};
use crate::{Lifecycle, Organization, StorageError};

impl Policies {
    /// A policy as it is shown. Where no value was set, `default` is shown, or what is in force.
    pub fn show(&self, name: PolicyName, default: Option<bool>, at: Timestamp) -> Policy {
        show(name, self.setting(name), default, at)
    }
}

/// A setting as it is shown.
pub(crate) fn show(
    name: PolicyName,
    setting: &PolicySetting,
    default: Option<bool>,
    at: Timestamp,
) -> Policy {
    let effective_value = setting.value.unwrap_or_else(|| default_value(name, at));
    Policy {
        name,
        value: setting.value.or(default).unwrap_or(effective_value),
        effective_value,
        is_value_undefined: setting.value.is_none() && !name.is_fixed(),
        properties: shown_properties(name, &setting.properties),
    }
}

/// Exactly the properties that the policy has, each with its value or its default.
fn shown_properties(name: PolicyName, stored: &PolicyProperties) -> PolicyProperties {
    let has = |property| name.properties().contains(&property);
    PolicyProperties {
        max_pat_lifespan_in_days: has(PolicyProperty::MaximumLifespan)
            .then(|| stored.max_pat_lifespan_in_days.unwrap_or(DEFAULT_DAYS)),
        max_sign_in_age_in_hours: has(PolicyProperty::MaximumSignInAge)
            .then(|| stored.max_sign_in_age_in_hours.unwrap_or(DEFAULT_HOURS)),
        is_allow_list_enabled: has(PolicyProperty::AllowListEnabled)
            .then(|| stored.is_allow_list_enabled.unwrap_or(false)),
        is_packaging_scope_enabled: has(PolicyProperty::PackagingScopeEnabled)
            .then(|| stored.is_packaging_scope_enabled.unwrap_or(false)),
        allowed_users_and_group_object_ids: has(PolicyProperty::Allowed)
            .then(|| stored.allowed_users_and_group_object_ids.clone().unwrap_or_default()),
    }
}

impl Lifecycle {
    /// One policy. `default` is what is shown where nobody has set a value.
    pub async fn policy(
        &self,
        organization: &Organization,
        name: PolicyName,
        default: Option<bool>,
    ) -> Result<Policy, StorageError> {
        let policies = self.storage.policies(organization.id).await?;
        Ok(policies.show(name, default, self.clock.now()))
    }

    /// All policies that hold in the organization, its tenant's first.
    pub async fn policies(&self, organization: &Organization) -> Result<PolicyList, StorageError> {
        let policies = self.storage.policies(organization.id).await?;
        let now = self.clock.now();
        let value: Vec<Policy> = PolicyName::ALL.iter().map(|name| policies.show(*name, None, now)).collect();
        Ok(PolicyList { count: value.len(), value })
    }
}
