//! Ends that come near or pass: found by looking at ranges of ends, never by a timer for each PAT.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::{Channels, Notice, Stage};
use crate::State;
use crate::audit::{Actor, AuditAction, AuditEvent, AuditHead, AuditRecord, describe};
use crate::change::{Change, ChangeKind};
use crate::revoke_many::OwnedPat;

/// Which ends are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// The end has passed. It goes into the audit as well (contract.md §6).
    Expired,
    /// The end is so many days ahead.
    Expiring {
        /// How many.
        days: u16,
    },
}

impl Occasion {
    /// The name of its job: how far it got is remembered under it.
    pub fn job(self) -> String {
        match self {
            Self::Expired => "expired".to_owned(),
            Self::Expiring { days } => format!("expiring in {days} days"),
        }
    }

    /// How far ahead of the clock the looked-for ends lie.
    pub fn ahead(self) -> SignedDuration {
        match self {
            Self::Expired => SignedDuration::ZERO,
            Self::Expiring { days } => SignedDuration::from_hours(24 * i64::from(days)),
        }
    }
}

/// Looks at the next PATs of one occasion.
#[derive(Debug)]
pub struct AnnounceEnds {
    /// Which ends.
    pub occasion: Occasion,
    /// Ends up to here are looked at, inclusive. Those at or before the end of the last look were seen then; at the very
    /// first look nothing is, since what ended before anybody looked is no news.
    pub up_to: Timestamp,
    /// Who is told.
    pub channels: Channels,
    /// The clock reading of the command.
    pub at: Timestamp,
    /// Ids for audit records: at most so many PATs are looked at.
    pub audit_ids: Vec<Uuid>,
}

/// What [`super::Outbox::announce_ends`] or [`super::Outbox::announce_rules`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Announced {
    /// How many PATs, or owners, were looked at.
    pub looked_at: usize,
    /// Whether there was nothing more to see.
    pub finished: bool,
}

/// The rows that [`decide`] needs.
#[derive(Debug, Clone)]
pub struct EndFacts {
    /// The PAT as it is inside the transaction, with its owner.
    pub pat: OwnedPat,
    /// The end of the organization's audit chain.
    pub audit_head: AuditHead,
}

/// What is to be written.
#[derive(Debug, Clone)]
pub struct EndOutcome {
    /// The records of an end that has passed.
    pub records: Option<(AuditRecord, Change)>,
    /// Whom to tell.
    pub notices: Vec<Notice>,
}

/// The rule: a PAT that is revoked, or whose end has moved out of reach since it was found, is no news; nor is it near
/// its end when that has passed already.
pub fn decide(command: &AnnounceEnds, facts: &EndFacts, audit_id: Uuid) -> Option<EndOutcome> {
    let authorization = &facts.pat.authorization;
    if authorization.valid_to > command.up_to {
        return None;
    }
    match (command.occasion, authorization.state(command.at, &facts.pat.cutoffs)) {
        (_, State::Revoked)
        | (Occasion::Expiring { .. }, State::Expired)
        | (Occasion::Expired, State::Active) => None,
        (Occasion::Expiring { days }, State::Active) => {
            let notices = command.channels.expiring(days, authorization, command.at);
            Some(EndOutcome { records: None, notices })
        }
        (Occasion::Expired, State::Expired) => Some(EndOutcome {
            records: Some(records(command, facts, audit_id)),
            notices: command.channels.notices(Stage::Expired, authorization, authorization.valid_to),
        }),
    }
}

fn records(command: &AnnounceEnds, facts: &EndFacts, audit_id: Uuid) -> (AuditRecord, Change) {
    let authorization = &facts.pat.authorization;
    let event = AuditEvent {
        id: audit_id,
        organization_id: authorization.organization_id,
        at: command.at,
        action: AuditAction::PatExpired,
        actor: Actor::default(),
        data: describe(authorization, &facts.pat.owner),
    };
    let change = Change {
        kind: ChangeKind::Expired,
        organization_id: authorization.organization_id,
        subject: Some(authorization.id),
    };
    (event.chain(facts.audit_head), change)
}
