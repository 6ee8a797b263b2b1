//! A PAT was found where secrets must not be: whoever found it may end it, and learns nothing by it.

mod lookup;
mod report_keys;

use std::sync::Arc;

use jiff::Timestamp;
use patcycle_primitives::Secret;
use patcycle_token::{Digest, ParsedPat};
use percent_encoding::percent_decode_str;
use uuid::Uuid;

use crate::audit::{Actor, AuditAction, AuditEvent, AuditHead, AuditRecord, describe};
use crate::change::{Change, ChangeKind};
use crate::model::{Authorization, Revocation, RevocationReason, State};
use crate::notice::{Channels, Notice, Stage};
use crate::policy::revokes_leaked_pats;
use crate::revoke_many::OwnedPat;
use crate::{Lifecycle, OperationError, Policies};

pub use lookup::KnownPat;
pub use report_keys::{ReportKeyError, ReportKeys};

/// The longest place of a find that the audit keeps, in characters.
const PLACE_CHARACTERS: usize = 500;

/// Where a digest leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecretOwner {
    /// Where.
    pub organization_id: Uuid,
    /// Whose.
    pub owner: Uuid,
    /// The PAT.
    pub authorization_id: Uuid,
    /// When this secret was made. Its PAT may have a younger one since.
    pub valid_from: Timestamp,
    /// When this secret stops before its PAT does: it was superseded.
    pub dies_at: Option<Timestamp>,
}

impl SecretOwner {
    /// Whether this very secret works at `now`. Revocation rules measure it by its own beginning, so one that a
    /// rotation has replaced may have ended although its PAT has not.
    fn works(&self, pat: &OwnedPat, now: Timestamp) -> bool {
        let measured = Authorization { valid_from: self.valid_from, ..pat.authorization.clone() };
        self.dies_at.is_none_or(|end| now < end) && measured.state(now, &pat.cutoffs) == State::Active
    }
}

/// Ends a PAT whose secret somebody has shown.
#[derive(Debug, Clone)]
pub struct Leak {
    /// The PAT.
    pub secret: SecretOwner,
    /// Where it was found, in the finder's words.
    pub place: Option<String>,
    /// Who is told.
    pub channels: Channels,
    /// From where the report came; a person's name it never has.
    pub actor: Actor,
    /// The clock reading of the command.
    pub at: Timestamp,
    /// The ids of the two audit records: of the discovery, and of the revocation.
    pub audit_ids: [Uuid; 2],
}

/// The rows that [`decide`] needs.
#[derive(Debug, Clone)]
pub struct LeakFacts {
    /// The policies that hold in the organization.
    pub policies: Arc<Policies>,
    /// Whether it was reported before.
    pub is_exposed: bool,
    /// The PAT as it is inside the transaction, with its owner.
    pub pat: OwnedPat,
    /// The end of the organization's audit chain.
    pub audit_head: AuditHead,
}

/// What the rule says.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "made once for each command and taken apart at once")]
pub enum LeakOutcome {
    /// Nothing that works was shown, or it is known already; nothing is written.
    Unchanged,
    /// Write this.
    Found {
        /// The PAT as it will be; `None`: it stays as it is, and is only marked.
        revoked: Option<Authorization>,
        /// The audit records, each with its change record.
        records: Vec<(AuditRecord, Change)>,
        /// Whom to tell.
        notices: Vec<Notice>,
    },
}

/// The rule: what works is revoked, unless the tenant's policy only wants to know, once (contract.md §6).
/// A secret that works no longer is no news.
pub fn decide(command: &Leak, facts: &LeakFacts) -> LeakOutcome {
    if !command.secret.works(&facts.pat, command.at) {
        return LeakOutcome::Unchanged;
    }
    let current = &facts.pat.authorization;
    let revokes = revokes_leaked_pats(&facts.policies, command.at);
    if !revokes && facts.is_exposed {
        return LeakOutcome::Unchanged;
    }
    let discovery = event(command, facts, AuditAction::PatPublicDiscovery, command.audit_ids[0]);
    let discovery = discovery.chain(facts.audit_head);
    let head = AuditHead { sequence: discovery.sequence, hash: discovery.hash };
    let mut records = vec![(discovery, change(current, ChangeKind::Exposed))];
    let notices = command.channels.notices(Stage::Leaked, current, command.at);
    if !revokes {
        return LeakOutcome::Found { revoked: None, records, notices };
    }
    let revocation = event(command, facts, AuditAction::PatSystemRevoke, command.audit_ids[1]).chain(head);
    records.push((revocation, change(current, ChangeKind::Revoked)));
    let revocation = Revocation { at: command.at, reason: RevocationReason::Leaked };
    let revoked = Some(Authorization { revoked: Some(revocation), ..current.clone() });
    LeakOutcome::Found { revoked, records, notices }
}

fn event(command: &Leak, facts: &LeakFacts, action: AuditAction, id: Uuid) -> AuditEvent {
    let mut data = describe(&facts.pat.authorization, &facts.pat.owner);
    if let Some(place) = &command.place {
        data.insert("FoundAt".to_owned(), place.clone().into());
    }
    AuditEvent {
        id,
        organization_id: facts.pat.authorization.organization_id,
        at: command.at,
        action,
        actor: command.actor.clone(),
        data,
    }
}

fn change(authorization: &Authorization, kind: ChangeKind) -> Change {
    Change { kind, organization_id: authorization.organization_id, subject: Some(authorization.id) }
}

impl Lifecycle {
    /// Ends the PAT whose secret this is, if there is one. `place` is where it was found.
    ///
    /// Gives whether this service made it: for reporters who proved who they are, and nobody else.
    pub async fn report_leak(
        &self,
        presented: &Secret,
        place: Option<&str>,
        actor: Actor,
    ) -> Result<bool, OperationError> {
        let Some(secret) = self.find_secret(presented).await? else { return Ok(false) };
        let command = Leak {
            secret,
            place: place.and_then(readable_place),
            channels: self.settings.channels.clone(),
            actor,
            at: self.clock.now(),
            audit_ids: [self.random.uuid()?, self.random.uuid()?],
        };
        self.storage.report_leak(command).await?;
        Ok(true)
    }

    /// Where the secret leads. What is not of the service's own form is never looked up.
    async fn find_secret(&self, presented: &Secret) -> Result<Option<SecretOwner>, OperationError> {
        if !matches!(patcycle_token::parse(presented.expose()), Ok(ParsedPat::Current { .. })) {
            return Ok(None);
        }
        let digests: Vec<Digest> =
            self.peppers.digests(presented.expose()).map(|(_, digest)| digest).collect();
        Ok(self.storage.find_secret_owner(&digests).await?)
    }
}

/// The place as the audit may keep it: one line, not too long, and without any PAT, be it the one that is reported
/// or another.
fn readable_place(place: &str) -> Option<String> {
    let holds_pat = |text: &str| patcycle_token::holds_pat(text);
    if holds_pat(place) || holds_pat(&percent_decode_str(place).decode_utf8_lossy()) {
        return None;
    }
    let line: String =
        place.trim().chars().filter(|character| !character.is_control()).take(PLACE_CHARACTERS).collect();
    (!line.is_empty()).then_some(line)
}
