//! Committing groups.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};

use super::queue::Queued;
use super::session::Session;
use super::waiting::LastGroup;
use crate::failure::Failure;

/// The one connection that writes. After a failure of a whole group it is replaced: that ends whatever
/// transaction was left open.
#[derive(Debug)]
pub(super) struct Writer {
    session: Option<Session>,
    options: SqliteConnectOptions,
    groups_committed: Arc<AtomicU64>,
}

impl Writer {
    pub(super) fn new(
        connection: SqliteConnection,
        options: SqliteConnectOptions,
        groups_committed: Arc<AtomicU64>,
    ) -> Self {
        Self { session: Some(Session::new(connection)), options, groups_committed }
    }

    /// Runs a group in one transaction and answers each of its commands.
    pub(super) async fn commit(&mut self, mut group: Vec<Box<dyn Queued>>) -> LastGroup {
        let (start, commands) = (Instant::now(), group.len());
        let outcome = self.try_commit(&mut group).await;
        if let Err(failure) = &outcome {
            tracing::error!(reason = %failure, commands, "a group of writes failed");
            if let Some(session) = self.session.take() {
                session.close().await;
            }
        }
        for job in group {
            job.answer(outcome.clone());
        }
        let took = start.elapsed();
        tracing::trace!(commands, duration.us = microseconds(took), "a group of writes was answered");
        LastGroup { commands, took }
    }

    async fn try_commit(&mut self, group: &mut [Box<dyn Queued>]) -> Result<(), Failure> {
        let session = match &mut self.session {
            Some(session) => session,
            lost => lost.insert(Session::new(self.options.connect().await?)),
        };
        session.begin().await?;
        for job in group {
            job.run(session).await?;
        }
        if session.commit().await? {
            self.groups_committed.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    pub(super) async fn close(self) {
        if let Some(session) = self.session {
            session.close().await;
        }
    }
}

fn microseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

impl Session {
    /// Closes the connection, and with it a transaction that is still open.
    async fn close(self) {
        // The connection is gone either way.
        let _ = self.connection.close().await;
    }
}
