//! Commands that wait, and how long the writer waits for more of them.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::queue::Queued;
use crate::failure::Failure;

/// At most so many commands share a commit: bounds what one answer can wait for.
const MAXIMUM_GROUP: usize = 128;
/// At most so many commands wait; the next is answered that the store is busy.
const MAXIMUM_WAITING: usize = 4096;
/// Callers who were just answered come back together. The writer waits for as many as the last group had, but
/// not longer than that group took, and never longer than this.
const GATHERING_TIME: Duration = Duration::from_millis(1);

/// How the last group went.
#[derive(Debug, Clone, Copy)]
pub(super) struct LastGroup {
    pub(super) commands: usize,
    pub(super) took: Duration,
}

#[derive(Debug, Default)]
pub(super) struct Waiting {
    state: Mutex<State>,
    enough: Condvar,
}

#[derive(Debug, Default)]
struct State {
    jobs: Vec<Box<dyn Queued>>,
    /// How many jobs wake the writer. Each wake-up costs two changes of threads: one for the group, not one
    /// for each job.
    wanted: usize,
    closed: bool,
}

/// How many of the first jobs go together: a job that wants to be alone is, and the order stays.
fn group_size(jobs: &[Box<dyn Queued>]) -> usize {
    if jobs.first().is_some_and(|job| job.is_alone()) {
        return 1;
    }
    jobs.iter().take(MAXIMUM_GROUP).take_while(|job| !job.is_alone()).count()
}

impl Waiting {
    /// Adds a job, unless the queue is closed or full.
    pub(super) fn add(&self, job: Box<dyn Queued>) -> Result<(), Failure> {
        let mut state = self.lock();
        if state.closed {
            return Err(Failure::Unavailable("the store was closed".to_owned()));
        }
        if state.jobs.len() >= MAXIMUM_WAITING {
            let reason = format!("{MAXIMUM_WAITING} writes are waiting already. Try again in a second");
            return Err(Failure::Unavailable(reason));
        }
        state.jobs.push(job);
        let enough = state.jobs.len() == state.wanted;
        drop(state);
        if enough {
            self.enough.notify_one();
        }
        Ok(())
    }

    /// The next group, in the order of arrival. `None` when the queue is closed and empty.
    pub(super) fn take_group(&self, last: Option<LastGroup>) -> Option<Vec<Box<dyn Queued>>> {
        let mut state = self.lock();
        state.wanted = 1;
        state = self
            .enough
            .wait_while(state, |state| state.jobs.is_empty() && !state.closed)
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = last {
            state.wanted = last.commands.min(MAXIMUM_GROUP);
            let time = last.took.min(GATHERING_TIME);
            (state, _) = self
                .enough
                .wait_timeout_while(state, time, |state| state.jobs.len() < state.wanted && !state.closed)
                .unwrap_or_else(PoisonError::into_inner);
        }
        // Nobody has to be woken while the writer works.
        state.wanted = usize::MAX;
        if state.jobs.is_empty() {
            return None;
        }
        let size = group_size(&state.jobs);
        let later = state.jobs.split_off(size);
        Some(std::mem::replace(&mut state.jobs, later))
    }

    /// Lets nothing more in. What waits is still taken.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.enough.notify_one();
    }

    /// Lets nothing more in and drops what waits: its callers learn that the writer is gone.
    pub(super) fn abandon(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.jobs.clear();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
