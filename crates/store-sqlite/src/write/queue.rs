//! Where commands wait for the writer.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use futures::executor::block_on;
use futures::future::BoxFuture;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tokio::sync::oneshot;

use super::Transaction;
use super::session::Session;
use super::waiting::Waiting;
use super::writer::Writer;
use crate::failure::{CommandError as _, Failure};

/// The writer's thread and the way to it.
#[derive(Debug)]
pub(crate) struct Queue {
    waiting: Arc<Waiting>,
    stopped: Mutex<Option<oneshot::Receiver<()>>>,
    groups_committed: Arc<AtomicU64>,
}

impl Queue {
    /// Starts the thread. It ends when the queue is closed or dropped and everything accepted is answered.
    pub(crate) fn start(
        connection: SqliteConnection,
        options: SqliteConnectOptions,
    ) -> std::io::Result<Self> {
        let waiting = Arc::new(Waiting::default());
        let (stopping, stopped) = oneshot::channel();
        let groups_committed = Arc::new(AtomicU64::new(0));
        let mut writer = Writer::new(connection, options, Arc::clone(&groups_committed));
        let jobs = Arc::clone(&waiting);
        // A thread of its own: a commit blocks, and the many short waits for the connection's thread are
        // cheaper between two threads than through the runtime of everybody else.
        thread::Builder::new().name("patcycle-writer".to_owned()).spawn(move || {
            // A panic must not leave callers waiting for ever.
            let _closing = CloseOnDrop(&jobs);
            let mut last = None;
            while let Some(group) = jobs.take_group(last) {
                last = Some(block_on(writer.commit(group)));
            }
            block_on(writer.close());
            // Nobody waits when the store was dropped instead of closed.
            let _ = stopping.send(());
        })?;
        Ok(Self { waiting, stopped: Mutex::new(Some(stopped)), groups_committed })
    }

    /// Has a transaction run in the next group and gives its answer when that group is durable. A caller that
    /// stops waiting changes nothing: the transaction runs all the same.
    pub(crate) async fn run<T: Transaction>(&self, transaction: T) -> Result<T::Answer, T::Error> {
        let (reply, answer) = oneshot::channel();
        self.waiting.add(Box::new(Job { transaction: Some(transaction), outcome: None, reply }))?;
        answer.await.unwrap_or_else(|_| {
            let reason = "the writer stopped before it answered. Restart the service";
            Err(Failure::Unconfirmed(reason.to_owned()).into())
        })
    }

    /// Accepts nothing more and waits until everything accepted was answered.
    pub(crate) async fn close(&self) {
        self.waiting.close();
        let stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(stopped) = stopped {
            // An error means that the thread is gone already.
            let _ = stopped.await;
        }
    }

    pub(crate) fn groups_committed(&self) -> u64 {
        self.groups_committed.load(Ordering::Relaxed)
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        self.waiting.close();
    }
}

struct CloseOnDrop<'a>(&'a Waiting);

impl Drop for CloseOnDrop<'_> {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

/// A transaction of whatever kind, with whoever waits for it.
pub(super) trait Queued: Send {
    /// Runs the transaction and keeps its outcome. An error means that the whole group is lost.
    fn run<'a>(&'a mut self, session: &'a mut Session) -> BoxFuture<'a, Result<(), Failure>>;

    /// Whether the transaction wants a group of its own.
    fn is_alone(&self) -> bool;

    /// Tells the outcome, or what became of the group instead.
    fn answer(self: Box<Self>, group: Result<(), Failure>);
}

struct Job<T: Transaction> {
    transaction: Option<T>,
    outcome: Option<Result<T::Answer, T::Error>>,
    reply: oneshot::Sender<Result<T::Answer, T::Error>>,
}

impl<T: Transaction> Queued for Job<T> {
    fn run<'a>(&'a mut self, session: &'a mut Session) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(async move {
            let Some(transaction) = self.transaction.take() else {
                return Ok(());
            };
            let outcome = transaction.run(session).await;
            let undone = match &outcome {
                Ok(_) => Ok(()),
                Err(error) => session.undo(error.failure()).await,
            };
            self.outcome = Some(outcome);
            undone
        })
    }

    fn is_alone(&self) -> bool {
        T::ALONE
    }

    fn answer(self: Box<Self>, group: Result<(), Failure>) {
        let answer = match (group, self.outcome) {
            (Ok(()), Some(outcome)) => outcome,
            (Ok(()), None) => Err(Failure::Unavailable("the writer skipped the command".to_owned()).into()),
            // A refusal wrote nothing, and what it rests on is gone with the group.
            (Err(Failure::Unconfirmed(reason)), Some(Err(_))) => Err(Failure::Unavailable(reason).into()),
            (Err(failure), _) => Err(failure.into()),
        };
        // A caller that stopped waiting needs no answer.
        let _ = self.reply.send(answer);
    }
}

impl std::fmt::Debug for dyn Queued {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Queued")
    }
}
