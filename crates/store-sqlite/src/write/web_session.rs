//! Sessions of the web console: begun, changed, ended, swept. No audit and no change number.

use jiff::Timestamp;
use patcycle_lifecycle::StorageError;

use super::Transaction;
use super::session::Session;
use crate::WebSession;
use crate::failure::Failure;

/// Keeps a new session.
pub(crate) struct Create {
    pub(crate) key: [u8; 32],
    pub(crate) session: WebSession,
}

/// Changes a session that is still there.
pub(crate) struct Save {
    pub(crate) key: [u8; 32],
    pub(crate) session: WebSession,
}

/// Ends a session.
pub(crate) struct Delete {
    pub(crate) key: [u8; 32],
}

/// Deletes what is over.
pub(crate) struct Sweep {
    pub(crate) now: Timestamp,
}

impl Transaction for Create {
    type Answer = ();
    type Error = StorageError;

    async fn run(self, session: &mut Session) -> Result<(), StorageError> {
        let (key, sealed) = (self.key.as_slice(), self.session.sealed.as_slice());
        let (idle_end, absolute_end) = ends(&self.session);
        session.open_savepoint().await?;
        sqlx::query!(
            "INSERT OR REPLACE INTO web_session (key, sealed, idle_end, absolute_end) VALUES ($1, $2, $3, $4)",
            key,
            sealed,
            idle_end,
            absolute_end
        )
        .execute(&mut session.connection)
        .await
        .map_err(Failure::from)?;
        Ok(session.keep_many(0).await?)
    }
}

impl Transaction for Save {
    type Answer = bool;
    type Error = StorageError;

    async fn run(self, session: &mut Session) -> Result<bool, StorageError> {
        let (key, sealed) = (self.key.as_slice(), self.session.sealed.as_slice());
        let (idle_end, absolute_end) = ends(&self.session);
        session.open_savepoint().await?;
        let changed = sqlx::query!(
            "UPDATE web_session SET sealed = $2, idle_end = $3, absolute_end = $4 WHERE key = $1",
            key,
            sealed,
            idle_end,
            absolute_end
        )
        .execute(&mut session.connection)
        .await
        .map_err(Failure::from)?;
        session.keep_many(0).await?;
        Ok(changed.rows_affected() > 0)
    }
}

impl Transaction for Delete {
    type Answer = ();
    type Error = StorageError;

    async fn run(self, session: &mut Session) -> Result<(), StorageError> {
        let key = self.key.as_slice();
        session.open_savepoint().await?;
        sqlx::query!("DELETE FROM web_session WHERE key = $1", key)
            .execute(&mut session.connection)
            .await
            .map_err(Failure::from)?;
        Ok(session.keep_many(0).await?)
    }
}

impl Transaction for Sweep {
    type Answer = u64;
    type Error = StorageError;

    async fn run(self, session: &mut Session) -> Result<u64, StorageError> {
        let now = self.now.as_microsecond();
        session.open_savepoint().await?;
        let deleted = sqlx::query!("DELETE FROM web_session WHERE idle_end <= $1 OR absolute_end <= $1", now)
            .execute(&mut session.connection)
            .await
            .map_err(Failure::from)?;
        session.keep_many(0).await?;
        Ok(deleted.rows_affected())
    }
}

fn ends(session: &WebSession) -> (i64, i64) {
    (session.idle_end.as_microsecond(), session.absolute_end.as_microsecond())
}
