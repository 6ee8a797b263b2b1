//! Writes: the queue, the writer's thread, and one file for each transaction.

mod create;
pub(crate) mod ends;
mod epoch;
mod import;
mod known;
mod leak;
pub(crate) mod organization;
pub(crate) mod outbox;
pub(crate) mod peppers;
mod person_access;
mod policy;
pub(crate) mod queue;
mod revocation_rule;
mod revoke;
mod revoke_many;
mod rotation;
pub(crate) mod rule_announcement;
mod session;
mod update;
pub(crate) mod uses;
mod waiting;
pub(crate) mod web_session;
mod writer;

use patcycle_lifecycle::StorageError;

use crate::failure::CommandError;
use session::Session;

/// One command's part of a group: it reads rows, calls the rule, and writes the outcome.
///
/// A transaction that writes opens a savepoint first. An error undoes what it wrote; whatever it learned about
/// the database, it keeps in the session only after its last write.
pub(crate) trait Transaction: Send + 'static {
    /// What the caller gets once the group is durable.
    type Answer: Send + 'static;
    /// Why there is none.
    type Error: CommandError + Send + 'static;

    /// Whether it wants a group of its own. An error then undoes it with the group, without a savepoint.
    const ALONE: bool = false;

    /// Runs inside the group's transaction.
    fn run(self, session: &mut Session) -> impl Future<Output = Result<Self::Answer, Self::Error>> + Send;
}

/// Finds out whether the writer can take the lock.
pub(crate) struct Probe;

impl Transaction for Probe {
    type Answer = ();
    type Error = StorageError;

    async fn run(self, _session: &mut Session) -> Result<(), StorageError> {
        Ok(())
    }
}
