//! The real store behind a switch that makes it fail.

use std::sync::{Arc, Mutex};

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
use patcycle_store_sqlite::SqliteStore;
use patcycle_token::Digest;
use uuid::Uuid;

/// How the store shall fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Unavailable,
    Unconfirmed,
    Corrupt,
    Panic,
    /// The revocation rules alone cannot be read.
    Rules,
}

#[derive(Debug)]
pub(crate) struct FaultyStore {
    pub(crate) store: SqliteStore,
    pub(crate) fault: Arc<Mutex<Option<Fault>>>,
}

impl FaultyStore {
    fn check(&self) -> Result<(), StorageError> {
        let reason = || "said the test".to_owned();
        match *self.fault.lock().unwrap() {
            None | Some(Fault::Rules) => return Ok(()),
            Some(Fault::Unavailable) => return Err(StorageError::Unavailable(reason())),
            Some(Fault::Unconfirmed) => return Err(StorageError::Unconfirmed(reason())),
            Some(Fault::Corrupt) => return Err(StorageError::Corrupt(reason())),
            Some(Fault::Panic) => {}
        }
        panic!("said the test")
    }
}

#[async_trait]
impl Storage for FaultyStore {
    async fn put_organization(
        &self,
        specification: OrganizationSpecification,
        id: Uuid,
        at: Timestamp,
    ) -> Result<Organization, StorageError> {
        self.store.put_organization(specification, id, at).await
    }

    async fn recognize_peppers(&self, marks: Vec<PepperMark>) -> Result<(), RecognizeError> {
        self.store.recognize_peppers(marks).await
    }

    async fn create(&self, command: Create) -> Result<Authorization, TransactionError> {
        self.check()?;
        self.store.create(command).await
    }

    async fn update(&self, command: Update) -> Result<Authorization, TransactionError> {
        self.check()?;
        self.store.update(command).await
    }

    async fn revoke(&self, command: Revoke) -> Result<(), TransactionError> {
        self.check()?;
        self.store.revoke(command).await
    }

    async fn rotate(&self, command: Rotate) -> Result<Rotation, RotationError> {
        self.check()?;
        self.store.rotate(command).await
    }

    async fn finish_rotation(&self, command: FinishRotation) -> Result<Authorization, RotationError> {
        self.check()?;
        self.store.finish_rotation(command).await
    }

    async fn undo_rotation(&self, command: UndoRotation) -> Result<Authorization, RotationError> {
        self.check()?;
        self.store.undo_rotation(command).await
    }

    async fn record_reuse(&self, command: RecordReuse) -> Result<bool, StorageError> {
        self.check()?;
        self.store.record_reuse(command).await
    }

    async fn revoke_many(&self, command: RevokeMany) -> Result<(), TransactionError> {
        self.check()?;
        self.store.revoke_many(command).await
    }

    async fn create_revocation_rule(&self, command: CreateRevocationRule) -> Result<(), StorageError> {
        self.check()?;
        self.store.create_revocation_rule(command).await
    }

    async fn raise_epoch(&self, command: RaiseEpoch) -> Result<Epochs, StorageError> {
        self.store.raise_epoch(command).await
    }

    async fn change_policy(&self, command: ChangePolicy) -> Result<(), ChangePolicyError> {
        self.check()?;
        self.store.change_policy(command).await
    }

    async fn policies(&self, organization_id: Uuid) -> Result<Policies, StorageError> {
        self.check()?;
        self.store.policies(organization_id).await
    }

    async fn policy_subjects(
        &self,
        request: PolicySubjectsRequest,
    ) -> Result<Vec<PolicySubject>, StorageError> {
        self.check()?;
        self.store.policy_subjects(request).await
    }

    async fn import(&self, command: Import) -> Result<(), StorageError> {
        self.store.import(command).await
    }

    async fn find(
        &self,
        organization_id: Uuid,
        owner: Uuid,
        id: Uuid,
    ) -> Result<Option<Authorization>, StorageError> {
        self.check()?;
        self.store.find(organization_id, owner, id).await
    }

    async fn find_secret(
        &self,
        organization_id: Uuid,
        current: Digest,
        previous: Option<Digest>,
    ) -> Result<Option<VerifyFacts>, StorageError> {
        self.check()?;
        self.store.find_secret(organization_id, current, previous).await
    }

