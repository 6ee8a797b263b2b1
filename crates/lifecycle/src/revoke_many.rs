//! Revoking PATs of any owners at once, by an administrator: all or none (contract.md §4.1, §12 #45).

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use patcycle_contract::SessionTokenError;
use patcycle_contract::owner_revocation::GivenReason;
use uuid::Uuid;

use crate::audit::{Actor, AuditAction, AuditEvent, AuditHead, AuditRecord, GIVEN_REASON, describe};
use crate::change::{Change, ChangeKind};
use crate::cutoffs::Cutoffs;
use crate::model::{Authorization, Person, Revocation, RevocationReason, State};
use crate::notice::{Channels, Notice, Stage};
use crate::{Caller, Lifecycle, OperationError, Organization, Refusal};

/// Ends PATs of an organization, whoever owns them.
#[derive(Debug, Clone)]
pub struct RevokeMany {
    /// Where.
    pub organization_id: Uuid,
    /// Which, each once.
    pub ids: Vec<Uuid>,
    /// Why.
    pub reason: RevocationReason,
    /// Why, in words.
    pub given_reason: Option<GivenReason>,
    /// Who asked.
    pub actor: Actor,
    /// The clock reading of the command.
    pub at: Timestamp,
    /// Who is told.
    pub channels: Channels,
    /// Ids of the audit records, as many as there are PATs.
    pub audit_ids: Vec<Uuid>,
}

/// One of the PATs, with what decides about it.
#[derive(Debug, Clone)]
pub struct OwnedPat {
    /// The PAT.
    pub authorization: Authorization,
    /// Its owner.
    pub owner: Person,
    /// What it is measured by.
    pub cutoffs: Cutoffs,
}

/// The rows that [`decide`] needs.
#[derive(Debug, Clone)]
pub struct RevokeManyFacts {
    /// Those of the PATs that exist in the organization, by id.
    pub pats: HashMap<Uuid, OwnedPat>,
    /// The end of the organization's audit chain.
    pub audit_head: AuditHead,
}

/// What is to be written for one PAT.
#[derive(Debug, Clone)]
pub struct RevokedPat {
    /// The PAT as it will be.
    pub authorization: Authorization,
    /// The audit record.
    pub audit: AuditRecord,
    /// The change record.
    pub change: Change,
    /// Whom to tell.
    pub notices: Vec<Notice>,
}

/// The rule: one id that is not there refuses all; what is revoked already is left alone.
pub fn decide(command: &RevokeMany, facts: &RevokeManyFacts) -> Result<Vec<RevokedPat>, Refusal> {
    if let Some(unknown) = command.ids.iter().find(|id| !facts.pats.contains_key(id)) {
        return Err(Refusal::new(
            SessionTokenError::AuthorizationNotFound,
            format!(
                "There is no personal access token with the authorizationId {unknown} in this organization. \
                 Nothing was revoked. Take that id out and send the others again."
            ),
        ));
    }
    let mut head = facts.audit_head;
    let mut revoked = Vec::with_capacity(command.ids.len());
    for (id, audit_id) in command.ids.iter().zip(&command.audit_ids) {
        let Some(pat) = facts.pats.get(id) else { continue };
        if pat.authorization.state(command.at, &pat.cutoffs) == State::Revoked {
            continue;
        }
        let authorization = Authorization {
            revoked: Some(Revocation { at: command.at, reason: command.reason }),
            ..pat.authorization.clone()
        };
        let mut data = describe(&authorization, &pat.owner);
        data.insert("Reason".to_owned(), command.reason.as_str().into());
        if let Some(reason) = &command.given_reason {
            data.insert(GIVEN_REASON.to_owned(), reason.as_str().into());
        }
        let event = AuditEvent {
            id: *audit_id,
            organization_id: command.organization_id,
            at: command.at,
            action: AuditAction::PatRevoke,
            actor: command.actor.clone(),
            data,
        };
        let audit = event.chain(head);
        head = AuditHead { sequence: audit.sequence, hash: audit.hash };
        let change = Change {
            kind: ChangeKind::Revoked,
            organization_id: command.organization_id,
            subject: Some(authorization.id),
        };
        let notices = command.channels.notices(Stage::Revoked, &authorization, command.at);
        revoked.push(RevokedPat { authorization, audit, change, notices });
    }
    Ok(revoked)
}

impl Lifecycle {
    /// Revokes PATs of anybody in the organization. When this answers `Ok`, all of them are dead and stay dead.
    ///
    /// An id that is not there is [`OperationError::Refused`], and then nothing was revoked.
    pub async fn revoke_many(
        &self,
        caller: &Caller,
        organization: &Organization,
        ids: Vec<Uuid>,
        given_reason: Option<GivenReason>,
    ) -> Result<(), OperationError> {
        let mut seen = HashSet::with_capacity(ids.len());
        let ids: Vec<Uuid> = ids.into_iter().filter(|id| seen.insert(*id)).collect();
        let command = RevokeMany {
            organization_id: organization.id,
            reason: RevocationReason::Administrator,
            given_reason,
            actor: caller.into(),
            channels: self.settings.channels.clone(),
            at: self.clock.now(),
            audit_ids: ids.iter().map(|_| self.random.uuid()).collect::<Result<_, _>>()?,
            ids,
        };
        self.storage.revoke_many(command).await?;
        Ok(())
    }
}
