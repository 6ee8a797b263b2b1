//! Where the lifecycle is written to.

use async_trait::async_trait;
use jiff::Timestamp;
use patcycle_token::Digest;
use uuid::Uuid;

use crate::audit::{AuditHead, AuditRecord};
use crate::audit_log::{AuditLogRequest, AuditLogRow};
use crate::change::{ChangeHead, NumberedChange};
use crate::create::Create;
use crate::cutoffs::RevocationRules;
use crate::epoch::RaiseEpoch;
use crate::import::Import;
use crate::inventory::{InventoryRequest, InventoryRow};
use crate::leak::{Leak, SecretOwner};
use crate::model::{Authorization, Epochs, Person, State};
use crate::people::PeopleRequest;
use crate::peppers::{PepperMark, RecognizeError};
use crate::person_access::{CallerStanding, PersonAccessError, SetPersonAccess};
use crate::policy::{ChangePolicy, ChangePolicyError, PolicySubject};
use crate::revocation_rule::CreateRevocationRule;
use crate::revoke::Revoke;
use crate::revoke_many::{OwnedPat, RevokeMany};
use crate::rotation::{FinishRotation, RecordReuse, Rotate, Rotation, RotationError, UndoRotation};
use crate::token_admin::{OwnerRow, OwnerRowsRequest};
use crate::update::Update;
use crate::usage::{DailyUse, DailyUsesRequest, RecordUses, Use};
use crate::verify::VerifyFacts;
use crate::{Organization, OrganizationSpecification, Policies, Refusal};

/// The store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// Nothing was written; the same call may succeed later (disk full, database down or read-only).
    #[error("the store is unavailable, nothing was written: {0}")]
    Unavailable(String),
    /// The connection broke while the transaction was being committed: it may have been written or not.
    #[error("the store did not confirm the write, it may or may not have happened: {0}")]
    Unconfirmed(String),
    /// What is stored cannot be understood: a damaged or foreign database.
    #[error("the store holds something unreadable: {0}")]
    Corrupt(String),
}

/// Why a transaction was not committed.
#[derive(Debug, thiserror::Error)]
pub enum TransactionError {
    /// The command's rule said no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store could not do it.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<TransactionError> for crate::OperationError {
    fn from(error: TransactionError) -> Self {
        match error {
            TransactionError::Refused(refusal) => Self::Refused(refusal),
            TransactionError::Storage(error) => Self::Storage(error),
        }
    }
}

/// Which sort key a page follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageOrder {
    /// [`Authorization::date_key`].
    Date,
    /// [`Authorization::name_key`].
    Name,
}

/// One read of the list: PATs of one owner, in key order, after a key.
#[derive(Debug, Clone)]
pub struct PageRequest {
    /// Where.
    pub organization_id: Uuid,
    /// Whose.
    pub owner: Uuid,
    /// Which states; `None`: all.
    pub state: Option<State>,
    /// The clock reading that decides about states on all pages.
    pub now: Timestamp,
    /// The sort key.
    pub order: PageOrder,
    /// Its direction.
    pub ascending: bool,
    /// The key of the last PAT of the page before; exclusive.
    pub after: Option<Vec<u8>>,
    /// At most so many rows.
    pub limit: u32,
}

/// One read of the PATs that a policy may have something against.
#[derive(Debug, Clone, Copy)]
pub struct PolicySubjectsRequest {
    /// Where.
    pub organization_id: Uuid,
    /// Its tenant.
    pub tenant_id: Uuid,
    /// What has ended by then is left out.
    pub now: Timestamp,
    /// The id of the last PAT of the read before; exclusive.
    pub after: Uuid,
    /// At most so many rows.
    pub limit: u32,
}

