//! Revoking everything issued so far, in one step and whatever the count.

use jiff::Timestamp;
use serde_json::Map;
use uuid::Uuid;

use crate::audit::{Actor, AuditAction, AuditEvent, AuditHead, AuditRecord};
use crate::change::{Change, ChangeKind};
use crate::model::Epochs;

/// Raises the epoch of one owner, or of the whole organization.
#[derive(Debug, Clone)]
pub struct RaiseEpoch {
    /// Where.
    pub organization_id: Uuid,
    /// Whose PATs; `None`: everybody's.
    pub owner: Option<Uuid>,
    /// Who asked.
    pub actor: Actor,
    /// The clock reading of the command.
    pub at: Timestamp,
    /// The id of the audit record.
    pub audit_id: Uuid,
}

/// The rows that [`decide`] needs.
#[derive(Debug, Clone, Copy)]
pub struct EpochFacts {
    /// The epochs that are current for the organization and the named owner.
    pub epochs: Epochs,
    /// The end of the organization's audit chain.
    pub audit_head: AuditHead,
}

/// What is to be written.
#[derive(Debug, Clone)]
pub struct EpochOutcome {
    /// The new epochs.
    pub epochs: Epochs,
    /// The audit record.
    pub audit: AuditRecord,
    /// The change record.
    pub change: Change,
}

/// One more than what is current.
pub fn decide(command: &RaiseEpoch, facts: &EpochFacts) -> EpochOutcome {
    let mut epochs = facts.epochs;
    let mut data = Map::new();
    match command.owner {
        Some(owner) => {
            epochs.owner += 1;
            data.insert("OwnerId".to_owned(), owner.to_string().into());
        }
        None => epochs.organization += 1,
    }
    let event = AuditEvent {
        id: command.audit_id,
        organization_id: command.organization_id,
        at: command.at,
        action: AuditAction::PatRevokeAll,
        actor: command.actor.clone(),
        data,
    };
    EpochOutcome {
        epochs,
        audit: event.chain(facts.audit_head),
        change: Change {
            kind: ChangeKind::EpochRaised,
            organization_id: command.organization_id,
            subject: command.owner,
        },
    }
}
