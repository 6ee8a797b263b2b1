//! What happened to one PAT: its audit records, and what ended it together with others.

use patcycle_contract::audit::{AuditAction, AuditRecord, DecoratedAuditLogEntry};
use patcycle_contract::date;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{Authorization, Caller, Lifecycle, OperationError, Organization, Refusal};

/// The most records that are looked at, the newest first.
pub const MAXIMUM_RECORDS: u32 = 1000;

/// Which of `records` are about the PAT. They are in the order in which they were written: those about the PAT, and
/// those about its owner or the whole organization.
///
/// Of what revokes many at once only the first that ended this PAT happened to it.
pub fn of(pat: &Authorization, records: Vec<AuditRecord>) -> Vec<AuditRecord> {
    let mut has_ended = false;
    let happened = |record: &AuditRecord| {
        let ends = match AuditAction::from_id(&record.action) {
            Some(AuditAction::PatRevoke) => true,
            Some(AuditAction::PatRevokeAll) => record.at >= pat.valid_from,
            Some(AuditAction::RevocationRuleCreate) => ends_by_rule(pat, record),
            _ => return true,
        };
        let is_news = ends && !has_ended;
        has_ended |= ends;
        is_news
    };
    let mut records = records;
    records.retain(happened);
    records
}

/// Whether a revocation rule ends the PAT, by what the record says of the rule.
fn ends_by_rule(pat: &Authorization, record: &AuditRecord) -> bool {
    let data: Map<String, Value> = serde_json::from_str(&record.data).unwrap_or_default();
    let text = |key: &str| data.get(key).and_then(Value::as_str).unwrap_or_default();
    let names_a_scope = text("Scopes").split(' ').any(|scope| pat.scope.split(' ').any(|held| held == scope));
    names_a_scope && date::parse(text("CreatedBefore")).is_ok_and(|before| pat.valid_from < before)
}

impl Lifecycle {
    /// What happened to one of the caller's PATs in this organization, the newest first.
    ///
    /// Where somebody else acted, the owner learns who, but not from where.
    pub async fn history(
        &self,
        caller: &Caller,
        organization: &Organization,
        id: Uuid,
    ) -> Result<Vec<DecoratedAuditLogEntry>, OperationError> {
        let found = self.storage.find(organization.id, caller.object_id, id).await?;
        let pat = found.ok_or_else(Refusal::not_found)?;
        let mut records =
            self.storage.audit_about(organization.id, id, caller.object_id, MAXIMUM_RECORDS).await?;
        records.sort_unstable_by_key(|record| record.sequence);
        let entry = |mut record: AuditRecord| {
            if record.actor.object_id != Some(caller.object_id) {
                record.actor.address = None;
                record.actor.user_agent = None;
            }
            DecoratedAuditLogEntry::new(record, &organization.name, None)
        };
        Ok(of(&pat, records).into_iter().rev().map(entry).collect())
    }
}