/// The lifecycle's storage: one method for each named transaction or read.
///
/// A write answers only after it is durable, and its effects are seen by every read that begins afterwards.
/// Each write reads the rows that its command names, calls the command's rule with them, and writes the
/// outcome (row, audit record, change record) in one transaction: all of it or nothing.
#[async_trait]
pub trait Storage: std::fmt::Debug + Send + Sync {
    /// Makes the organization, or brings tenant, membership and administrators of an existing one up to date.
    /// `id` and `at` are used when it is new. Names compare without regard to case.
    async fn put_organization(
        &self,
        specification: OrganizationSpecification,
        id: Uuid,
        at: Timestamp,
    ) -> Result<Organization, StorageError>;

    /// The transaction around [`crate::peppers::decide`]. It is no change: it has neither audit nor change record.
    async fn recognize_peppers(&self, marks: Vec<PepperMark>) -> Result<(), RecognizeError>;

    /// The transaction around [`crate::create::decide`].
    async fn create(&self, command: Create) -> Result<Authorization, TransactionError>;

    /// The transaction around [`crate::update::decide`].
    async fn update(&self, command: Update) -> Result<Authorization, TransactionError>;

    /// The transaction around [`crate::revoke::decide`].
    async fn revoke(&self, command: Revoke) -> Result<(), TransactionError>;

    /// The transaction around [`crate::rotation::decide_rotate`]. Gives the rotation that the command's key has made,
    /// now or before.
    async fn rotate(&self, command: Rotate) -> Result<Rotation, RotationError>;

    /// The transaction around [`crate::rotation::decide_finish`].
    async fn finish_rotation(&self, command: FinishRotation) -> Result<Authorization, RotationError>;

    /// The transaction around [`crate::rotation::decide_undo`].
    async fn undo_rotation(&self, command: UndoRotation) -> Result<Authorization, RotationError>;

    /// The transaction around [`crate::rotation::decide_reuse`]. Gives whether there is a new record.
    async fn record_reuse(&self, command: RecordReuse) -> Result<bool, StorageError>;

    /// The transaction around [`crate::revoke_many::decide`].
    async fn revoke_many(&self, command: RevokeMany) -> Result<(), TransactionError>;

    /// The transaction around [`crate::revocation_rule::decide`]. Costs the same whatever it revokes.
    async fn create_revocation_rule(&self, command: CreateRevocationRule) -> Result<(), StorageError>;

    /// The transaction around [`crate::epoch::decide`]. Costs the same whatever it revokes.
    async fn raise_epoch(&self, command: RaiseEpoch) -> Result<Epochs, StorageError>;

    /// The transaction around [`crate::policy::change::decide`].
    async fn change_policy(&self, command: ChangePolicy) -> Result<(), ChangePolicyError>;

    /// The policies that hold in an organization.
    async fn policies(&self, organization_id: Uuid) -> Result<Policies, StorageError>;

    /// PATs that may be active in an organization: its own, and the global ones of other organizations of its
    /// tenant. In the order of their ids; those that are revoked by an epoch may be among them.
    async fn policy_subjects(
        &self,
        request: PolicySubjectsRequest,
    ) -> Result<Vec<PolicySubject>, StorageError>;

    /// The transaction around [`crate::import::decide`]: one commit, one change number.
    async fn import(&self, command: Import) -> Result<(), StorageError>;

    /// One PAT, by organization, owner and id together: who does not own it does not find it.
    async fn find(
        &self,
        organization_id: Uuid,
        owner: Uuid,
        id: Uuid,
    ) -> Result<Option<Authorization>, StorageError>;

    /// What is stored of a secret, by its digest under the current pepper or the one before it, with the policies
    /// of the organization where it is presented: one read, all of it at one instant.
    async fn find_secret(
        &self,
        organization_id: Uuid,
        current: Digest,
        previous: Option<Digest>,
    ) -> Result<Option<VerifyFacts>, StorageError>;

    /// Writes uses. Of two uses of one secret in one organization the later stays as the last one; those of each day
    /// and address are added up, for at most [`crate::usage::MAXIMUM_ADDRESSES`] addresses of a secret, organization
    /// and day. Uses of PATs that are no longer there are left out. Days that are not remembered any more are swept
    /// in portions. It is no change: it has neither audit nor change record.
    async fn record_uses(&self, command: RecordUses) -> Result<(), StorageError>;

