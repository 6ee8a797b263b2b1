//! Where time comes from.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

/// A source of wall-clock time.
pub trait Clock: std::fmt::Debug + Send + Sync {
    /// The current instant, UTC.
    fn now(&self) -> Timestamp;
}

/// The operating system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that runs with another one, moved ahead by hand: `patcycle dev` uses it to travel in time.
#[derive(Debug, Clone)]
pub struct AdvancingClock {
    base: Arc<dyn Clock>,
    ahead_microseconds: Arc<AtomicI64>,
}

impl AdvancingClock {
    /// A clock that shows what `base` shows until it is moved.
    pub fn new(base: Arc<dyn Clock>) -> Self {
        Self { base, ahead_microseconds: Arc::new(AtomicI64::new(0)) }
    }

    /// Moves the clock forwards. Negative durations are ignored: time never runs backwards.
    /// A sum beyond what an instant can hold stays at the last representable one.
    pub fn advance(&self, by: SignedDuration) {
        let microseconds = i64::try_from(by.as_micros()).unwrap_or(i64::MAX).max(0);
        let add = |ahead: i64| Some(ahead.saturating_add(microseconds));
        // The closure always answers `Some`, so the update cannot fail.
        let _ = self.ahead_microseconds.fetch_update(Ordering::SeqCst, Ordering::SeqCst, add);
    }

    /// How far this clock is ahead of its base.
    pub fn ahead(&self) -> SignedDuration {
        SignedDuration::from_micros(self.ahead_microseconds.load(Ordering::SeqCst))
    }
}

impl Clock for AdvancingClock {
    fn now(&self) -> Timestamp {
        self.base.now().checked_add(self.ahead()).unwrap_or(Timestamp::MAX)
    }
}

/// A clock that stands still, for tests.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub Timestamp);

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advances_forwards_only() {
        let start: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
        let clock = AdvancingClock::new(Arc::new(FixedClock(start)));
        clock.advance(SignedDuration::from_hours(2));
        clock.advance(SignedDuration::from_hours(-5));
        assert_eq!(clock.now().to_string(), "2026-11-23T12:00:00Z");
    }

    #[test]
    fn stops_at_the_last_instant() {
        let clock = AdvancingClock::new(Arc::new(FixedClock(Timestamp::UNIX_EPOCH)));
        clock.advance(SignedDuration::MAX);
        clock.advance(SignedDuration::MAX);
        assert_eq!(clock.now(), Timestamp::MAX);
    }
}
