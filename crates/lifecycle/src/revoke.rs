//! Revoking one PAT.

use jiff::Timestamp;
use uuid::Uuid;

use crate::audit::{Actor, AuditAction, AuditEvent, AuditHead, AuditRecord, describe};
use crate::change::{Change, ChangeKind};
use crate::cutoffs::Cutoffs;
use crate::model::{Authorization, Person, Revocation, RevocationReason, State};
use crate::notice::{Channels, Notice, Stage};
use crate::{Caller, Lifecycle, OperationError, Organization, Refusal};

/// Ends one PAT of its owner.
#[derive(Debug, Clone)]
pub struct Revoke {
    /// Where.
    pub organization_id: Uuid,
    /// Whose.
    pub owner: Uuid,
    /// Which.
    pub id: Uuid,
    /// Why.
    pub reason: RevocationReason,
    /// Who asked.
    pub actor: Actor,
    /// The clock reading of the command.
    pub at: Timestamp,
    /// The id of the audit record.
    pub audit_id: Uuid,
    /// Who is told when an administrator asked.
    pub channels: Channels,
}

/// The rows that [`decide`] needs.
#[derive(Debug, Clone)]
pub struct RevokeFacts {
    /// The PAT, if there is one of that id, owner and organization.
    pub authorization: Option<Authorization>,
    /// Its owner.
    pub person: Option<Person>,
    /// What it is measured by.
    pub cutoffs: Cutoffs,
    /// The end of the organization's audit chain.
    pub audit_head: AuditHead,
}

/// What the rule says.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "made once for each command and taken apart at once")]
pub enum RevokeOutcome {
    /// It is revoked already; nothing is written.
    Unchanged,
    /// Write this.
    Revoked {
        /// The PAT as it will be.
        authorization: Authorization,
        /// The audit record.
        audit: AuditRecord,
        /// The change record.
        change: Change,
        /// Whom to tell.
        notices: Vec<Notice>,
    },
}

/// The rule: revoking twice is fine, revoking what is not yours is the same as revoking nothing
/// (contract.md §12 #10). An expired PAT can be revoked too.
pub fn decide(command: &Revoke, facts: &RevokeFacts) -> Result<RevokeOutcome, Refusal> {
    let (Some(current), Some(owner)) = (&facts.authorization, &facts.person) else {
        return Err(Refusal::not_found());
    };
    if current.state(command.at, &facts.cutoffs) == State::Revoked {
        return Ok(RevokeOutcome::Unchanged);
    }
    let revoked = Authorization {
        revoked: Some(Revocation { at: command.at, reason: command.reason }),
        ..current.clone()
    };
    let event = AuditEvent {
        id: command.audit_id,
        organization_id: revoked.organization_id,
        at: command.at,
        action: AuditAction::PatRevoke,
        actor: command.actor.clone(),
        data: describe(&revoked, owner),
    };
    let notices = match command.reason {
        RevocationReason::Administrator => command.channels.notices(Stage::Revoked, &revoked, command.at),
        RevocationReason::Owner | RevocationReason::Leaked => Vec::new(),
    };
    Ok(RevokeOutcome::Revoked {
        notices,
        audit: event.chain(facts.audit_head),
        change: Change {
            kind: ChangeKind::Revoked,
            organization_id: revoked.organization_id,
            subject: Some(revoked.id),
        },
        authorization: revoked,
    })
}

impl Lifecycle {
    /// Revokes one of the caller's PATs. When this answers `Ok`, the PAT is dead and stays dead.
    ///
    /// An id that the caller does not own is [`OperationError::Refused`] with `authorizationNotFound`.
    pub async fn revoke(
        &self,
        caller: &Caller,
        organization: &Organization,
        id: Uuid,
    ) -> Result<(), OperationError> {
        let command = Revoke {
            organization_id: organization.id,
            owner: caller.object_id,
            id,
            reason: RevocationReason::Owner,
            actor: caller.into(),
            at: self.clock.now(),
            audit_id: self.random.uuid()?,
            channels: self.settings.channels.clone(),
        };
        self.storage.revoke(command).await?;
        Ok(())
    }
}