    /// How often PATs were used in an organization, by day and address, in the order of PAT and day, the latest day
    /// first.
    async fn daily_uses(&self, request: DailyUsesRequest) -> Result<Vec<DailyUse>, StorageError>;

    /// The last use of each of these PATs that was ever used, by whichever secret and wherever, in any order.
    async fn last_uses(&self, authorizations: Vec<Uuid>) -> Result<Vec<Use>, StorageError>;

    /// One page of PATs in key order.
    async fn page(&self, request: PageRequest) -> Result<Vec<Authorization>, StorageError>;

    /// PATs of one owner in the order of their row numbers, after one.
    async fn owner_rows(&self, request: OwnerRowsRequest) -> Result<Vec<OwnerRow>, StorageError>;

    /// The revocation rules of an organization.
    async fn revocation_rules(&self, organization_id: Uuid) -> Result<RevocationRules, StorageError>;

    /// Whether a person may use an organization, and its revocation rules, at one instant. Whoever was never here may.
    async fn standing(&self, organization_id: Uuid, person: Uuid) -> Result<CallerStanding, StorageError>;

    /// The transaction around [`crate::person_access::decide`].
    async fn set_person_access(&self, command: SetPersonAccess) -> Result<Person, PersonAccessError>;

    /// A person of an organization's tenant, if they were here before.
    async fn person(&self, organization_id: Uuid, id: Uuid) -> Result<Option<Person>, StorageError>;

    /// People of an organization's tenant who were here before and have this sign-in name without regard to the case of
    /// ASCII letters. A few of them are enough where there are many.
    async fn people_named(
        &self,
        organization_id: Uuid,
        user_name: String,
    ) -> Result<Vec<Person>, StorageError>;

    /// People who were here before, in the order of their ids.
    async fn people(&self, request: PeopleRequest) -> Result<Vec<Person>, StorageError>;

    /// The transaction around [`crate::leak::decide`].
    async fn report_leak(&self, leak: Leak) -> Result<(), StorageError>;

    /// Where the first of these digests that is stored leads.
    async fn find_secret_owner(&self, digests: &[Digest]) -> Result<Option<SecretOwner>, StorageError>;

    /// The PAT of a secret, with its owner.
    async fn find_with_owner(&self, secret: &SecretOwner) -> Result<Option<OwnedPat>, StorageError>;

    /// Audit records of an organization after `sequence`, in order, at most `limit`.
    async fn audit_after(
        &self,
        organization_id: Uuid,
        sequence: u64,
        limit: u32,
    ) -> Result<Vec<AuditRecord>, StorageError>;

    /// PATs of an organization, whoever owns them and in whatever state, in an order of the store's own.
    async fn inventory(&self, request: InventoryRequest) -> Result<Vec<InventoryRow>, StorageError>;

    /// The end of an organization's audit chain.
    async fn audit_head(&self, organization_id: Uuid) -> Result<AuditHead, StorageError>;

    /// Audit records of an organization, the newest first.
    async fn audit_log(&self, request: AuditLogRequest) -> Result<Vec<AuditLogRow>, StorageError>;

    /// The newest audit records, at most `limit` and in any order, about a PAT of this organization, and those of
    /// what revokes many at once that are about its owner or about nobody in particular.
    async fn audit_about(
        &self,
        organization_id: Uuid,
        authorization: Uuid,
        owner: Uuid,
        limit: u32,
    ) -> Result<Vec<AuditRecord>, StorageError>;

    /// The newest change number.
    async fn change_head(&self) -> Result<ChangeHead, StorageError>;

    /// Changes after `sequence`, in commit order, at most `limit`.
    async fn changes_after(&self, sequence: u64, limit: u32) -> Result<Vec<NumberedChange>, StorageError>;

    /// Whether reads and writes can be served now.
    async fn check_ready(&self) -> Result<(), StorageError>;
}
