//! Where the cache is kept.

/// The stored bytes; wiped when dropped. They hold refresh tokens.
pub type StoreBytes = zeroize::Zeroizing<Vec<u8>>;

/// A place for one blob of secret bytes. Methods may block; the cache calls them off the runtime's threads.
pub trait TokenStore: std::fmt::Debug + Send + Sync {
    /// Where this is, for the person: `the keychain`, a file's path.
    fn describe(&self) -> String;

    /// The bytes; `None` where nothing was saved.
    fn load(&self) -> Result<Option<StoreBytes>, StoreError>;

    /// Reads, asks `change` what to do, and does it, so that no other process changes the bytes in between.
    /// Calls `change` at most once. A failed write leaves the old bytes.
    fn update(&self, change: &mut dyn FnMut(Option<&[u8]>) -> Change) -> Result<(), StoreError>;

    /// Deletes the bytes, whatever they are. Fine when there are none.
    fn delete(&self) -> Result<(), StoreError> {
        self.update(&mut |_| Change::Delete)
    }
}

/// What to do with the stored bytes.
#[derive(Debug)]
pub enum Change {
    /// Leave them.
    Keep,
    /// Put these in their place.
    Write(StoreBytes),
    /// Delete them.
    Delete,
}

/// Why a store failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// It is not there, locked by its owner, or refuses.
    #[error("the token store ({place}) is not available: {reason}")]
    Unavailable {
        /// As [`TokenStore::describe`] says.
        place: String,
        /// What went wrong.
        reason: String,
    },
    /// Another process holds its lock for too long.
    #[error("the token store ({place}) is in use by another process")]
    Busy {
        /// As [`TokenStore::describe`] says.
        place: String,
    },
    /// Its content is not what this version writes.
    #[error("the content of the token store ({place}) cannot be read: {reason}")]
    Damaged {
        /// As [`TokenStore::describe`] says.
        place: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl StoreError {
    pub(crate) fn next_step(&self) -> &'static str {
        match self {
            Self::Unavailable { .. } => {
                "Unlock or install the keychain, or name another store with `--token-store` or `PATCYCLE_TOKEN_STORE`."
            }
            Self::Busy { .. } => "Wait until the other process is done, then try again.",
            Self::Damaged { .. } => "Run `patcycle logout`, which clears the store, then `patcycle login`.",
        }
    }
}
