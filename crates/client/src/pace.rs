//! The pace that all calls of one client share. A service that says "slow down" once is heard by every call.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, SemaphorePermit};

/// When the next call may start, and how many may run at once.
#[derive(Debug)]
pub(crate) struct Pace {
    not_before: Mutex<Option<Instant>>,
    at_once: Semaphore,
    maximum_wait: Duration,
}

impl Pace {
    pub(crate) fn new(at_once: usize, maximum_wait: Duration) -> Self {
        Self { not_before: Mutex::new(None), at_once: Semaphore::new(at_once.max(1)), maximum_wait }
    }

    /// Waits for a free place. `None` only if the pace is being torn down, which its owner never does.
    pub(crate) async fn place(&self) -> Option<SemaphorePermit<'_>> {
        self.at_once.acquire().await.ok()
    }

    /// How long a call that wants to start at `now` has to wait.
    pub(crate) fn wait(&self, now: Instant) -> Duration {
        let not_before = *self.not_before.lock().unwrap_or_else(PoisonError::into_inner);
        not_before.map_or(Duration::ZERO, |instant| instant.saturating_duration_since(now))
    }

    /// No call starts within `delay` from `now`; it counts up to the longest wait that the client accepts.
    pub(crate) fn slow_down(&self, delay: Duration, now: Instant) {
        let Some(until) = now.checked_add(delay.min(self.maximum_wait)) else { return };
        let mut not_before = self.not_before.lock().unwrap_or_else(PoisonError::into_inner);
        *not_before = Some(not_before.map_or(until, |earlier| earlier.max(until)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_delay_counts_and_passes() {
        let pace = Pace::new(1, Duration::from_mins(1));
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(pace.wait(start), Duration::ZERO);
        pace.slow_down(Duration::from_secs(5), start);
        pace.slow_down(Duration::from_secs(2), start);
        assert_eq!(pace.wait(start), Duration::from_secs(5));
        assert_eq!(pace.wait(after(4)), Duration::from_secs(1));
        pace.slow_down(Duration::from_hours(30), after(4));
        assert_eq!(pace.wait(after(4)), Duration::from_mins(1));
        assert_eq!(pace.wait(after(65)), Duration::ZERO);
    }
}
