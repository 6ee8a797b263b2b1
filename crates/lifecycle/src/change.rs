//! The change feed: one gapless number per transaction, in commit order.

use uuid::Uuid;

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// A PAT was made.
    Created,
    /// Name, scope, end or targets of a PAT changed.
    Updated,
    /// A PAT was revoked.
    Revoked,
    /// A PAT got a new secret; the old one has an end now.
    Rotated,
    /// The old secret of a PAT was ended before its overlap was over.
    RotationFinished,
    /// The new secret of a PAT was ended, and the old one works on.
    RotationUndone,
    /// A replaced secret of a PAT was presented. Nothing of the PAT changed.
    SupersededUse,
    /// A PAT was found where secrets must not be.
    Exposed,
    /// A PAT's end has passed. It was refused from that instant on, whenever this is written.
    Expired,
    /// Everything of an owner (or, without one, of the organization) issued so far was revoked at once.
    EpochRaised,
    /// Many PATs were written at once.
    Imported,
    /// The organization itself was made or changed.
    Organization,
    /// A policy of the organization changed.
    Policy,
    /// A policy of the tenant changed: it concerns every organization of the tenant, which is the subject.
    TenantPolicy,
    /// A person may not use the organization any more: nothing that they own is good in it.
    PersonDisabled,
    /// A person may use the organization again.
    PersonEnabled,
    /// A revocation rule was made: everything that it covers was revoked at once.
    RevocationRule,
}

impl ChangeKind {
    /// The name under which stores and the feed keep it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Revoked => "revoked",
            Self::Rotated => "rotated",
            Self::RotationFinished => "rotationFinished",
            Self::RotationUndone => "rotationUndone",
            Self::SupersededUse => "supersededUse",
            Self::Exposed => "exposed",
            Self::Expired => "expired",
            Self::EpochRaised => "epochRaised",
            Self::Imported => "imported",
            Self::Organization => "organization",
            Self::Policy => "policy",
            Self::TenantPolicy => "tenantPolicy",
            Self::PersonDisabled => "personDisabled",
            Self::PersonEnabled => "personEnabled",
            Self::RevocationRule => "revocationRule",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [
            Self::Created,
            Self::Updated,
            Self::Revoked,
            Self::Rotated,
            Self::RotationFinished,
            Self::RotationUndone,
            Self::SupersededUse,
            Self::Exposed,
            Self::Expired,
            Self::EpochRaised,
            Self::Imported,
            Self::Organization,
            Self::Policy,
            Self::TenantPolicy,
            Self::PersonDisabled,
            Self::PersonEnabled,
            Self::RevocationRule,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == name)
    }
}

/// What a transaction writes to the feed; the store adds the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// What changed.
    pub kind: ChangeKind,
    /// Where.
    pub organization_id: Uuid,
    /// The authorization, owner or tenant that it is about, where there is one.
    pub subject: Option<Uuid>,
}

/// One entry of the feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberedChange {
    /// Its number: one more than the number of the transaction that committed before it.
    pub sequence: u64,
    /// What changed.
    pub change: Change,
}

/// The newest number, and which life of the database counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangeHead {
    /// Changes when a backup is restored or another server takes over: all numbers mean something else then.
    pub incarnation: Uuid,
    /// The number of the last committed change; 0 for none.
    pub sequence: u64,
}
