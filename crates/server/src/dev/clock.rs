//! The clock of `dev`: real time, moved ahead by `/_dev/clock`. The tenant and the service share it.
//!
//! How far it is ahead is kept in the data directory and taken up again at the next start: what was issued in the
//! moved time would otherwise lie in the future. To be back in the present, start with an empty directory.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use patcycle_primitives::{AdvancingClock, Clock};
use serde::{Deserialize, Serialize};

use crate::files::{self, FileError};

/// The kept clock cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ClockError {
    /// The file system said no.
    #[error(transparent)]
    File(#[from] FileError),
    /// Somebody changed the file.
    #[error("`{0}` cannot be understood")]
    Unreadable(PathBuf),
    /// The move would leave the calendar.
    #[error("the clock cannot be moved that far")]
    TooFar,
}

impl ClockError {
    /// What to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::File(error) => error.next_step(),
            Self::Unreadable(_) => "Put the file back, or start with an empty data directory.",
            Self::TooFar => "Move it by less.",
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Kept {
    ahead_microseconds: i64,
}

/// A clock that can be moved forwards and remembers it.
#[derive(Debug)]
pub(crate) struct DevClock {
    clock: AdvancingClock,
    file: PathBuf,
    /// Moves come one after another: what is in the file is what the clock shows.
    moving: Mutex<()>,
}

impl DevClock {
    /// A clock over `base`, as far ahead as the file says.
    pub(crate) fn open(file: &Path, base: Arc<dyn Clock>) -> Result<Self, ClockError> {
        let clock = AdvancingClock::new(base);
        if let Some(text) = files::read_if_there(file)? {
            let kept: Kept =
                serde_json::from_str(&text).map_err(|_| ClockError::Unreadable(file.to_owned()))?;
            clock.advance(SignedDuration::from_micros(kept.ahead_microseconds));
        }
        Ok(Self { clock, file: file.to_owned(), moving: Mutex::new(()) })
    }

    /// The clock itself, for whoever tells the time by it.
    pub(crate) fn shared(&self) -> Arc<dyn Clock> {
        Arc::new(self.clock.clone())
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn ahead(&self) -> SignedDuration {
        self.clock.ahead()
    }

    /// Moves the clock: first in the file, then for everybody, so that no crash can turn it back.
    pub(crate) fn advance(&self, by: SignedDuration) -> Result<(), ClockError> {
        let _moving = self.moving.lock().unwrap_or_else(PoisonError::into_inner);
        let ahead = self.ahead().checked_add(by).ok_or(ClockError::TooFar)?;
        // Room for the longest life of anything that is issued there.
        let century = SignedDuration::from_hours(24 * 36_525);
        self.now()
            .checked_add(by)
            .and_then(|then| then.checked_add(century))
            .map_err(|_| ClockError::TooFar)?;
        let ahead_microseconds = i64::try_from(ahead.as_micros()).map_err(|_| ClockError::TooFar)?;
        let text = format!("{{\"aheadMicroseconds\":{ahead_microseconds}}}\n");
        files::write_private(&self.file, text.as_bytes())?;
        self.clock.advance(by);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use patcycle_primitives::FixedClock;

    use super::*;

    fn base() -> Arc<dyn Clock> {
        Arc::new(FixedClock("2026-11-23T10:00:00Z".parse().unwrap()))
    }

    #[test]
    fn a_restart_does_not_turn_it_back() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("clock.json");
        let clock = DevClock::open(&file, base()).unwrap();
        let shared = clock.shared();
        clock.advance(SignedDuration::from_hours(24)).unwrap();
        clock.advance(SignedDuration::from_hours(2)).unwrap();
        assert_eq!(shared.now().to_string(), "2026-11-24T12:00:00Z");
        let again = DevClock::open(&file, base()).unwrap();
        assert_eq!(again.now(), clock.now());
    }

    #[test]
    fn it_stays_within_the_calendar() {
        let directory = tempfile::tempdir().unwrap();
        let clock = DevClock::open(&directory.path().join("clock.json"), base()).unwrap();
        assert!(matches!(clock.advance(SignedDuration::MAX), Err(ClockError::TooFar)));
        assert_eq!(clock.ahead(), SignedDuration::ZERO);
    }
}
