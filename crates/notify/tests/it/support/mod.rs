//! A service with an outbox.

pub(crate) mod mail_server;
pub(crate) mod receiver;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use patcycle_contract::requests::RequestedDate;
use patcycle_contract::{PatToken, PatTokenCreateRequest};
use patcycle_lifecycle::audit::{Actor, AuditHead, AuditRecord, verify};
use patcycle_lifecycle::model::RevocationReason;
use patcycle_lifecycle::notice::rules::AnnounceRules;
use patcycle_lifecycle::notice::{Channel, Channels, Outbox as _, Stage};
use patcycle_lifecycle::policy::PolicySettings;
use patcycle_lifecycle::revoke::Revoke;
use patcycle_lifecycle::{
    Caller, CallerCredential, Lifecycle, Membership, Organization, OrganizationSpecification, Settings,
    Storage as _,
};
use patcycle_notify::{Dispatched, Dispatcher, EndWatch, Message, RuleWatch, SendError, Sender};
use patcycle_primitives::{AdvancingClock, Clock, FixedClock, Random, Secret, SeededRandom};
use patcycle_store_sqlite::{SqliteOptions, SqliteStore};
use patcycle_token::{PepperSet, RotationKey};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub(crate) const TENANT: Uuid = Uuid::from_u128(1);
pub(crate) const ANA: Uuid = Uuid::from_u128(2);

/// Rules, store, and the jobs that tell what became of PATs.
pub(crate) struct World {
    pub(crate) lifecycle: Lifecycle,
    pub(crate) clock: AdvancingClock,
    pub(crate) organization: Organization,
    pub(crate) store: SqliteStore,
    channels: Channels,
    senders: HashMap<String, Arc<dyn Sender>>,
    random: Arc<dyn Random>,
    _directory: TempDir,
}

impl World {
    /// With one channel for everything.
    pub(crate) async fn with(sender: Arc<dyn Sender>) -> Self {
        Self::start(vec![("channel", Stage::ALL.to_vec(), sender)]).await
    }

