//! Sessions of the web console. They are not part of the lifecycle, so they are plain methods of the store; whoever puts
//! a console together hands them to it.

use jiff::Timestamp;
use patcycle_lifecycle::StorageError;

use crate::{SqliteStore, read, write};

/// A session as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebSession {
    /// What it holds, sealed by the console.
    pub sealed: Vec<u8>,
    /// When it ends unless it is used.
    pub idle_end: Timestamp,
    /// When it ends in any case.
    pub absolute_end: Timestamp,
}

impl SqliteStore {
    /// The session of that key, if there is one; it may be over.
    pub async fn web_session(&self, key: [u8; 32]) -> Result<Option<WebSession>, StorageError> {
        Ok(read::web_session::web_session(&self.readers, &key).await?)
    }

    /// Keeps a new session. One of the same key is replaced.
    pub async fn create_web_session(&self, key: [u8; 32], session: WebSession) -> Result<(), StorageError> {
        self.queue.run(write::web_session::Create { key, session }).await
    }

    /// Puts another state in the place of a session. `false`: it is there no longer, and stays away.
    pub async fn save_web_session(&self, key: [u8; 32], session: WebSession) -> Result<bool, StorageError> {
        self.queue.run(write::web_session::Save { key, session }).await
    }

    /// Ends a session. Fine when there is none.
    pub async fn delete_web_session(&self, key: [u8; 32]) -> Result<(), StorageError> {
        self.queue.run(write::web_session::Delete { key }).await
    }

    /// Deletes what is over at `now`; answers how many.
    pub async fn sweep_web_sessions(&self, now: Timestamp) -> Result<u64, StorageError> {
        self.queue.run(write::web_session::Sweep { now }).await
    }
}
