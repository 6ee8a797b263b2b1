//! Telling owners that a revocation rule ended PATs of theirs. A rule costs the same whatever it revokes, so its
//! transaction only notes that there is something to tell; a job walks the owners in portions afterwards.

use jiff::Timestamp;
use uuid::Uuid;

use super::{Channels, Notice, Stage};

/// Tells the owners of the next portion.
#[derive(Debug, Clone)]
pub struct AnnounceRules {
    /// Who is told.
    pub channels: Channels,
    /// At most so many owners are looked at.
    pub owners: u32,
}

/// A rule, as far as its owners are told of it.
#[derive(Debug, Clone, Copy)]
pub struct AnnouncedRule {
    /// The id of its audit record.
    pub id: Uuid,
    /// Where.
    pub organization_id: Uuid,
    /// When it was made.
    pub at: Timestamp,
}

/// The notices for an owner of whose PATs the rule ended so many. None for nobody's.
pub fn decide(command: &AnnounceRules, rule: AnnouncedRule, owner: Uuid, count: u32) -> Vec<Notice> {
    let occasion = format!("rule/{}", rule.id);
    command.channels.mass_notices(Stage::Revoked, rule.organization_id, owner, count, rule.at, &occasion)
}
