//! Reading the audit of an organization: the log by time, and the chain as it was written.

use jiff::Timestamp;
use patcycle_contract::audit::{
    AuditLogQuery, AuditLogQueryResult, AuditRecord, DecoratedAuditLogEntry, MAX_RECORDS,
};
use uuid::Uuid;

use crate::continuation::BadContinuationToken;
use crate::{Caller, Lifecycle, Organization, StorageError};

/// One read of the log: records in the order of time and number, both descending.
#[derive(Debug, Clone)]
pub struct AuditLogRequest {
    /// Where.
    pub organization_id: Uuid,
    /// The tenant in which actors have their names.
    pub tenant_id: Uuid,
    /// Nothing before; inclusive.
    pub from: Option<Timestamp>,
    /// Nothing from here on; exclusive.
    pub until: Option<Timestamp>,
    /// The last record of the batch before: when it was written, and its number. Exclusive.
    pub after: Option<(Timestamp, u64)>,
    /// At most so many rows.
    pub limit: u32,
}

/// A record, with what its readers want to know besides.
#[derive(Debug, Clone)]
pub struct AuditLogRow {
    /// The record.
    pub record: AuditRecord,
    /// The actor's name, if the actor has PATs here and so is known.
    pub actor_display_name: Option<String>,
}

/// Why there is no batch.
#[derive(Debug, thiserror::Error)]
pub enum AuditLogError {
    /// The continuation token is not one of this log.
    #[error(transparent)]
    BadContinuationToken(#[from] BadContinuationToken),
    /// The store could not read.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Lifecycle {
    /// One batch of the organization's log, the newest records first.
    pub async fn audit_log(
        &self,
        caller: &Caller,
        organization: &Organization,
        query: &AuditLogQuery,
    ) -> Result<AuditLogQueryResult, AuditLogError> {
        let binding = binding(caller, organization, query);
        let after = match &query.continuation_token {
            None => None,
            Some(token) => {
                let payload = self.continuation.open(&binding, token)?;
                Some(position(&payload).ok_or(BadContinuationToken)?)
            }
        };
        let request = AuditLogRequest {
            organization_id: organization.id,
            tenant_id: organization.tenant_id,
            from: query.start_time,
            until: query.end_time,
            after,
            // One more than fits tells whether there is a next batch.
            limit: query.batch_size + 1,
        };
        let mut rows = self.storage.audit_log(request).await?;
        let batch = query.batch_size as usize;
        let has_more = rows.len() > batch;
        rows.truncate(batch);
        let next = rows.last().filter(|_| has_more).map(|last| {
            let position =
                [last.record.at.as_microsecond().to_be_bytes(), last.record.sequence.to_be_bytes()];
            self.continuation.seal(&binding, &position.concat())
        });
        let entry = |row: AuditLogRow| {
            DecoratedAuditLogEntry::new(row.record, &organization.name, row.actor_display_name)
        };
        Ok(AuditLogQueryResult {
            decorated_audit_log_entries: rows.into_iter().map(entry).collect(),
            continuation_token: Some(next.unwrap_or_default()),
            has_more,
        })
    }

    /// The organization's records after the one with the number `after`, in the order of the chain, with their
    /// hashes. Fewer than [`MAX_RECORDS`]: the chain ends there.
    pub async fn audit_records(
        &self,
        organization: &Organization,
        after: u64,
    ) -> Result<Vec<AuditRecord>, StorageError> {
        self.storage.audit_after(organization.id, after, MAX_RECORDS).await
    }
}

fn position(payload: &[u8]) -> Option<(Timestamp, u64)> {
    let (at, sequence) = payload.split_first_chunk::<8>()?;
    let at = Timestamp::from_microsecond(i64::from_be_bytes(*at)).ok()?;
    Some((at, u64::from_be_bytes(sequence.try_into().ok()?)))
}

/// What a continuation token belongs to: the log, caller, organization and window, but not the batch size.
fn binding(caller: &Caller, organization: &Organization, query: &AuditLogQuery) -> Vec<u8> {
    let instant = |instant: Option<Timestamp>| match instant {
        // No instant has this number of microseconds.
        None => i64::MIN.to_be_bytes(),
        Some(instant) => instant.as_microsecond().to_be_bytes(),
    };
    [
        b"audit log".as_slice(),
        caller.tenant_id.as_bytes(),
        caller.object_id.as_bytes(),
        organization.id.as_bytes(),
        &instant(query.start_time),
        &instant(query.end_time),
    ]
    .concat()
}
