//! Organizations, people and commands for the checks.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use patcycle_primitives::{Random as _, SeededRandom};
use patcycle_token::Digest;
use uuid::Uuid;

use crate::audit::{Actor, AuditHead, AuditRecord, verify};
use crate::change::NumberedChange;
use crate::create::{Create, PatKind};
use crate::epoch::RaiseEpoch;
use crate::model::{RevocationReason, StoredSecret};
use crate::notice::Channels;
use crate::revoke::Revoke;
use crate::storage::{PageOrder, PageRequest};
use crate::update::Update;
use crate::{
    Authorization, Epochs, Membership, Organization, OrganizationSpecification, Person, PolicySettings,
    Refusal, State, Storage, TransactionError,
};

/// A storage with one organization, a second one of the same tenant, and two people.
pub(super) struct Setting {
    pub(super) storage: Arc<dyn Storage>,
    pub(super) random: SeededRandom,
    pub(super) organization: Organization,
    pub(super) other_organization: Organization,
    pub(super) ana: Person,
    pub(super) ben: Person,
}

impl Setting {
    pub(super) async fn new(storage: Arc<dyn Storage>) -> Self {
        let random = SeededRandom::new(20_261_123);
        let tenant_id = random.uuid().unwrap();
        let mut organizations = Vec::new();
        for name in ["fabrikam", "fabrikam-two"] {
            let specification = specification(name, tenant_id);
            let id = random.uuid().unwrap();
            organizations.push(storage.put_organization(specification, id, start()).await.unwrap());
        }
        let other_organization = organizations.remove(1);
        let organization = organizations.remove(0);
        let [ana, ben] = ["ana", "ben"].map(|name| person(name, &random, tenant_id));
        Self { storage, random, organization, other_organization, ana, ben }
    }

    pub(super) fn id(&self) -> Uuid {
        self.random.uuid().unwrap()
    }

    /// A number from 0 to `below`, exclusive.
    pub(super) fn number(&self, below: u64) -> u64 {
        let mut bytes = [0; 8];
        self.random.fill(&mut bytes).unwrap();
        u64::from_le_bytes(bytes) % below
    }

    pub(super) fn secret(&self) -> StoredSecret {
        let mut digest = [0; 32];
        self.random.fill(&mut digest).unwrap();
        StoredSecret { digest: Digest::from_bytes(digest), pepper_number: 1, generation: 1, dies_at: None }
    }

    /// A PAT of 30 days, made at the start.
    pub(super) fn pat(&self, owner: &Person, name: &str) -> Authorization {
        Authorization {
            id: self.id(),
            organization_id: self.organization.id,
            owner: owner.id,
            display_name: name.to_owned(),
            scope: "vso.code".to_owned(),
            all_organizations: false,
            valid_from: start(),
            valid_to: start() + days(30),
            revoked: None,
            epochs: Epochs::default(),
        }
    }

    pub(super) fn create(&self, owner: &Person, authorization: Authorization) -> Create {
        Create {
            at: authorization.valid_from,
            authorization,
            secret: self.secret(),
            owner: owner.clone(),
            kind: PatKind::Pat,
            actor: actor(owner),
            signed_in_at: None,
            audit_id: self.id(),
            maximum_active: 0,
            channels: Channels::default(),
        }
    }

    /// Creates a PAT of 30 days.
    pub(super) async fn created(&self, owner: &Person, name: &str) -> Authorization {
        self.storage.create(self.create(owner, self.pat(owner, name))).await.unwrap()
    }

    /// A change of nothing, to be filled in.
    pub(super) fn update(&self, owner: &Person, id: Uuid) -> Update {
        Update {
            organization_id: self.organization.id,
            owner: owner.id,
            id,
            groups: owner.groups.clone(),
            display_name: None,
            scope: None,
            valid_to: None,
            all_organizations: None,
            actor: actor(owner),
            signed_in_at: None,
            at: start() + days(1),
            audit_id: self.id(),
        }
    }

    pub(super) fn revoke(&self, owner: &Person, id: Uuid) -> Revoke {
        Revoke {
            organization_id: self.organization.id,
            owner: owner.id,
            id,
            reason: RevocationReason::Owner,
            actor: actor(owner),
            at: start() + days(2),
            audit_id: self.id(),
            channels: Channels::default(),
        }
    }

