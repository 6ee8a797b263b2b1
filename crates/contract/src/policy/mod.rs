//! Policies on PATs: their names, and what they look like on the wire (contract.md §6).

mod patch;
mod rehearsal;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

pub use patch::{PolicyAssignment, PolicyEdit, PolicyPatch, PolicyPatchError};
pub use rehearsal::{PolicyEffect, PolicyRehearsal, RefusedUses, RehearsalCounts, RehearsedPat};

/// Where a policy holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyLevel {
    /// In every organization of the tenant.
    Tenant,
    /// In one organization.
    Organization,
}

/// What a policy may have besides its value. The names are those on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyProperty {
    /// `maxPatLifespanInDays`
    MaximumLifespan,
    /// `maxSignInAgeInHours`
    MaximumSignInAge,
    /// `isAllowListEnabled`
    AllowListEnabled,
    /// `isPackagingScopeEnabled`
    PackagingScopeEnabled,
    /// `allowedUsersAndGroupObjectIds`
    Allowed,
}

impl PolicyProperty {
    const ALL: &[Self] = &[
        Self::MaximumLifespan,
        Self::MaximumSignInAge,
        Self::AllowListEnabled,
        Self::PackagingScopeEnabled,
        Self::Allowed,
    ];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MaximumLifespan => "maxPatLifespanInDays",
            Self::MaximumSignInAge => "maxSignInAgeInHours",
            Self::AllowListEnabled => "isAllowListEnabled",
            Self::PackagingScopeEnabled => "isPackagingScopeEnabled",
            Self::Allowed => "allowedUsersAndGroupObjectIds",
        }
    }

    fn find(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|property| property.as_str().eq_ignore_ascii_case(name))
    }
}

/// The policies that there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyName {
    /// Global PATs may not be made or renewed.
    RestrictGlobalPats,
    /// PATs with full access may not be made or renewed.
    RestrictFullScopePats,
    /// No PAT lives longer than a number of days.
    RestrictLifespan,
    /// A PAT that was found in public is revoked at once.
    RevokeLeakedPats,
    /// Nobody makes organizations. Fixed: they come from the configuration alone.
    RestrictOrganizationCreation,
    /// PATs may not be made or renewed, and global ones not be used.
    RestrictPatCreation,
    /// Global PATs may not be made or renewed: the service at large stopped that on 2026-03-15.
    BlockGlobalPatCreation,
    /// Global PATs may not be used: the service at large stops that on 2026-12-01.
    RetireGlobalPats,
    /// PATs may be made, rotated and extended only soon after a sign-in.
    RestrictSignInAge,
}

impl PolicyName {
    /// All of them, the tenant's first.
    pub const ALL: &[Self] = &[
        Self::RestrictGlobalPats,
        Self::RestrictFullScopePats,
        Self::RestrictLifespan,
        Self::RevokeLeakedPats,
        Self::RestrictOrganizationCreation,
        Self::RestrictPatCreation,
        Self::BlockGlobalPatCreation,
        Self::RetireGlobalPats,
        Self::RestrictSignInAge,
    ];

    /// The name on the wire. The last three are our own, in the manner of the others.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RestrictGlobalPats => "TenantPolicy.RestrictGlobalPersonalAccessToken",
            Self::RestrictFullScopePats => "TenantPolicy.RestrictFullScopePersonalAccessToken",
            Self::RestrictLifespan => "TenantPolicy.RestrictPersonalAccessTokenLifespan",
            Self::RevokeLeakedPats => "TenantPolicy.EnableLeakedPersonalAccessTokenAutoRevocation",
            Self::RestrictOrganizationCreation => "TenantPolicy.OrganizationCreationRestriction",
            Self::RestrictPatCreation => "Policy.DisablePATCreation",
            Self::BlockGlobalPatCreation => "Policy.BlockGlobalPATCreation",
            Self::RetireGlobalPats => "Policy.RetireGlobalPATs",
            Self::RestrictSignInAge => "Policy.MaximumSignInAge",
        }
    }

    /// The name for people at a command line.
    pub fn short(self) -> &'static str {
        match self {
            Self::RestrictGlobalPats => "restrict-global-pats",
            Self::RestrictFullScopePats => "restrict-full-scope",
            Self::RestrictLifespan => "maximum-lifespan",
            Self::RevokeLeakedPats => "revoke-leaked",
            Self::RestrictOrganizationCreation => "restrict-organization-creation",
            Self::RestrictPatCreation => "restrict-pat-creation",
            Self::BlockGlobalPatCreation => "block-global-creation",
            Self::RetireGlobalPats => "retire-global-pats",
            Self::RestrictSignInAge => "maximum-sign-in-age",
        }
    }

    /// What it does when it is on, in one sentence.
    pub fn summary(self) -> &'static str {
        match self {
            Self::RestrictGlobalPats => "PATs for all organizations cannot be made or renewed.",
            Self::RestrictFullScopePats => "PATs with full access cannot be made or renewed.",
            Self::RestrictLifespan => "Ends of PATs are cut to a number of days.",
            Self::RevokeLeakedPats => "A PAT that is found in public is revoked at once.",
            Self::RestrictOrganizationCreation => "Organizations come from the configuration alone (fixed).",
            Self::RestrictPatCreation => {
                "PATs cannot be made or renewed; PATs for all organizations cannot be used."
            }
            Self::BlockGlobalPatCreation => {
                "PATs for all organizations are a thing of the past: none is made."
            }
            Self::RetireGlobalPats => "PATs for all organizations stop working.",
            Self::RestrictSignInAge => {
                "PATs are made, rotated and extended only within a number of hours after a sign-in."
            }
        }
    }

    /// Where it holds.
    pub fn level(self) -> PolicyLevel {
        match self {
            Self::RestrictGlobalPats
            | Self::RestrictFullScopePats
            | Self::RestrictLifespan
            | Self::RevokeLeakedPats
            | Self::RestrictOrganizationCreation => PolicyLevel::Tenant,
            Self::RestrictPatCreation
            | Self::BlockGlobalPatCreation
            | Self::RetireGlobalPats
            | Self::RestrictSignInAge => PolicyLevel::Organization,
        }
    }

    /// What it has besides its value.
    pub fn properties(self) -> &'static [PolicyProperty] {
        match self {
            Self::RestrictLifespan => &[PolicyProperty::MaximumLifespan, PolicyProperty::Allowed],
            Self::RestrictSignInAge => &[PolicyProperty::MaximumSignInAge, PolicyProperty::Allowed],
            Self::RestrictPatCreation => &[
                PolicyProperty::AllowListEnabled,
                PolicyProperty::PackagingScopeEnabled,
                PolicyProperty::Allowed,
            ],
            Self::RestrictGlobalPats
            | Self::RestrictFullScopePats
            | Self::BlockGlobalPatCreation
            | Self::RetireGlobalPats => &[PolicyProperty::Allowed],
            Self::RevokeLeakedPats | Self::RestrictOrganizationCreation => &[],
        }
    }

    /// Whether nobody can change it.
    pub fn is_fixed(self) -> bool {
        self == Self::RestrictOrganizationCreation
    }

    /// The policy of that name, on the wire or short, in any case.
    pub fn find(name: &str) -> Option<Self> {
        let is_it = |policy: &Self| {
            policy.as_str().eq_ignore_ascii_case(name) || policy.short().eq_ignore_ascii_case(name)
        };
        Self::ALL.iter().copied().find(is_it)
    }
}