    pub(crate) async fn start(channels: Vec<(&str, Vec<Stage>, Arc<dyn Sender>)>) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let random: Arc<dyn Random> = Arc::new(SeededRandom::new(40));
        let clock = AdvancingClock::new(Arc::new(FixedClock("2026-11-25T09:00:00Z".parse().unwrap())));
        let options = SqliteOptions::new(random.uuid().unwrap());
        let store = SqliteStore::open(&directory.path().join("db"), options).await.unwrap();
        let specification = OrganizationSpecification {
            name: "fabrikam".to_owned(),
            tenant_id: TENANT,
            membership: Membership::Tenant,
            administrators: Vec::new(),
            policies: PolicySettings::without_retirement(),
        };
        let id = random.uuid().unwrap();
        let organization = store.put_organization(specification, id, clock.now()).await.unwrap();
        let mut senders: HashMap<String, Arc<dyn Sender>> = HashMap::new();
        let mut listed = Vec::new();
        for (name, stages, sender) in channels {
            listed.push(Channel { name: name.to_owned(), stages, organization_id: None });
            senders.insert(name.to_owned(), sender);
        }
        let channels = Channels::new(listed);
        let settings = Settings { channels: channels.clone(), ..Settings::default() };
        let lifecycle = Lifecycle::new(
            Arc::new(store.clone()),
            Arc::new(clock.clone()),
            Arc::clone(&random),
            Arc::new(PepperSet::generate(&*random).unwrap()),
            Arc::new(RotationKey::generate(&*random).unwrap()),
            settings,
        );
        Self { lifecycle, clock, organization, store, channels, senders, random, _directory: directory }
    }

    pub(crate) fn caller() -> Caller {
        Caller {
            tenant_id: TENANT,
            object_id: ANA,
            user_name: "ana@fabrikam.example".to_owned(),
            display_name: "Ana Añez".to_owned(),
            groups: Vec::new(),
            signed_in_at: None,
            credential: CallerCredential::AccessToken,
            application_id: None,
            address: None,
            user_agent: None,
            activity_id: Uuid::from_u128(9),
        }
    }

    /// Makes a PAT that is good for so long.
    pub(crate) async fn create(&self, name: &str, life: SignedDuration) -> PatToken {
        let request = PatTokenCreateRequest {
            display_name: Some(name.to_owned()),
            scope: Some("vso.code".to_owned()),
            valid_to: RequestedDate::At(self.clock.now() + life),
            all_orgs: None,
        };
        self.lifecycle.create(&Self::caller(), &self.organization, request).await.unwrap()
    }

    /// Makes a PAT of somebody, good for a month.
    pub(crate) async fn create_of(&self, owner: &Caller, scope: &str) {
        let request = PatTokenCreateRequest {
            display_name: Some("ci".to_owned()),
            scope: Some(scope.to_owned()),
            ..PatTokenCreateRequest::default()
        };
        self.lifecycle.create(owner, &self.organization, request).await.unwrap();
    }

    /// Tells owners of revocation rules. Gives how many were looked at.
    pub(crate) async fn watch_rules(&self) -> usize {
        let watch = RuleWatch::new(Arc::new(self.store.clone()), self.channels.clone());
        watch.run_once(&CancellationToken::new()).await.unwrap()
    }

    /// The same for a hundred owners.
    pub(crate) async fn watch_a_portion_of_rules(&self) -> usize {
        let command = AnnounceRules { channels: self.channels.clone(), owners: 100 };
        self.store.announce_rules(command).await.unwrap().looked_at
    }

    /// As an administrator does it.
    pub(crate) async fn revoke(&self, pat: &PatToken) {
        let command = Revoke {
            organization_id: self.organization.id,
            owner: ANA,
            id: pat.authorization_id,
            reason: RevocationReason::Administrator,
            actor: Actor::default(),
            at: self.clock.now(),
            audit_id: self.random.uuid().unwrap(),
            channels: self.channels.clone(),
        };
        self.store.revoke(command).await.unwrap();
    }

    pub(crate) async fn leak(&self, pat: &PatToken) {
        let secret = Secret::new(pat.token.as_ref().unwrap().expose());
        let is_ours = self.lifecycle.report_leak(&secret, Some("a gist"), Actor::default()).await.unwrap();
        assert!(is_ours);
    }

    pub(crate) fn advance(&self, by: SignedDuration) {
        self.clock.advance(by);
    }

    /// A new dispatcher each time: nothing of it has to survive.
    pub(crate) async fn dispatch(&self) -> Dispatched {
        let outbox = Arc::new(self.store.clone());
        let clock = Arc::new(self.clock.clone());
        let dispatcher = Dispatcher::new(outbox, self.senders.clone(), clock, Arc::clone(&self.random));
        dispatcher.run_once().await.unwrap()
    }

    /// Looks for ends. Gives how many PATs were looked at.
    pub(crate) async fn watch(&self, days: &[u16]) -> usize {
        let outbox = Arc::new(self.store.clone());
        let clock = Arc::new(self.clock.clone());
        let watch = EndWatch::new(outbox, self.channels.clone(), days, clock, Arc::clone(&self.random));
        watch.run_once(&CancellationToken::new()).await.unwrap()
    }

    /// The actions of the audit, after a look at its chain and at the change feed.
    pub(crate) async fn actions(&self) -> Vec<String> {
        let records: Vec<AuditRecord> =
            self.store.audit_after(self.organization.id, 0, 100_000).await.unwrap();
        verify(AuditHead::default(), &records).unwrap();
        let changes = self.store.changes_after(0, 100_000).await.unwrap();
        let numbers: Vec<u64> = changes.iter().map(|change| change.sequence).collect();
        assert_eq!(numbers, (1..=changes.len() as u64).collect::<Vec<_>>(), "the feed has no gap");
        assert_eq!(self.store.change_head().await.unwrap().sequence, changes.len() as u64);
        records.into_iter().map(|record| record.action).collect()
    }
}

pub(crate) fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

pub(crate) fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

/// A sender that keeps what it is given, and can be told to fail.
#[derive(Debug, Default)]
pub(crate) struct FakeSender {
    sent: Mutex<Vec<Message>>,
    failure: Mutex<Option<SendError>>,
}

impl FakeSender {
    pub(crate) fn fail(&self, failure: Option<SendError>) {
        *self.failure.lock().unwrap() = failure;
    }

    pub(crate) fn sent(&self) -> Vec<Message> {
        self.sent.lock().unwrap().clone()
    }

    /// Stage and name of each message.
    pub(crate) fn told(&self) -> Vec<(Stage, String)> {
        let name = |message: &Message| message.data["displayName"].as_str().unwrap().to_owned();
        self.sent().iter().map(|message| (message.stage, name(message))).collect()
    }
}

#[async_trait]
impl Sender for FakeSender {
    async fn send(&self, message: &Message) -> Result<(), SendError> {
        if let Some(failure) = self.failure.lock().unwrap().clone() {
            return Err(failure);
        }
        self.sent.lock().unwrap().push(message.clone());
        Ok(())
    }
}

/// Any instant, for messages that are made by hand.
pub(crate) fn instant() -> Timestamp {
    "2026-11-25T09:00:00Z".parse().unwrap()
}
