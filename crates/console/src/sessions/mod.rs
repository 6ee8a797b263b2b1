//! Where sessions are kept: on the server's side only. A browser holds a random id; the store holds its SHA-256 and
//! sealed bytes, so that whoever reads the store can neither take a session over nor read a token.

mod filesystem;
mod keeper;
mod seal;

use async_trait::async_trait;
use jiff::Timestamp;

pub use filesystem::FileSessions;
pub(crate) use keeper::{Keeper, KeeperError, Opened};
pub use seal::SealingKey;

/// SHA-256 of the id that a browser holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionKey(pub [u8; 32]);

/// A session as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSession {
    /// What it holds, sealed.
    pub sealed: Vec<u8>,
    /// When it ends unless it is used; moved on by use.
    pub idle_end: Timestamp,
    /// When it ends in any case.
    pub absolute_end: Timestamp,
}

impl StoredSession {
    /// Whether it is over.
    pub fn is_over(&self, now: Timestamp) -> bool {
        now >= self.idle_end || now >= self.absolute_end
    }
}

/// A session could not be read or written. The text names the place and what the system said.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the store of sessions ({place}) failed: {reason}")]
pub struct SessionsError {
    /// The folder or database.
    pub place: String,
    /// What went wrong.
    pub reason: String,
}

/// A store of sessions. Ends are judged by its callers; it only keeps them for [`Sessions::sweep`].
#[async_trait]
pub trait Sessions: std::fmt::Debug + Send + Sync {
    /// The session, if there is one; it may be over.
    async fn load(&self, key: SessionKey) -> Result<Option<StoredSession>, SessionsError>;

    /// Keeps a new session.
    async fn create(&self, key: SessionKey, session: StoredSession) -> Result<(), SessionsError>;

    /// Puts another state in the place of a session. `false`: it is there no longer, and stays away.
    async fn save(&self, key: SessionKey, session: StoredSession) -> Result<bool, SessionsError>;

    /// Ends a session. Fine when there is none.
    async fn delete(&self, key: SessionKey) -> Result<(), SessionsError>;

    /// Deletes what is over at `now`; answers how many.
    async fn sweep(&self, now: Timestamp) -> Result<u64, SessionsError>;
}