impl Serialize for PolicyName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for PolicyName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::find(&name).ok_or_else(|| serde::de::Error::custom(format!("there is no policy `{name}`")))
    }
}

/// Somebody whom a policy does not bind: a person, or everybody of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AllowedPrincipal {
    /// A name for people; may be empty. Nothing is decided by it.
    #[serde(default)]
    pub display_name: String,
    /// The object id of the person or group.
    pub object_id: Uuid,
}

/// What a policy has besides its value; `None`: it has no such property, or its default.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyProperties {
    /// The longest life of a PAT, in days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_pat_lifespan_in_days: Option<u32>,
    /// The oldest sign-in with which PATs are made, rotated and extended, in hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_sign_in_age_in_hours: Option<u32>,
    /// Whether the list below counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_allow_list_enabled: Option<bool>,
    /// Whether PATs with packaging scopes alone are free of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_packaging_scope_enabled: Option<bool>,
    /// Who is free of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_users_and_group_object_ids: Option<Vec<AllowedPrincipal>>,
}

/// What was set of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicySetting {
    /// On or off; `None`: never set, so its default holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<bool>,
    /// The rest.
    pub properties: PolicyProperties,
}

impl PolicySetting {
    /// A policy that is on or off, and nothing else.
    pub fn of(value: bool) -> Self {
        Self { value: Some(value), ..Self::default() }
    }

    /// Its list of those who are free of it, whether the list counts or not.
    pub fn allowed(&self) -> &[AllowedPrincipal] {
        self.properties.allowed_users_and_group_object_ids.as_deref().unwrap_or_default()
    }
}

/// A policy as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Policy {
    /// Its name on the wire.
    pub name: PolicyName,
    /// Its value; where none was set, the default that the request names, else the one in force.
    pub value: bool,
    /// The value in force.
    pub effective_value: bool,
    /// Whether none was set.
    #[serde(default)]
    pub is_value_undefined: bool,
    /// The rest: exactly the properties that this policy has.
    pub properties: PolicyProperties,
}

/// Several policies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyList {
    /// How many.
    pub count: usize,
    /// They.
    pub value: Vec<Policy>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_policy_is_found_by_both_names_in_any_case() {
        for name in PolicyName::ALL {
            assert_eq!(PolicyName::find(name.as_str()), Some(*name));
            assert_eq!(PolicyName::find(&name.as_str().to_uppercase()), Some(*name));
            assert_eq!(PolicyName::find(name.short()), Some(*name));
            let is_of_tenant = name.as_str().starts_with("TenantPolicy.");
            assert_eq!(name.level() == PolicyLevel::Tenant, is_of_tenant, "{name:?}");
        }
        assert_eq!(PolicyName::find("Policy.LogAuditEvents"), None);
        assert_eq!(PolicyName::find(""), None);
    }

    #[test]
    fn what_is_stored_is_read_again() {
        let setting = PolicySetting {
            value: Some(true),
            properties: PolicyProperties {
                is_allow_list_enabled: Some(true),
                allowed_users_and_group_object_ids: Some(vec![AllowedPrincipal {
                    display_name: "Build".to_owned(),
                    object_id: Uuid::from_u128(7),
                }]),
                ..PolicyProperties::default()
            },
        };
        let text = serde_json::to_string(&setting).unwrap();
        assert_eq!(
            text,
            r#"{"value":true,"properties":{"isAllowListEnabled":true,"allowedUsersAndGroupObjectIds":[{"displayName":"Build","objectId":"00000000-0000-0000-0000-000000000007"}]}}"#
        );
        assert_eq!(serde_json::from_str::<PolicySetting>(&text).unwrap(), setting);
        assert_eq!(serde_json::from_str::<PolicySetting>("{}").unwrap(), PolicySetting::default());
    }
}
