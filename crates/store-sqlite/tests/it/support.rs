//! A store in a directory of its own, and commands for it.

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use patcycle_evidence::Scratch;
use patcycle_lifecycle::audit::{Actor, AuditHead, verify};
use patcycle_lifecycle::create::{Create, PatKind};
use patcycle_lifecycle::model::{RevocationReason, StoredSecret};
use patcycle_lifecycle::notice::Channels;
use patcycle_lifecycle::revoke::Revoke;
use patcycle_lifecycle::{
    Authorization, Epochs, Membership, Organization, OrganizationSpecification, Person, PolicySettings,
    Storage,
};
use patcycle_primitives::{Random as _, SeededRandom};
use patcycle_store_sqlite::{SqliteOptions, SqliteStore};
use patcycle_token::Digest;
use uuid::Uuid;

/// A directory of its own, and the options of its store.
pub(crate) struct Place {
    directory: Scratch,
    pub(crate) options: SqliteOptions,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { directory: Scratch::new("store-sqlite"), options: SqliteOptions::new(Uuid::from_u128(1)) }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.directory.path().join("patcycle.sqlite")
    }

    pub(crate) async fn open(&self) -> SqliteStore {
        SqliteStore::open(&self.path(), self.options.clone()).await.unwrap()
    }

    /// A connection past the store.
    pub(crate) async fn raw(&self) -> sqlx::SqliteConnection {
        use sqlx::ConnectOptions as _;
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(self.path()).create_if_missing(true);
        options.connect().await.unwrap()
    }

    /// Everything in the directory's files, one after another.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for entry in std::fs::read_dir(self.directory.path()).unwrap() {
            bytes.extend(std::fs::read(entry.unwrap().path()).unwrap());
        }
        bytes
    }
}

pub(crate) fn start() -> Timestamp {
    Timestamp::from_second(1_795_000_000).unwrap()
}

/// An organization and its one person.
pub(crate) struct Cast {
    pub(crate) organization: Organization,
    pub(crate) person: Person,
    random: SeededRandom,
}

impl Cast {
    /// Finds or makes them. Different seeds give different ids of PATs.
    pub(crate) async fn new(store: &SqliteStore, seed: u64) -> Self {
        let specification = OrganizationSpecification {
            name: "fabrikam".to_owned(),
            tenant_id: Uuid::from_u128(2),
            membership: Membership::Tenant,
            administrators: Vec::new(),
            policies: PolicySettings::default(),
        };
        let organization = store.put_organization(specification, Uuid::from_u128(3), start()).await.unwrap();
        let person = Person {
            id: Uuid::from_u128(4),
            tenant_id: Uuid::from_u128(2),
            user_name: "ana@fabrikam.example".to_owned(),
            display_name: "Ana".to_owned(),
            disabled: false,
            groups: Vec::new(),
        };
        Self { organization, person, random: SeededRandom::new(seed) }
    }

    pub(crate) fn create(&self, name: &str) -> Create {
        let mut digest = [0; 32];
        self.random.fill(&mut digest).unwrap();
        let authorization = Authorization {
            id: self.random.uuid().unwrap(),
            organization_id: self.organization.id,
            owner: self.person.id,
            display_name: name.to_owned(),
            scope: "vso.code".to_owned(),
            all_organizations: false,
            valid_from: start(),
            valid_to: start() + SignedDuration::from_hours(24 * 30),
            revoked: None,
            epochs: Epochs::default(),
        };
        Create {
            authorization,
            secret: StoredSecret {
                digest: Digest::from_bytes(digest),
                pepper_number: 1,
                generation: 1,
                dies_at: None,
            },
            owner: self.person.clone(),
            kind: PatKind::Pat,
            actor: Actor::default(),
            signed_in_at: None,
            at: start(),
            audit_id: self.random.uuid().unwrap(),
            maximum_active: 1000,
            channels: Channels::default(),
        }
    }

    pub(crate) fn revoke(&self, id: Uuid) -> Revoke {
        Revoke {
            organization_id: self.organization.id,
            owner: self.person.id,
            id,
            reason: RevocationReason::Owner,
            actor: Actor::default(),
            at: start(),
            audit_id: self.random.uuid().unwrap(),
            channels: Channels::default(),
        }
    }

    pub(crate) async fn find(&self, store: &SqliteStore, id: Uuid) -> Option<Authorization> {
        store.find(self.organization.id, self.person.id, id).await.unwrap()
    }

    /// Checks that the chain holds and that each audit record has its change, next to those of organizations.
    pub(crate) async fn check_records(&self, store: &SqliteStore) -> u64 {
        let records = store.audit_after(self.organization.id, 0, u32::MAX).await.unwrap();
        verify(AuditHead::default(), &records).unwrap();
        let changes = store.changes_after(0, u32::MAX).await.unwrap();
        let numbers: Vec<u64> = changes.iter().map(|change| change.sequence).collect();
        assert_eq!(numbers, (1..=changes.len() as u64).collect::<Vec<_>>());
        assert_eq!(changes.len(), records.len() + 1);
        let head = store.change_head().await.unwrap();
        assert_eq!(head.sequence, changes.len() as u64);
        head.sequence
    }
}
