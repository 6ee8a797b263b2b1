//! `SESSION_TYPE`: where a console keeps its sessions.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use patcycle_console::sessions::{FileSessions, SessionKey, Sessions, SessionsError, StoredSession};
use patcycle_lifecycle::StorageError;
use patcycle_store_sqlite::{SqliteOptions, SqliteStore, WebSession};

use super::mount::ConsoleSetupError;
use crate::Context;
use crate::files;

/// The database of a console alone, in its folder of sessions. It has all tables of the service and uses one.
const DATABASE: &str = "sessions.sqlite";

/// A kind of place for sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SessionType {
    /// One file for each session.
    Filesystem,
    /// A table of a SQLite database.
    Sqlite,
}

impl SessionType {
    /// The kind of that name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name {
            "filesystem" => Some(Self::Filesystem),
            "sqlite" => Some(Self::Sqlite),
            _ => None,
        }
    }
}

/// Sessions in files of `folder`.
pub(crate) fn in_files(folder: &Path) -> Result<Arc<dyn Sessions>, ConsoleSetupError> {
    Ok(Arc::new(FileSessions::open(folder)?))
}

/// Sessions in a table of a store.
pub(crate) fn in_store(store: SqliteStore) -> Arc<dyn Sessions> {
    Arc::new(StoreSessions(store))
}

/// The store for the sessions of a console alone, in `folder`.
pub(super) async fn open_store(folder: &Path, context: &Context) -> Result<SqliteStore, ConsoleSetupError> {
    files::make_private_directory(folder)?;
    let options = SqliteOptions::new(context.random.uuid()?);
    let store = SqliteStore::open(&folder.join(DATABASE), options).await;
    Ok(store.map_err(|error| failed(&error))?)
}

/// The table `web_session` of a store.
#[derive(Debug)]
struct StoreSessions(SqliteStore);

fn failed(error: &StorageError) -> SessionsError {
    SessionsError { place: "the database".to_owned(), reason: error.to_string() }
}

fn kept(session: StoredSession) -> WebSession {
    let StoredSession { sealed, idle_end, absolute_end } = session;
    WebSession { sealed, idle_end, absolute_end }
}

#[async_trait]
impl Sessions for StoreSessions {
    async fn load(&self, key: SessionKey) -> Result<Option<StoredSession>, SessionsError> {
        let found = self.0.web_session(key.0).await.map_err(|error| failed(&error))?;
        Ok(found.map(|session| {
            let WebSession { sealed, idle_end, absolute_end } = session;
            StoredSession { sealed, idle_end, absolute_end }
        }))
    }

    async fn create(&self, key: SessionKey, session: StoredSession) -> Result<(), SessionsError> {
        self.0.create_web_session(key.0, kept(session)).await.map_err(|error| failed(&error))
    }

    async fn save(&self, key: SessionKey, session: StoredSession) -> Result<bool, SessionsError> {
        self.0.save_web_session(key.0, kept(session)).await.map_err(|error| failed(&error))
    }

    async fn delete(&self, key: SessionKey) -> Result<(), SessionsError> {
        self.0.delete_web_session(key.0).await.map_err(|error| failed(&error))
    }

    async fn sweep(&self, now: Timestamp) -> Result<u64, SessionsError> {
        self.0.sweep_web_sessions(now).await.map_err(|error| failed(&error))
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;
    use patcycle_primitives::OsRandom;

    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn session(sealed: &[u8], idle_hours: i64, absolute_hours: i64) -> StoredSession {
        let after = |hours: i64| NOW.checked_add(hours.hours()).unwrap();
        StoredSession {
            sealed: sealed.to_vec(),
            idle_end: after(idle_hours),
            absolute_end: after(absolute_hours),
        }
    }

    /// What every store of sessions does.
    async fn conforms(sessions: Arc<dyn Sessions>) {
        let [one, two, three] = [1, 2, 3].map(|byte| SessionKey([byte; 32]));
        assert_eq!(sessions.load(one).await.unwrap(), None);
        sessions.create(one, session(b"one", 2, 9)).await.unwrap();
        sessions.create(two, session(b"two", 5, 9)).await.unwrap();
        sessions.create(three, session(b"three", 5, 3)).await.unwrap();
        assert_eq!(sessions.load(one).await.unwrap(), Some(session(b"one", 2, 9)));

        assert!(sessions.save(one, session(b"changed", 4, 9)).await.unwrap());
        assert_eq!(sessions.load(one).await.unwrap(), Some(session(b"changed", 4, 9)));
        assert_eq!(sessions.load(two).await.unwrap(), Some(session(b"two", 5, 9)), "the others stay");

        let at = |hours: i64| NOW.checked_add(hours.hours()).unwrap();
        assert_eq!(sessions.sweep(at(2)).await.unwrap(), 0, "use has moved the end");
        assert_eq!(sessions.sweep(at(3)).await.unwrap(), 1, "in any case");
        assert_eq!(sessions.load(three).await.unwrap(), None);
        assert_eq!(sessions.sweep(at(4)).await.unwrap(), 1, "without use");
        assert_eq!(sessions.load(one).await.unwrap(), None);

        sessions.delete(two).await.unwrap();
        sessions.delete(two).await.unwrap();
        assert!(!sessions.save(two, session(b"late", 5, 9)).await.unwrap());
        assert_eq!(sessions.load(two).await.unwrap(), None, "what was ended stays away");
    }

    #[tokio::test]
    async fn files_keep_sessions() {
        let folder = tempfile::tempdir().unwrap();
        conforms(in_files(folder.path()).unwrap()).await;
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing stays behind");
    }

    #[tokio::test]
    async fn a_database_keeps_sessions() {
        let folder = tempfile::tempdir().unwrap();
        let context = Context { random: Arc::new(OsRandom), ..Context::system() };
        let store = open_store(folder.path(), &context).await.unwrap();
        conforms(in_store(store.clone())).await;
        let key = SessionKey([7; 32]);
        in_store(store.clone()).create(key, session(b"kept", 1, 1)).await.unwrap();
        store.close().await;
        let store = open_store(folder.path(), &context).await.unwrap();
        assert_eq!(in_store(store.clone()).load(key).await.unwrap(), Some(session(b"kept", 1, 1)));
        store.close().await;
    }
}
