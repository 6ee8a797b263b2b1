//! Organizations: whose PATs live where.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::PolicySettings;

/// Who belongs to an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Membership {
    /// Everyone whom the tenant signs in, from the first call on.
    Tenant,
    /// These object ids only. Administrators belong in any case.
    Listed(Vec<Uuid>),
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
    pub policies: PolicySettings,
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
}

impl Organization {
    /// Whether its configuration names this person.
    pub fn names(&self, object_id: Uuid) -> bool {
        self.administrators.contains(&object_id)
            || matches!(&self.membership, Membership::Listed(members) if members.contains(&object_id))
    }

    /// Whether a person of its tenant belongs to it.
    pub fn has_member(&self, object_id: Uuid) -> bool {
        self.administrators.contains(&object_id)
            || match &self.membership {
                Membership::Tenant => true,
                Membership::Listed(members) => members.contains(&object_id),
            }
    }
}
