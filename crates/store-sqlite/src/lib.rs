//! The lifecycle's storage on SQLite.
//!
//! All writes go through one writer with a connection of its own. Commands that wait form a group: one
//! transaction, one fsync, and every command is answered only after it. Each command runs inside a savepoint,
//! so that a failed one undoes itself and never its neighbours. Reads come from a pool of connections and see
//! everything that was acknowledged before they began.
//!
//! ```no_run
//! # async fn example() -> Result<(), patcycle_lifecycle::StorageError> {
//! use patcycle_store_sqlite::{SqliteOptions, SqliteStore};
//!
//! let options = SqliteOptions::new(uuid::Uuid::from_u128(7));
//! let store = SqliteStore::open("patcycle.sqlite".as_ref(), options).await?;
//! store.close().await;
//! # Ok(())
//! # }
//! ```

mod failure;
mod open;
mod read;
mod rows;
mod web_sessions;
mod write;

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use patcycle_lifecycle::audit::{AuditHead, AuditRecord};
use patcycle_lifecycle::audit_log::{AuditLogRequest, AuditLogRow};
use patcycle_lifecycle::change::{ChangeHead, NumberedChange};
use patcycle_lifecycle::create::Create;
use patcycle_lifecycle::epoch::RaiseEpoch;
use patcycle_lifecycle::import::Import;
use patcycle_lifecycle::inventory::{InventoryRequest, InventoryRow};
use patcycle_lifecycle::leak::{Leak, SecretOwner};
use patcycle_lifecycle::notice::ends::{AnnounceEnds, Announced};
use patcycle_lifecycle::notice::rules::AnnounceRules;
use patcycle_lifecycle::notice::{DueNotice, Outbox};
use patcycle_lifecycle::people::PeopleRequest;
use patcycle_lifecycle::peppers::{PepperMark, RecognizeError};
use patcycle_lifecycle::person_access::{CallerStanding, PersonAccessError, SetPersonAccess};
use patcycle_lifecycle::policy::{ChangePolicy, ChangePolicyError, PolicySubject};
use patcycle_lifecycle::revocation_rule::CreateRevocationRule;
use patcycle_lifecycle::revoke::Revoke;
use patcycle_lifecycle::revoke_many::{OwnedPat, RevokeMany};
use patcycle_lifecycle::rotation::{
    FinishRotation, RecordReuse, Rotate, Rotation, RotationError, UndoRotation,
};
use patcycle_lifecycle::storage::{PageRequest, PolicySubjectsRequest};
use patcycle_lifecycle::token_admin::{OwnerRow, OwnerRowsRequest};
use patcycle_lifecycle::update::Update;
use patcycle_lifecycle::usage::{DailyUse, DailyUsesRequest, RecordUses, Use};
use patcycle_lifecycle::verify::VerifyFacts;
use patcycle_lifecycle::{
    Authorization, Epochs, Organization, OrganizationSpecification, Person, Policies, RevocationRules,
    Storage, StorageError, TransactionError,
};
use patcycle_token::Digest;
use sqlx::SqlitePool;
use uuid::Uuid;

pub use open::SqliteOptions;
pub use web_sessions::WebSession;

use write::queue::Queue;

/// A database file and the connections to it. Clones share them.
#[derive(Debug, Clone)]
pub struct SqliteStore {
    readers: SqlitePool,
    queue: Arc<Queue>,
}

impl SqliteStore {
    /// Opens the database at `path`, creates it (mode 0600) when there is none, and brings its tables up to
    /// date. The directory must exist. Must be called inside a Tokio runtime.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when the file cannot be opened or written, [`StorageError::Corrupt`] when
    /// it is not a Patcycle database or was made by a newer version.
    pub async fn open(path: &Path, options: SqliteOptions) -> Result<Self, StorageError> {
        open::open(path, options).await
    }

    /// Answers what was accepted, then closes all connections. Later calls are answered with
    /// [`StorageError::Unavailable`].
    pub async fn close(&self) {
        // Readers first: the last connection to close folds the log into the database file.
        self.readers.close().await;
        self.queue.close().await;
    }

    /// How many groups of commands were committed since the store was opened: one fsync of the log each.
    pub fn groups_committed(&self) -> u64 {
        self.queue.groups_committed()
    }
}

#[async_trait]
impl Storage for SqliteStore {
    async fn put_organization(
        &self,
        specification: OrganizationSpecification,
        id: Uuid,
        at: Timestamp,
    ) -> Result<Organization, StorageError> {
        self.queue.run(write::organization::PutOrganization { specification, id, at }).await
    }

