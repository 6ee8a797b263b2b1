//! Writing many PATs at once: one transaction, one audit record, one change number for the batch.

use jiff::Timestamp;
use serde_json::Map;
use uuid::Uuid;

use crate::audit::{Actor, AuditAction, AuditEvent, AuditHead, AuditRecord};
use crate::change::{Change, ChangeKind};
use crate::model::{Authorization, Person, StoredSecret};

/// PATs of one organization, with their owners.
#[derive(Debug)]
pub struct Import {
    /// Where.
    pub organization_id: Uuid,
    /// The owners; those that exist already are left as they are.
    pub owners: Vec<Person>,
    /// The PATs and their first secrets. Their epochs are kept as given.
    pub pats: Vec<(Authorization, StoredSecret)>,
    /// Who asked.
    pub actor: Actor,
    /// The clock reading of the command.
    pub at: Timestamp,
    /// The id of the audit record.
    pub audit_id: Uuid,
}

/// The batch's audit and change records.
pub fn decide(command: &Import, audit_head: AuditHead) -> (AuditRecord, Change) {
    let mut data = Map::new();
    data.insert("Count".to_owned(), command.pats.len().into());
    let event = AuditEvent {
        id: command.audit_id,
        organization_id: command.organization_id,
        at: command.at,
        action: AuditAction::PatImport,
        actor: command.actor.clone(),
        data,
    };
    let change =
        Change { kind: ChangeKind::Imported, organization_id: command.organization_id, subject: None };
    (event.chain(audit_head), change)
}
