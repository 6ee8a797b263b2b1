//! Instants and lengths of time, for people.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use crate::text::Texts;

const DAY: i64 = 86_400;

/// An instant: as a machine reads it, and in UTC for people. The script adds the person's own zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) machine: String,
    pub(crate) utc: String,
}

impl From<Timestamp> for Moment {
    fn from(at: Timestamp) -> Self {
        let zoned = at.to_zoned_datetime(TimeZone::UTC);
        Self {
            machine: zoned.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            utc: zoned.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        }
    }
}

/// "in 12 days", "3 hours ago".
pub(crate) fn from_now(texts: &Texts, at: Timestamp, now: Timestamp) -> String {
    let seconds = at.duration_since(now).as_secs();
    let (id, size) = match seconds.unsigned_abs() {
        0..60 => return texts.get("moment-now"),
        60..3600 => ("minutes", 60),
        3600..172_800 => ("hours", 3600),
        _ => ("days", DAY.unsigned_abs()),
    };
    // To the nearest: what was just made for 30 days ends in 30 days.
    let count = i64::try_from((seconds.unsigned_abs() + size / 2) / size).unwrap_or(i64::MAX);
    let direction = if seconds > 0 { "in" } else { "ago" };
    texts.count(&format!("moment-{direction}-{id}"), count)
}

/// Whole days until an end, rounded up; 0 when it is over.
pub(crate) fn days_left(end: Timestamp, now: Timestamp) -> i64 {
    let seconds = end.duration_since(now).as_secs().max(0);
    (seconds + DAY - 1) / DAY
}

/// So many days.
pub(crate) fn days(count: i64) -> SignedDuration {
    SignedDuration::from_hours(count.saturating_mul(24))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    #[test]
    fn lengths_are_told_in_the_unit_that_fits() {
        let now: Timestamp = "2026-11-25T10:00:00Z".parse().unwrap();
        let texts = Language::English.texts();
        for (at, expected) in [
            ("2026-11-25T10:00:59Z", "now"),
            ("2026-12-25T09:59:58Z", "in 30 days"),
            ("2026-11-25T10:01:00Z", "in 1 minute"),
            ("2026-11-25T08:00:00Z", "2 hours ago"),
            ("2026-11-27T09:29:59Z", "in 47 hours"),
            ("2026-11-27T10:00:00Z", "in 2 days"),
            ("2025-11-25T10:00:00Z", "365 days ago"),
        ] {
            assert_eq!(from_now(texts, at.parse().unwrap(), now), expected, "{at}");
        }
        assert_eq!(days_left("2026-11-25T10:00:01Z".parse().unwrap(), now), 1);
        assert_eq!(days_left("2026-11-25T09:00:00Z".parse().unwrap(), now), 0);
        assert_eq!(Moment::from(now).utc, "2026-11-25 10:00 UTC");
    }
}