    async fn recognize_peppers(&self, marks: Vec<PepperMark>) -> Result<(), RecognizeError> {
        self.queue.run(write::peppers::RecognizePeppers(marks)).await
    }

    async fn create(&self, command: Create) -> Result<Authorization, TransactionError> {
        self.queue.run(command).await
    }

    async fn update(&self, command: Update) -> Result<Authorization, TransactionError> {
        self.queue.run(command).await
    }

    async fn revoke(&self, command: Revoke) -> Result<(), TransactionError> {
        self.queue.run(command).await
    }

    async fn rotate(&self, command: Rotate) -> Result<Rotation, RotationError> {
        self.queue.run(command).await
    }

    async fn finish_rotation(&self, command: FinishRotation) -> Result<Authorization, RotationError> {
        self.queue.run(command).await
    }

    async fn undo_rotation(&self, command: UndoRotation) -> Result<Authorization, RotationError> {
        self.queue.run(command).await
    }

    async fn record_reuse(&self, command: RecordReuse) -> Result<bool, StorageError> {
        self.queue.run(command).await
    }

    async fn revoke_many(&self, command: RevokeMany) -> Result<(), TransactionError> {
        self.queue.run(command).await
    }

    async fn create_revocation_rule(&self, command: CreateRevocationRule) -> Result<(), StorageError> {
        self.queue.run(command).await
    }

    async fn raise_epoch(&self, command: RaiseEpoch) -> Result<Epochs, StorageError> {
        self.queue.run(command).await
    }

    async fn change_policy(&self, command: ChangePolicy) -> Result<(), ChangePolicyError> {
        self.queue.run(command).await
    }

    async fn policies(&self, organization_id: Uuid) -> Result<Policies, StorageError> {
        Ok(read::policies::policies(&self.readers, organization_id).await?)
    }

    async fn policy_subjects(
        &self,
        request: PolicySubjectsRequest,
    ) -> Result<Vec<PolicySubject>, StorageError> {
        Ok(read::policy_subjects::policy_subjects(&self.readers, &request).await?)
    }

    async fn import(&self, command: Import) -> Result<(), StorageError> {
        self.queue.run(command).await
    }

    async fn find(
        &self,
        organization_id: Uuid,
        owner: Uuid,
        id: Uuid,
    ) -> Result<Option<Authorization>, StorageError> {
        Ok(read::find::find(&self.readers, organization_id, owner, id).await?)
    }

    async fn find_secret(
        &self,
        organization_id: Uuid,
        current: Digest,
        previous: Option<Digest>,
    ) -> Result<Option<VerifyFacts>, StorageError> {
        Ok(read::secret::find_secret(&self.readers, organization_id, current, previous).await?)
    }

    async fn record_uses(&self, command: RecordUses) -> Result<(), StorageError> {
        self.queue.run(command).await
    }

    async fn daily_uses(&self, request: DailyUsesRequest) -> Result<Vec<DailyUse>, StorageError> {
        Ok(read::daily_uses::daily_uses(&self.readers, &request).await?)
    }

    async fn last_uses(&self, authorizations: Vec<Uuid>) -> Result<Vec<Use>, StorageError> {
        Ok(read::uses::last_uses(&self.readers, &authorizations).await?)
    }

    async fn page(&self, request: PageRequest) -> Result<Vec<Authorization>, StorageError> {
        Ok(read::page::page(&self.readers, &request).await?)
    }

    async fn owner_rows(&self, request: OwnerRowsRequest) -> Result<Vec<OwnerRow>, StorageError> {
        Ok(read::owned::of_owner(&self.readers, request).await?)
    }

    async fn revocation_rules(&self, organization_id: Uuid) -> Result<RevocationRules, StorageError> {
        Ok(read::rules::rules(&self.readers, organization_id).await?)
    }

    async fn standing(&self, organization_id: Uuid, person: Uuid) -> Result<CallerStanding, StorageError> {
        Ok(read::standing::standing(&self.readers, organization_id, person).await?)
    }

    async fn set_person_access(&self, command: SetPersonAccess) -> Result<Person, PersonAccessError> {
        self.queue.run(command).await
    }

    async fn person(&self, organization_id: Uuid, id: Uuid) -> Result<Option<Person>, StorageError> {
        Ok(read::people::person(&self.readers, organization_id, id).await?)
    }

