//! What time it is for the service, as far as its answers tell.
//!
//! Ends of PATs are judged by the service's clock, not by ours: a client whose clock is wrong, or a twin whose
//! clock was moved, would otherwise ask for another life than is meant.

use std::sync::{Mutex, PoisonError};

use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{DATE, HeaderMap};

/// `Date` has whole seconds and travels: a difference below this is none.
const NOISE: SignedDuration = SignedDuration::from_secs(60);

/// How far the service's clock is ahead of ours; unknown before the first answer.
#[derive(Debug, Default)]
pub(crate) struct ServiceClock(Mutex<Option<SignedDuration>>);

impl ServiceClock {
    /// Takes the service's time from an answer that came at `now`.
    pub(crate) fn learn(&self, headers: &HeaderMap, now: Timestamp) {
        let date = headers.get(DATE).and_then(|date| date.to_str().ok());
        let Some(date) = date.and_then(|date| DateTimeParser::new().parse_timestamp(date).ok()) else {
            return;
        };
        let ahead = date.duration_since(now);
        let ahead = if ahead.abs() < NOISE { SignedDuration::ZERO } else { ahead };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(ahead);
    }

    /// Whether an answer told the time already.
    pub(crate) fn is_known(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// The service's time when ours is `now`; ours, while its is unknown.
    pub(crate) fn at(&self, now: Timestamp) -> Timestamp {
        let ahead = self.0.lock().unwrap_or_else(PoisonError::into_inner).unwrap_or_default();
        now.checked_add(ahead).unwrap_or(now)
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn after(date: &'static str) -> Timestamp {
        let clock = ServiceClock::default();
        let now: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
        clock.learn(&HeaderMap::from_iter([(DATE, HeaderValue::from_static(date))]), now);
        clock.at(now)
    }

    #[test]
    fn a_clock_that_was_moved_is_followed() {
        assert_eq!(after("Thu, 26 Nov 2026 10:00:00 GMT").to_string(), "2026-11-26T10:00:00Z");
    }

    #[test]
    fn seconds_and_nonsense_change_nothing() {
        assert_eq!(after("Mon, 23 Nov 2026 10:00:09 GMT").to_string(), "2026-11-23T10:00:00Z");
        assert_eq!(after("yesterday").to_string(), "2026-11-23T10:00:00Z");
    }
}
