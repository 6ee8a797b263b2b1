//! Lifetimes as people write them: `30d`, `12h`, `2w`, `1y`.

use jiff::{SignedDuration, Timestamp};

/// The longest lifetime that is understood. Services allow about a year; this only keeps arithmetic in bounds.
const MAXIMUM_DAYS: i64 = 3660;

/// Why a text is not a lifetime.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LifetimeError {
    /// No number and unit.
    #[error("`{0}` is not a lifetime; write a number and a unit, as in `30d`, `12h`, `2w` or `1y`")]
    Malformed(String),
    /// A unit that is not known.
    #[error(
        "`{text}` has the unit `{unit}`; the units are `h` (hours), `d` (days), `w` (weeks) and `y` (365 days)"
    )]
    UnknownUnit {
        /// The whole text.
        text: String,
        /// Its unit.
        unit: String,
    },
    /// Zero.
    #[error("`{0}` is no time at all; a lifetime is at least one hour")]
    Zero(String),
    /// Beyond ten years.
    #[error("`{0}` is too long; services allow at most one year")]
    TooLong(String),
}

/// Reads `30d`, `12h`, `2w` or `1y` (365 days), in any case, with or without a blank in between.
///
/// Months and minutes are not understood: `m` could mean either.
pub fn parse_lifetime(text: &str) -> Result<SignedDuration, LifetimeError> {
    let shown = || crate::text::clean(text);
    let trimmed = text.trim();
    let digits = trimmed.find(|character: char| !character.is_ascii_digit()).unwrap_or(trimmed.len());
    let (number, unit) = trimmed.split_at(digits);
    let unit = unit.trim_start();
    if number.is_empty() || unit.is_empty() {
        return Err(LifetimeError::Malformed(shown()));
    }
    let hours_per_unit = match unit.to_ascii_lowercase().as_str() {
        "h" => 1,
        "d" => 24,
        "w" => 7 * 24,
        "y" => 365 * 24,
        _ if unit.chars().all(char::is_alphabetic) => {
            return Err(LifetimeError::UnknownUnit { text: shown(), unit: crate::text::clean(unit) });
        }
        _ => return Err(LifetimeError::Malformed(shown())),
    };
    let hours = number.parse::<i64>().ok().and_then(|number| number.checked_mul(hours_per_unit));
    match hours {
        Some(0) => Err(LifetimeError::Zero(shown())),
        Some(hours) if hours <= MAXIMUM_DAYS * 24 => Ok(SignedDuration::from_hours(hours)),
        _ => Err(LifetimeError::TooLong(shown())),
    }
}

/// The end of a life of `lifetime` that begins at `from`; beyond what an instant can hold, the nearest one that
/// it can.
pub fn end_of(from: Timestamp, lifetime: SignedDuration) -> Timestamp {
    let nearest = if lifetime.is_negative() { Timestamp::MIN } else { Timestamp::MAX };
    from.checked_add(lifetime).unwrap_or(nearest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_what_people_write() {
        for (text, hours) in
            [("30d", 720), ("12h", 12), ("2w", 336), ("1y", 8760), (" 7 D ", 168), ("90D", 2160)]
        {
            assert_eq!(parse_lifetime(text), Ok(SignedDuration::from_hours(hours)), "{text}");
        }
    }

    #[test]
    fn says_what_is_wrong() {
        for text in ["", "d", "30", "-1d", "1.5d", "30d12h", "+3d", "3 0d", "٣d"] {
            assert!(matches!(parse_lifetime(text), Err(LifetimeError::Malformed(_))), "{text}");
        }
        for text in ["3m", "30days", "1M", "5s"] {
            assert!(matches!(parse_lifetime(text), Err(LifetimeError::UnknownUnit { .. })), "{text}");
        }
        assert!(matches!(parse_lifetime("0d"), Err(LifetimeError::Zero(_))));
        for text in ["11y", "99999999999999999999d", "9223372036854775807y"] {
            assert!(matches!(parse_lifetime(text), Err(LifetimeError::TooLong(_))), "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics_and_stays_in_bounds(text in "\\PC{0,12}|[0-9]{0,22}[hdwyHDWY]?") {
            if let Ok(lifetime) = parse_lifetime(&text) {
                prop_assert!(lifetime.is_positive());
                prop_assert!(end_of("2026-11-23T10:00:00Z".parse().unwrap(), lifetime) < Timestamp::MAX);
            }
        }
    }
}