    async fn record_uses(&self, command: RecordUses) -> Result<(), StorageError> {
        self.check()?;
        self.store.record_uses(command).await
    }

    async fn daily_uses(&self, request: DailyUsesRequest) -> Result<Vec<DailyUse>, StorageError> {
        self.check()?;
        self.store.daily_uses(request).await
    }

    async fn last_uses(&self, authorizations: Vec<Uuid>) -> Result<Vec<Use>, StorageError> {
        self.check()?;
        self.store.last_uses(authorizations).await
    }

    async fn page(&self, request: PageRequest) -> Result<Vec<Authorization>, StorageError> {
        self.check()?;
        self.store.page(request).await
    }

    async fn owner_rows(&self, request: OwnerRowsRequest) -> Result<Vec<OwnerRow>, StorageError> {
        self.check()?;
        self.store.owner_rows(request).await
    }

    async fn revocation_rules(&self, organization_id: Uuid) -> Result<RevocationRules, StorageError> {
        self.check()?;
        self.store.revocation_rules(organization_id).await
    }

    async fn standing(&self, organization_id: Uuid, person: Uuid) -> Result<CallerStanding, StorageError> {
        if *self.fault.lock().unwrap() == Some(Fault::Rules) {
            return Err(StorageError::Unavailable("said the test".to_owned()));
        }
        self.store.standing(organization_id, person).await
    }

    async fn set_person_access(&self, command: SetPersonAccess) -> Result<Person, PersonAccessError> {
        self.check()?;
        self.store.set_person_access(command).await
    }

    async fn person(&self, organization_id: Uuid, id: Uuid) -> Result<Option<Person>, StorageError> {
        self.check()?;
        self.store.person(organization_id, id).await
    }

    async fn people_named(&self, organization_id: Uuid, name: String) -> Result<Vec<Person>, StorageError> {
        self.check()?;
        self.store.people_named(organization_id, name).await
    }

    async fn people(&self, request: PeopleRequest) -> Result<Vec<Person>, StorageError> {
        self.check()?;
        self.store.people(request).await
    }

    async fn report_leak(&self, leak: Leak) -> Result<(), StorageError> {
        self.check()?;
        self.store.report_leak(leak).await
    }

    async fn find_secret_owner(&self, digests: &[Digest]) -> Result<Option<SecretOwner>, StorageError> {
        self.check()?;
        self.store.find_secret_owner(digests).await
    }

    async fn find_with_owner(&self, secret: &SecretOwner) -> Result<Option<OwnedPat>, StorageError> {
        self.check()?;
        self.store.find_with_owner(secret).await
    }

    async fn audit_after(
        &self,
        organization_id: Uuid,
        sequence: u64,
        limit: u32,
    ) -> Result<Vec<AuditRecord>, StorageError> {
        self.store.audit_after(organization_id, sequence, limit).await
    }

    async fn inventory(&self, request: InventoryRequest) -> Result<Vec<InventoryRow>, StorageError> {
        self.check()?;
        self.store.inventory(request).await
    }

    async fn audit_head(&self, organization_id: Uuid) -> Result<AuditHead, StorageError> {
        self.store.audit_head(organization_id).await
    }

    async fn audit_log(&self, request: AuditLogRequest) -> Result<Vec<AuditLogRow>, StorageError> {
        self.check()?;
        self.store.audit_log(request).await
    }

    async fn audit_about(
        &self,
        organization_id: Uuid,
        authorization: Uuid,
        owner: Uuid,
        limit: u32,
    ) -> Result<Vec<AuditRecord>, StorageError> {
        self.check()?;
        self.store.audit_about(organization_id, authorization, owner, limit).await
    }

    async fn change_head(&self) -> Result<ChangeHead, StorageError> {
        self.store.change_head().await
    }

    async fn changes_after(&self, sequence: u64, limit: u32) -> Result<Vec<NumberedChange>, StorageError> {
        self.store.changes_after(sequence, limit).await
    }

    async fn check_ready(&self) -> Result<(), StorageError> {
        self.store.check_ready().await
    }
}
