//! Ending a rotation's overlap before its time.

use jiff::Timestamp;
use patcycle_contract::{IdempotencyKey, PatToken};
use patcycle_token::Digest;
use uuid::Uuid;

use super::{Conflict, RotationError, RotationState, SettleFacts, last_rotation, usable};
use crate::audit::{Actor, AuditAction, AuditEvent, AuditRecord, describe};
use crate::change::{Change, ChangeKind};
use crate::model::Authorization;
use crate::{Caller, Lifecycle, Organization};

/// Ends the old secret now and settles the rotation, so that another may begin.
#[derive(Debug, Clone)]
pub struct FinishRotation {
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
pub enum FinishOutcome {
    /// It is finished already; nothing is written.
    Unchanged(Authorization),
    /// Write this.
    Finished {
        /// The PAT, as it is.
        authorization: Authorization,
        /// The generation of the secret that the rotation made.
        generation: u32,
        /// When the old secret dies, where it would have lived longer.
        dies_at: Option<Timestamp>,
        /// The audit record.
        audit: AuditRecord,
        /// The change record.
        change: Change,
    },
}

/// The rule. Finishing twice is fine.
pub fn decide(command: &FinishRotation, facts: &SettleFacts) -> Result<FinishOutcome, RotationError> {
    let (current, secrets, owner) =
        usable(facts.authorization.as_ref(), facts.person.as_ref(), &facts.cutoffs, command.at)?;
    let last = last_rotation(facts.last.as_ref(), command.key_digest)?;
    match last.state {
        RotationState::Begun => {}
        RotationState::Finished => return Ok(FinishOutcome::Unchanged(current.clone())),
        RotationState::Undone => return Err(Conflict::Undone.into()),
    }
    let mut data = describe(current, owner);
    data.insert("Generation".to_owned(), last.generation.into());
    let event = AuditEvent {
        id: command.audit_id,
        organization_id: current.organization_id,
        at: command.at,
        action: AuditAction::PatRotateFinish,
        actor: command.actor.clone(),
        data,
    };
    Ok(FinishOutcome::Finished {
        authorization: current.clone(),
        generation: last.generation,
        dies_at: secrets.overlap_end(command.at).map(|_| command.at),
        audit: event.chain(facts.audit_head),
        change: Change {
            kind: ChangeKind::RotationFinished,
            organization_id: current.organization_id,
            subject: Some(current.id),
        },
    })
}

impl Lifecycle {
    /// Ends the old secret of the last rotation of one of the caller's PATs. With a key only if it is that
    /// rotation's. When this answers `Ok`, the old secret is dead and stays dead.
    pub async fn finish_rotation(
        &self,
        caller: &Caller,
        organization: &Organization,
        id: Uuid,
        key: Option<&IdempotencyKey>,
    ) -> Result<PatToken, RotationError> {
        let command = FinishRotation {
            organization_id: organization.id,
            owner: caller.object_id,
            id,
            key_digest: key.map(|key| self.rotation_secrets().key_digest(key)),
            actor: caller.into(),
            at: self.clock.now(),
            audit_id: self.random.uuid()?,
        };
        Ok(self.storage.finish_rotation(command).await?.to_pat_token())
    }
}