    async fn people_named(
        &self,
        organization_id: Uuid,
        user_name: String,
    ) -> Result<Vec<Person>, StorageError> {
        Ok(read::people::people_named(&self.readers, organization_id, &user_name).await?)
    }

    async fn people(&self, request: PeopleRequest) -> Result<Vec<Person>, StorageError> {
        Ok(read::people::people(&self.readers, &request).await?)
    }

    async fn report_leak(&self, leak: Leak) -> Result<(), StorageError> {
        self.queue.run(leak).await
    }

    async fn find_secret_owner(&self, digests: &[Digest]) -> Result<Option<SecretOwner>, StorageError> {
        Ok(read::secret_owner::find_secret_owner(&self.readers, digests).await?)
    }

    async fn find_with_owner(&self, secret: &SecretOwner) -> Result<Option<OwnedPat>, StorageError> {
        let id = secret.authorization_id;
        let mut found = read::owned::of_ids(&self.readers, secret.organization_id, &[id]).await?;
        Ok(found.remove(&id))
    }

    async fn audit_after(
        &self,
        organization_id: Uuid,
        sequence: u64,
        limit: u32,
    ) -> Result<Vec<AuditRecord>, StorageError> {
        Ok(read::audit::audit_after(&self.readers, organization_id, sequence, limit).await?)
    }

    async fn inventory(&self, request: InventoryRequest) -> Result<Vec<InventoryRow>, StorageError> {
        Ok(read::inventory::inventory(&self.readers, &request).await?)
    }

    async fn audit_head(&self, organization_id: Uuid) -> Result<AuditHead, StorageError> {
        Ok(read::audit::audit_head(&self.readers, organization_id).await?)
    }

    async fn audit_log(&self, request: AuditLogRequest) -> Result<Vec<AuditLogRow>, StorageError> {
        Ok(read::audit_log::audit_log(&self.readers, &request).await?)
    }

    async fn audit_about(
        &self,
        organization_id: Uuid,
        authorization: Uuid,
        owner: Uuid,
        limit: u32,
    ) -> Result<Vec<AuditRecord>, StorageError> {
        Ok(read::audit::audit_about(&self.readers, organization_id, authorization, owner, limit).await?)
    }

    async fn change_head(&self) -> Result<ChangeHead, StorageError> {
        Ok(read::changes::change_head(&self.readers).await?)
    }

    async fn changes_after(&self, sequence: u64, limit: u32) -> Result<Vec<NumberedChange>, StorageError> {
        Ok(read::changes::changes_after(&self.readers, sequence, limit).await?)
    }

    async fn check_ready(&self) -> Result<(), StorageError> {
        read::changes::change_head(&self.readers).await?;
        self.queue.run(write::Probe).await
    }
}

#[async_trait]
impl Outbox for SqliteStore {
    async fn outbox_due(
        &self,
        now: Timestamp,
        leased_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<DueNotice>, StorageError> {
        // The writer is left alone while nothing is due.
        if !read::outbox::is_due(&self.readers, now).await? {
            return Ok(Vec::new());
        }
        self.queue.run(write::outbox::Take { now, leased_until, limit }).await
    }

    async fn outbox_done(&self, key: &str, at: Timestamp) -> Result<(), StorageError> {
        self.queue.run(write::outbox::Done { key: key.to_owned(), at }).await
    }

    async fn outbox_retry(&self, key: &str, due_at: Timestamp) -> Result<(), StorageError> {
        self.queue.run(write::outbox::Retry { key: key.to_owned(), due_at }).await
    }

    async fn announce_ends(&self, command: AnnounceEnds) -> Result<Announced, StorageError> {
        let Some(look) = read::ends::look(&self.readers, &command).await? else {
            return Ok(Announced { looked_at: 0, finished: true });
        };
        let announced = Announced { looked_at: look.found.len(), finished: look.finished() };
        self.queue.run(write::ends::Announce { command, look }).await?;
        Ok(announced)
    }

    async fn announce_rules(&self, command: AnnounceRules) -> Result<Announced, StorageError> {
        let Some(portion) = read::rule_announcement::portion(&self.readers, command.owners).await? else {
            return Ok(Announced { looked_at: 0, finished: true });
        };
        let announced = Announced { looked_at: portion.owners.len(), finished: false };
        self.queue.run(write::rule_announcement::Announce { command, portion }).await?;
        Ok(announced)
    }
}
