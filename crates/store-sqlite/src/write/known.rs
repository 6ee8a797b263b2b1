//! What the writer remembers between commands, so that a command needs few statements.
//!
//! It is true because nobody else writes: the session forgets everything when another connection has written,
//! when a command was undone, and when a group was not committed.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use patcycle_lifecycle::audit::AuditHead;
use patcycle_lifecycle::{Cutoffs, Epochs, Organization, Person, Policies, RevocationRules};
use uuid::Uuid;

/// So many owners are remembered; beyond that all are forgotten, which costs one read each.
const MAXIMUM_OWNERS: usize = 4096;

#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) organizations: HashMap<Uuid, KnownOrganization>,
    owners: HashMap<(Uuid, Uuid), KnownOwner>,
}

#[derive(Debug, Clone)]
pub(super) struct KnownOrganization {
    pub(super) organization: Organization,
    pub(super) policies: Arc<Policies>,
    pub(super) epoch: u64,
    pub(super) rules: RevocationRules,
    pub(super) audit_head: AuditHead,
}

impl KnownOrganization {
    /// What the PATs of an owner with this epoch are measured by.
    pub(super) fn cutoffs(&self, owner_epoch: u64) -> Cutoffs {
        let epochs = Epochs { organization: self.epoch, owner: owner_epoch };
        Cutoffs { epochs, rules: self.rules.clone() }
    }
}

/// An owner in an organization.
#[derive(Debug, Clone)]
pub(super) struct KnownOwner {
    pub(super) person: Option<Person>,
    pub(super) epoch: u64,
    /// The cohort of PATs that are made now, if it exists.
    pub(super) cohort: Option<i64>,
    pub(super) active: Option<ActiveBound>,
}

/// At `at` or later, the owner holds at most `count` active PATs. Expiry and revocation make it fewer.
#[derive(Debug, Clone, Copy)]
pub(super) struct ActiveBound {
    pub(super) at: Timestamp,
    pub(super) count: u32,
}

impl Known {
    pub(super) fn owner(&self, organization: Uuid, owner: Uuid) -> Option<&KnownOwner> {
        self.owners.get(&(organization, owner))
    }

    pub(super) fn put_owner(&mut self, organization: Uuid, owner: Uuid, known: KnownOwner) {
        if self.owners.len() >= MAXIMUM_OWNERS {
            self.owners.clear();
        }
        self.owners.insert((organization, owner), known);
    }

    pub(super) fn forget_active(&mut self, organization: Uuid, owner: Uuid) {
        if let Some(known) = self.owners.get_mut(&(organization, owner)) {
            known.active = None;
        }
    }

    /// Forgets a person in all organizations.
    pub(super) fn forget_owner(&mut self, owner: Uuid) {
        self.owners.retain(|(_, known), _| *known != owner);
    }

    pub(super) fn forget(&mut self) {
        self.organizations.clear();
        self.owners.clear();
    }
}
