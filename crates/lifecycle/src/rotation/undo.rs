//! Going back to the old secret while it still works.

use jiff::Timestamp;
use patcycle_contract::{IdempotencyKey, PatToken};
use patcycle_token::Digest;
use uuid::Uuid;

use super::{Conflict, Rotation, RotationError, RotationState, SettleFacts, last_rotation, usable};
use crate::audit::{Actor, AuditAction, AuditEvent, AuditRecord, describe};
use crate::change::{Change, ChangeKind};
use crate::model::{Authorization, State};
use crate::{Caller, Lifecycle, Organization};

/// Ends the new secret now and makes the old one the present one again.
#[derive(Debug, Clone)]
pub struct UndoRotation {
    /// Where.
    pub organization_id: Uuid,
    /// Whose.
    pub owner: Uuid,
    /// Which.
    pub id: Uuid,
    /// By which the rotation's key is known again; `None`: whichever it is.
    pub key_digest: Option<Digest>,
    /// Who asked.
    pub actor: Actor,
    /// The clock reading of the command.
    pub at: Timestamp,
    /// The id of the audit record.
    pub audit_id: Uuid,
}

/// What the rule says.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "made once for each command and taken apart at once")]
pub enum UndoOutcome {
    /// It is undone already; nothing is written.
    Unchanged(Authorization),
    /// Write this. The new secret dies at the command's clock reading; the old one gets its place back.
    Undone {
        /// The PAT as it will be: with the beginning and the end that it had.
        authorization: Authorization,
        /// The generation of the secret that the rotation made.
        generation: u32,
        /// The audit record.
        audit: AuditRecord,
        /// The change record.
        change: Change,
    },
}

/// The rule. Undoing twice is fine.
pub fn decide(command: &UndoRotation, facts: &SettleFacts) -> Result<UndoOutcome, RotationError> {
    let (current, secrets, owner) =
        usable(facts.authorization.as_ref(), facts.person.as_ref(), &facts.cutoffs, command.at)?;
    let last = last_rotation(facts.last.as_ref(), command.key_digest)?;
    if last.state == RotationState::Undone {
        return Ok(UndoOutcome::Unchanged(current.clone()));
    }
    if secrets.overlap_end(command.at).is_none() {
        return Err(Conflict::OverlapOver.into());
    }
    let authorization = Authorization {
        valid_from: last.old_valid_from,
        valid_to: end_before(last, current),
        ..current.clone()
    };
    // A rule that spares the new secret may have ended the older one: the PAT would be left without any that works.
    if authorization.state(command.at, &facts.cutoffs) != State::Active {
        return Err(Conflict::OverlapOver.into());
    }
    let mut data = describe(&authorization, owner);
    data.insert("Generation".to_owned(), last.generation.into());
    let event = AuditEvent {
        id: command.audit_id,
        organization_id: current.organization_id,
        at: command.at,
        action: AuditAction::PatRotateUndo,
        actor: command.actor.clone(),
        data,
    };
    Ok(UndoOutcome::Undone {
        generation: last.generation,
        audit: event.chain(facts.audit_head),
        change: Change {
            kind: ChangeKind::RotationUndone,
            organization_id: current.organization_id,
            subject: Some(current.id),
        },
        authorization,
    })
}

/// The end that the old secret had. Where the owner has given the PAT an earlier one since, that one.
fn end_before(last: &Rotation, current: &Authorization) -> Timestamp {
    if current.valid_to == last.valid_to {
        last.old_valid_to
    } else {
        last.old_valid_to.min(current.valid_to)
    }
}

impl Lifecycle {
    /// Goes back to the old secret of the last rotation of one of the caller's PATs. With a key only if it is that
    /// rotation's. When this answers `Ok`, the new secret is dead and stays dead.
    pub async fn undo_rotation(
        &self,
        caller: &Caller,
        organization: &Organization,
        id: Uuid,
        key: Option<&IdempotencyKey>,
    ) -> Result<PatToken, RotationError> {
        let command = UndoRotation {
            organization_id: organization.id,
            owner: caller.object_id,
            id,
            key_digest: key.map(|key| self.rotation_secrets().key_digest(key)),
            actor: caller.into(),
            at: self.clock.now(),
            audit_id: self.random.uuid()?,
        };
        Ok(self.storage.undo_rotation(command).await?.to_pat_token())
    }
}