    pub(super) fn raise_epoch(&self, owner: Option<&Person>) -> RaiseEpoch {
        RaiseEpoch {
            organization_id: self.organization.id,
            owner: owner.map(|owner| owner.id),
            owner_name: None,
            reason: None,
            channels: Channels::default(),
            actor: actor(&self.ana),
            at: start() + days(3),
            audit_id: self.id(),
        }
    }

    pub(super) async fn find(&self, owner: &Person, id: Uuid) -> Option<Authorization> {
        self.storage.find(self.organization.id, owner.id, id).await.unwrap()
    }

    pub(super) fn page(&self, owner: &Person) -> PageRequest {
        PageRequest {
            organization_id: self.organization.id,
            owner: owner.id,
            state: None,
            now: start() + days(3),
            order: PageOrder::Date,
            ascending: true,
            after: None,
            limit: 1000,
        }
    }

    /// The ids of the owner's PATs in that state, in date order.
    pub(super) async fn ids(&self, owner: &Person, state: Option<State>) -> Vec<Uuid> {
        let page = self.storage.page(PageRequest { state, ..self.page(owner) }).await.unwrap();
        page.iter().map(|pat| pat.id).collect()
    }

    /// All changes. Checks that their numbers have no gap and end at the head.
    pub(super) async fn changes(&self) -> Vec<NumberedChange> {
        let mut changes: Vec<NumberedChange> = Vec::new();
        // Odd pages, so that their edges are looked at too.
        for _ in 0..10_000 {
            let last = changes.last().map_or(0, |change| change.sequence);
            let page = self.storage.changes_after(last, 7).await.unwrap();
            if page.is_empty() {
                break;
            }
            changes.extend(page);
        }
        let numbers: Vec<u64> = changes.iter().map(|change| change.sequence).collect();
        assert_eq!(numbers, (1..=changes.len() as u64).collect::<Vec<_>>(), "the change numbers have gaps");
        let head = self.storage.change_head().await.unwrap();
        assert_eq!(head.sequence, changes.len() as u64, "the head is not the last change");
        changes
    }

    /// The audit records of the organization. Checks the chain.
    pub(super) async fn audit(&self, organization: &Organization) -> Vec<AuditRecord> {
        let mut records: Vec<AuditRecord> = Vec::new();
        for _ in 0..10_000 {
            let last = records.last().map_or(0, |record| record.sequence);
            let page = self.storage.audit_after(organization.id, last, 7).await.unwrap();
            if page.is_empty() {
                break;
            }
            records.extend(page);
        }
        verify(AuditHead::default(), &records).unwrap();
        records
    }
}

/// The instant at which all checks begin.
pub(super) fn start() -> Timestamp {
    Timestamp::from_second(1_795_000_000).unwrap()
}

pub(super) fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

pub(super) fn specification(name: &str, tenant_id: Uuid) -> OrganizationSpecification {
    OrganizationSpecification {
        name: name.to_owned(),
        tenant_id,
        membership: Membership::Tenant,
        administrators: Vec::new(),
        policies: PolicySettings::default(),
    }
}

pub(super) fn person(name: &str, random: &SeededRandom, tenant_id: Uuid) -> Person {
    Person {
        id: random.uuid().unwrap(),
        tenant_id,
        user_name: format!("{name}@fabrikam.example"),
        display_name: name.to_owned(),
        disabled: false,
        groups: Vec::new(),
    }
}

pub(super) fn actor(person: &Person) -> Actor {
    Actor {
        object_id: Some(person.id),
        user_name: Some(person.user_name.clone()),
        application_id: Some(Uuid::from_u128(17)),
        pat_id: Some(Uuid::from_u128(19)),
        address: Some([127, 0, 0, 1].into()),
        user_agent: Some("conformance \u{1f511}".to_owned()),
        activity_id: Some(Uuid::from_u128(18)),
    }
}

/// The refusal in an answer.
pub(super) fn refused<T: std::fmt::Debug>(answer: Result<T, TransactionError>) -> Refusal {
    match answer {
        Err(TransactionError::Refused(refusal)) => refusal,
        other => panic!("expected a refusal, got {other:?}"),
    }
}
