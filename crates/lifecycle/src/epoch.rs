//! Revoking everything issued so far, in one step and whatever the count.

use jiff::Timestamp;
use patcycle_contract::owner_revocation::GivenReason;
use serde_json::Map;
use uuid::Uuid;

use crate::audit::{Actor, AuditAction, AuditEvent, AuditHead, AuditRecord, GIVEN_REASON};
use crate::change::{Change, ChangeKind};
use crate::model::Epochs;
use crate::notice::{Channels, Notice, Stage};

/// Raises the epoch of one owner, or of the whole organization.
#[derive(Debug, Clone)]
pub struct RaiseEpoch {
    /// Where.
    pub organization_id: Uuid,
    /// Whose PATs; `None`: everybody's.
    pub owner: Option<Uuid>,
    /// The owner's sign-in name, for the record.
    pub owner_name: Option<String>,
    /// Why, in words.
    pub reason: Option<GivenReason>,
    /// Who is told.
    pub channels: Channels,
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
    /// How many PATs of the named owner work; the count may stop at [`crate::notice::MAXIMUM_COUNTED`]. 0 where nobody is to be told.
    pub active_pats: u32,
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
    /// Whom to tell.
    pub notices: Vec<Notice>,
}

/// One more than what is current.
pub fn decide(command: &RaiseEpoch, facts: &EpochFacts) -> EpochOutcome {
    let mut epochs = facts.epochs;
    let mut data = Map::new();
    if let Some(owner) = command.owner {
        epochs.owner += 1;
        data.insert("OwnerId".to_owned(), owner.to_string().into());
    } else {
        epochs.organization += 1;
    }
    let name = command.owner_name.clone().or_else(|| command.owner.map(|owner| owner.to_string()));
    data.insert("OwnerName".to_owned(), name.unwrap_or_else(|| "everybody".to_owned()).into());
    if let Some(reason) = &command.reason {
        data.insert(GIVEN_REASON.to_owned(), reason.as_str().into());
    }
    let event = AuditEvent {
        id: command.audit_id,
        organization_id: command.organization_id,
        at: command.at,
        action: AuditAction::PatRevokeAll,
        actor: command.actor.clone(),
        data,
    };
    let notices = command.owner.map(|owner| {
        let occasion = format!("epoch/{}/{}", command.organization_id, epochs.owner);
        let (organization_id, count) = (command.organization_id, facts.active_pats);
        command.channels.mass_notices(Stage::Revoked, organization_id, owner, count, command.at, &occasion)
    });
    EpochOutcome {
        epochs,
        notices: notices.unwrap_or_default(),
        audit: event.chain(facts.audit_head),
        change: Change {
            kind: ChangeKind::EpochRaised,
            organization_id: command.organization_id,
            subject: command.owner,
        },
    }
}
