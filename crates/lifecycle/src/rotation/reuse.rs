//! Uses of a secret that a rotation has replaced, after its overlap: somebody still has the old one, or stole it.
//!
//! They are refused like everything that is not good, and noted, so that the owner finds who must switch over. The
//! present secret is never touched for it: whoever holds an old secret must not be able to stop the new one. Noting
//! is no part of verification: a use goes to memory and is written later, one audit record for each secret in a
//! [`REUSE_WINDOW`].

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::audit::{Actor, AuditAction, AuditEvent, AuditHead, AuditRecord, describe};
use crate::change::{Change, ChangeKind};
use crate::model::{Authorization, Person};
use crate::{Lifecycle, StorageError};

/// In this time, a secret's uses make one audit record.
pub const REUSE_WINDOW: SignedDuration = SignedDuration::from_hours(1);
/// So many secrets are remembered until the next writing; uses of others are refused all the same.
const CAPACITY: usize = 1024;

/// A use of a replaced secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reuse {
    /// The PAT's organization.
    pub organization_id: Uuid,
    /// The PAT's owner.
    pub owner: Uuid,
    /// The PAT.
    pub authorization: Uuid,
    /// Which of its secrets.
    pub generation: u32,
    /// When.
    pub at: Timestamp,
    /// From where.
    pub address: Option<IpAddr>,
}

/// The uses that are not written yet: the first of each secret.
#[derive(Debug, Default)]
pub struct ReuseRecorder(Mutex<BTreeMap<(Uuid, u32), Reuse>>);

impl ReuseRecorder {
    /// Remembers a use. Never waits for I/O.
    pub fn record(&self, reuse: Reuse) {
        let mut pending = self.lock();
        if pending.len() < CAPACITY {
            pending.entry((reuse.authorization, reuse.generation)).or_insert(reuse);
        }
    }

    fn take(&self) -> Vec<Reuse> {
        std::mem::take(&mut *self.lock()).into_values().collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(Uuid, u32), Reuse>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes the audit record of a use, unless there is one in its window.
#[derive(Debug, Clone, Copy)]
pub struct RecordReuse {
    /// The use.
    pub reuse: Reuse,
    /// The id of the audit record.
    pub audit_id: Uuid,
}

/// The rows that [`decide`] needs.
#[derive(Debug, Clone)]
pub struct ReuseFacts {
    /// The PAT.
    pub authorization: Option<Authorization>,
    /// Its owner.
    pub person: Option<Person>,
    /// When a use of the secret was last recorded.
    pub last_recorded: Option<Timestamp>,
    /// The end of the organization's audit chain.
    pub audit_head: AuditHead,
}

/// The rule. `None`: nothing is written.
pub fn decide(command: &RecordReuse, facts: &ReuseFacts) -> Option<(AuditRecord, Change)> {
    let reuse = command.reuse;
    let (Some(authorization), Some(owner)) = (&facts.authorization, &facts.person) else { return None };
    if facts.last_recorded.is_some_and(|last| reuse.at.duration_since(last) < REUSE_WINDOW) {
        return None;
    }
    let mut data = describe(authorization, owner);
    data.insert("Generation".to_owned(), reuse.generation.into());
    let event = AuditEvent {
        id: command.audit_id,
        organization_id: reuse.organization_id,
        at: reuse.at,
        action: AuditAction::PatSupersededUse,
        actor: Actor { pat_id: Some(reuse.authorization), address: reuse.address, ..Actor::default() },
        data,
    };
    let change = Change {
        kind: ChangeKind::SupersededUse,
        organization_id: reuse.organization_id,
        subject: Some(reuse.authorization),
    };
    Some((event.chain(facts.audit_head), change))
}

impl Lifecycle {
    /// Writes the uses of replaced secrets that are in memory. Gives those that made a record. What cannot be written
    /// stays in memory.
    pub async fn flush_reuses(&self) -> Result<Vec<Reuse>, StorageError> {
        let mut pending = self.reuses.take().into_iter();
        let mut recorded = Vec::new();
        while let Some(reuse) = pending.next() {
            match self.record_reuse(reuse).await {
                Ok(true) => recorded.push(reuse),
                Ok(false) => {}
                Err(error) => {
                    std::iter::once(reuse).chain(pending).for_each(|reuse| self.reuses.record(reuse));
                    return Err(error);
                }
            }
        }
        Ok(recorded)
    }

    async fn record_reuse(&self, reuse: Reuse) -> Result<bool, StorageError> {
        let audit_id = self.random.uuid().map_err(|error| StorageError::Unavailable(error.to_string()))?;
        self.storage.record_reuse(RecordReuse { reuse, audit_id }).await
    }
}
