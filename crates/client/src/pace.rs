//! The pace that all calls of one client share. A service that says "slow down" once is heard by every call.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

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

    /// How long a call that wants to start now has to wait.
    pub(crate) fn wait(&self) -> Duration {
        let not_before = *self.not_before.lock().unwrap_or_else(PoisonError::into_inner);
        not_before.map_or(Duration::ZERO, |instant| instant.saturating_duration_since(Instant::now()))
    }

    /// No call starts within the next `delay`, which counts up to the longest wait that the client accepts.
    pub(crate) fn slow_down(&self, delay: Duration) {
        let until = Instant::now() + delay.min(self.maximum_wait);
        let mut not_before = self.not_before.lock().unwrap_or_else(PoisonError::into_inner);
        *not_before = Some(not_before.map_or(until, |earlier| earlier.max(until)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_longest_delay_counts_and_passes() {
        let pace = Pace::new(1, Duration::from_secs(60));
        assert_eq!(pace.wait(), Duration::ZERO);
        pace.slow_down(Duration::from_secs(5));
        pace.slow_down(Duration::from_secs(2));
        assert_eq!(pace.wait(), Duration::from_secs(5));
        tokio::time::advance(Duration::from_secs(4)).await;
        assert_eq!(pace.wait(), Duration::from_secs(1));
        pace.slow_down(Duration::from_secs(100_000));
        assert_eq!(pace.wait(), Duration::from_secs(60));
        tokio::time::advance(Duration::from_secs(61)).await;
        assert_eq!(pace.wait(), Duration::ZERO);
    }
}
