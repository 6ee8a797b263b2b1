//! Organizations: whose PATs live where, and under which policies.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Who belongs to an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Membership {
    /// Everyone whom the tenant signs in, from the first call on.
    Tenant,
    /// These object ids only. Administrators belong in any case.
    Listed(Vec<Uuid>),
}

/// The policies of an organization.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Policies {
    /// Whether global PATs may still be made: the service at large stopped that on 2026-03-15.
    pub permit_global_pats: bool,
}

/// What the configuration says of an organization. Read at every start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationSpecification {
    /// Its name, `[a-z0-9][a-z0-9-]{0,49}`; unique without regard to case.
    pub name: String,
    /// The tenant whose people it serves.
    pub tenant_id: Uuid,
    /// Who belongs to it.
    pub membership: Membership,
    /// Object ids of its administrators.
    pub administrators: Vec<Uuid>,
    /// The policies of a new organization; those of an existing one stay.
    pub policies: Policies,
}

/// An organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Its id: what `targetAccounts` shows.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// The tenant whose people it serves.
    pub tenant_id: Uuid,
    /// Who belongs to it.
    pub membership: Membership,
    /// Object ids of its administrators.
    pub administrators: Vec<Uuid>,
    /// Its policies.
    pub policies: Policies,
}

impl Organization {
    /// Whether a person of its tenant belongs to it.
    pub fn has_member(&self, object_id: Uuid) -> bool {
        self.administrators.contains(&object_id)
            || match &self.membership {
                Membership::Tenant => true,
                Membership::Listed(members) => members.contains(&object_id),
            }
    }
}
