//! Where commands wait for the writer.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use futures::executor::block_on;
use futures::future::BoxFuture;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tokio::sync::oneshot;

use super::Transaction;
use super::session::Session;
use super::writer::Writer;
use crate::failure::{CommandError as _, Failure};

/// At most so many commands share a commit: bounds what one answer can wait for.
const MAXIMUM_GROUP: usize = 128;
/// At most so many commands wait; the next is answered that the store is busy.
const MAXIMUM_WAITING: usize = 4096;
/// Callers who were just answered come back together: the writer waits for as many as the last group had, but
/// never longer than this.
const GATHERING_TIME: Duration = Duration::from_micros(500);

/// The writer's thread and the way to it.
#[derive(Debug)]
pub(crate) struct Queue {
    sender: RwLock<Option<SyncSender<Box<dyn Queued>>>>,
    stopped: Mutex<Option<oneshot::Receiver<()>>>,
    groups_committed: Arc<AtomicU64>,
}

impl Queue {
    /// Starts the thread. It ends when the queue is closed or dropped and everything accepted is answered.
    pub(crate) fn start(
        connection: SqliteConnection,
        options: SqliteConnectOptions,
    ) -> std::io::Result<Self> {
        let (sender, receiver) = sync_channel(MAXIMUM_WAITING);
        let (stopping, stopped) = oneshot::channel();
        let groups_committed = Arc::new(AtomicU64::new(0));
        let mut writer = Writer::new(connection, options, Arc::clone(&groups_committed));
        // A thread of its own: a commit blocks, and the many short waits for the connection's thread are
        // cheaper between two threads than through the runtime of everybody else.
        thread::Builder::new().name("patcycle-writer".to_owned()).spawn(move || {
            let mut expected = 1;
            while let Some(group) = gather(&receiver, expected) {
                expected = group.len();
                block_on(writer.commit(group));
            }
            block_on(writer.close());
            // Nobody waits when the store was dropped instead of closed.
            let _ = stopping.send(());
        })?;
        Ok(Self { sender: RwLock::new(Some(sender)), stopped: Mutex::new(Some(stopped)), groups_committed })
    }

    /// Has a transaction run in the next group and gives its answer when that group is durable. A caller that
    /// stops waiting changes nothing: the transaction runs all the same.
    pub(crate) async fn run<T: Transaction>(&self, transaction: T) -> Result<T::Answer, T::Error> {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Job { transaction: Some(transaction), outcome: None, reply });
        self.send(job)?;
        answer.await.unwrap_or_else(|_| {
            Err(Failure::Unconfirmed("the writer stopped before it answered. Restart the service".to_owned())
                .into())
        })
    }

    fn send(&self, job: Box<dyn Queued>) -> Result<(), Failure> {
        let sender = self.sender.read().unwrap_or_else(PoisonError::into_inner);
        let Some(sender) = &*sender else {
            return Err(Failure::Unavailable("the store was closed".to_owned()));
        };
        sender.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => Failure::Unavailable(format!(
                "{MAXIMUM_WAITING} writes are waiting already. Try again in a second"
            )),
            TrySendError::Disconnected(_) => {
                Failure::Unavailable("the writer stopped. Restart the service".to_owned())
            }
        })
    }

    /// Accepts nothing more and waits until everything accepted was answered.
    pub(crate) async fn close(&self) {
        self.sender.write().unwrap_or_else(PoisonError::into_inner).take();
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

/// The next group: what waits, and what comes within the gathering time while fewer than `expected` are
/// there. `None` when the queue was closed and is empty.
fn gather(receiver: &Receiver<Box<dyn Queued>>, expected: usize) -> Option<Vec<Box<dyn Queued>>> {
    let mut group = vec![receiver.recv().ok()?];
    let deadline = Instant::now() + GATHERING_TIME;
    while group.len() < MAXIMUM_GROUP {
        let wait = if group.len() < expected {
            deadline.saturating_duration_since(Instant::now())
        } else {
            Duration::ZERO
        };
        match receiver.recv_timeout(wait) {
            Ok(job) => group.push(job),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
        }
    }
    Some(group)
}

/// A transaction of whatever kind, with whoever waits for it.
pub(super) trait Queued: Send {
    /// Runs the transaction and keeps its outcome. An error means that the whole group is lost.
    fn run<'a>(&'a mut self, session: &'a mut Session) -> BoxFuture<'a, Result<(), Failure>>;

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
