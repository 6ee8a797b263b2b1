//! What waits to be told.

use async_trait::async_trait;
use jiff::Timestamp;

use super::Notice;
use super::ends::{AnnounceEnds, Announced};
use super::rules::AnnounceRules;
use crate::revoke_many::OwnedPat;
use crate::{Person, StorageError};

/// What a notice is about, as it is stored now.
#[derive(Debug, Clone)]
pub enum Concern {
    /// A PAT with its owner.
    Pat(Box<OwnedPat>),
    /// So many PATs of an owner.
    Several {
        /// How many; see [`super::NoticeSubject::Several`].
        count: u32,
        /// The owner.
        owner: Person,
    },
}

/// A notice whose time has come, with what is stored of its PAT now.
#[derive(Debug, Clone)]
pub struct DueNotice {
    /// The notice.
    pub notice: Notice,
    /// How often it was taken, this time included.
    pub attempts: u32,
    /// What it is about, as it is now.
    pub concern: Concern,
    /// The name of its organization.
    pub organization: String,
}

/// The outbox: rules fill it, whoever sends notices drains it.
///
/// Delivery is at least once: a notice that was taken and neither done nor put back comes again when its lease is
/// over. Within a channel, the same key is never written twice.
#[async_trait]
pub trait Outbox: std::fmt::Debug + Send + Sync {
    /// Takes at most `limit` notices that are due at `now`, oldest first. Nobody else gets them before `leased_until`.
    async fn outbox_due(
        &self,
        now: Timestamp,
        leased_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<DueNotice>, StorageError>;

    /// The notice was sent, or will never be. Its key stays taken.
    async fn outbox_done(&self, key: &str, at: Timestamp) -> Result<(), StorageError>;

    /// The notice is due again at `due_at`.
    async fn outbox_retry(&self, key: &str, due_at: Timestamp) -> Result<(), StorageError>;

    /// The transaction around [`super::ends::decide`]: announces the next few PATs whose end came into reach, and
    /// remembers how far it got.
    async fn announce_ends(&self, command: AnnounceEnds) -> Result<Announced, StorageError>;

    /// The transaction around [`super::rules::decide`]: tells the next owners of the oldest rule that is not told to all,
    /// and remembers how far it got. Finished: there is no such rule.
    async fn announce_rules(&self, command: AnnounceRules) -> Result<Announced, StorageError>;
}
