//! Dates as clients write them, and as the service shows them.
//!
//! The service keeps instants on a grid of 1/300 s (contract.md §1.5). [`round`] moves an instant to the grid,
//! cut to whole microseconds, so that a store of microseconds keeps it unchanged; [`format`](format()) prints
//! the grid point itself with up to seven fraction digits.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use serde::{Deserialize as _, Deserializer};

use crate::excerpt::excerpt;

const NANOSECONDS_PER_SECOND: i128 = 1_000_000_000;
/// Grid points in a second.
const GRID: i128 = 300;

/// Why a date cannot be used. The text is the sentence for `patTokenErrorMessage`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Not a date in any of the forms that are understood.
    #[error("The date \"{given}\" cannot be read. Write it as 2027-01-15T08:00:00Z.")]
    Unreadable {
        /// What was given, cut to a length fit for a message.
        given: String,
    },
    /// A date before year -9999 or after year 9999.
    #[error("The date \"{given}\" is too far from today. Write a nearer one, as 2027-01-15T08:00:00Z.")]
    OutOfRange {
        /// What was given, cut to a length fit for a message.
        given: String,
    },
}

/// Reads a date in any form that clients send.
///
/// RFC 3339 with any offset and any number of fraction digits (those after the ninth are dropped); the same
/// without offset, which means UTC; without seconds; the date only; `/Date(ms)/` with or without offset.
pub fn parse(text: &str) -> Result<Timestamp, DateError> {
    let trimmed = text.trim();
    let parts = match trimmed.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/")) {
        Some(milliseconds) => parse_milliseconds(milliseconds),
        None => parse_iso(trimmed),
    };
    let (second, nanosecond) = parts.ok_or_else(|| DateError::Unreadable { given: excerpt(trimmed) })?;
    Timestamp::new(second, nanosecond).map_err(|_| DateError::OutOfRange { given: excerpt(trimmed) })
}

/// The nearest point of the 1/300 s grid; of two equally near ones the later. Whole microseconds.
pub fn round(instant: Timestamp) -> Timestamp {
    let microsecond = (grid_point(instant) * 1_000_000 + GRID / 2).div_euclid(GRID);
    // Only within 1/600 s of the last representable instant is there no later grid point.
    i64::try_from(microsecond)
        .ok()
        .and_then(|microsecond| Timestamp::from_microsecond(microsecond).ok())
        .unwrap_or(instant)
}

/// The nearest grid point in UTC with `Z`: seven fraction digits, trailing zeros (and the dot) left out.
pub fn format(instant: Timestamp) -> String {
    let point = grid_point(instant);
    let fraction = (point.rem_euclid(GRID) * 10_000_000 + GRID / 2) / GRID;
    let second =
        i64::try_from(point.div_euclid(GRID)).ok().and_then(|second| Timestamp::from_second(second).ok());
    let shown = Offset::UTC.to_datetime(second.unwrap_or(instant));
    let mut text = format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
        shown.year(),
        shown.month(),
        shown.day(),
        shown.hour(),
        shown.minute(),
        shown.second()
    );
    if fraction != 0 {
        let digits = format!("{fraction:07}");
        text.push('.');
        text.push_str(digits.trim_end_matches('0'));
    }
    text.push('Z');
    text
}

/// [`format`](format()) without the `Z`: how Token Admin shows the same instant (contract.md §4.1).
pub fn format_without_offset(instant: Timestamp) -> String {
    let mut text = format(instant);
    text.pop();
    text
}

/// For `#[serde(deserialize_with)]`: a JSON string in any form of [`parse`].
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse(&text).map_err(serde::de::Error::custom)
}

/// The number of the grid point nearest to `instant`, counted from 1970.
fn grid_point(instant: Timestamp) -> i128 {
    (instant.as_nanosecond() * GRID + NANOSECONDS_PER_SECOND / 2).div_euclid(NANOSECONDS_PER_SECOND)
}

/// `1700000000000` or `1700000000000+0100`. The number is UTC in both; the offset tells only how the sender
/// would have shown it.
fn parse_milliseconds(text: &str) -> Option<(i64, i32)> {
    let number_end = text.char_indices().skip(1).find(|(_, c)| matches!(c, '+' | '-')).map(|(at, _)| at);
    let (number, offset) = text.split_at(number_end.unwrap_or(text.len()));
    if !offset.is_empty() {
        let mut cursor = Cursor(offset.as_bytes());
        cursor.offset()?;
        cursor.end()?;
    }
    let milliseconds: i64 = number.parse().ok()?;
    let nanosecond = i32::try_from(milliseconds.rem_euclid(1_000)).ok()? * 1_000_000;
    Some((milliseconds.div_euclid(1_000), nanosecond))
}

/// Seconds since 1970 and the nanoseconds after them.
fn parse_iso(text: &str) -> Option<(i64, i32)> {
    let mut cursor = Cursor(text.as_bytes());
    let year = cursor.digits(4)?;
    cursor.expect(b"-")?;
    let month = cursor.digits(2)?;
    cursor.expect(b"-")?;
    let day = cursor.digits(2)?;
    let date = Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()?;
    let days = date.duration_since(Date::constant(1970, 1, 1)).as_hours() / 24;
    let mut second = days * 86_400;
    let mut nanosecond = 0;
    if !cursor.0.is_empty() {
        cursor.expect(b"Tt ")?;
        let hours = cursor.digits(2)?;
        cursor.expect(b":")?;
        let minutes = cursor.digits(2)?;
        let mut seconds = 0;
        if cursor.expect(b":").is_some() {
            seconds = cursor.digits(2)?;
            if cursor.expect(b".").is_some() {
                nanosecond = cursor.fraction()?;
            }
        }
        // 60 is a leap second, and 24:00 the end of a day: both are written by standard-conforming programs.
        let midnight = hours == 24 && minutes == 0 && seconds == 0 && nanosecond == 0;
        if (hours > 23 && !midnight) || minutes > 59 || seconds > 60 {
            return None;
        }
        second += i64::from(hours * 3_600 + minutes * 60 + seconds);
        while cursor.expect(b" ").is_some() {}
        if !cursor.0.is_empty() {
            second -= cursor.offset()?;
        }
    }
    cursor.end()?;
    Some((second, nanosecond))
}

/// What is left of the text.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn expect(&mut self, any_of: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        any_of.contains(first).then(|| {
            self.0 = rest;
            *first
        })
    }

    fn digit(&mut self) -> Option<i32> {
        self.expect(b"0123456789").map(|digit| i32::from(digit - b'0'))
    }

    /// A number of exactly `count` digits.
    fn digits(&mut self, count: usize) -> Option<i32> {
        (0..count).try_fold(0, |number, _| Some(number * 10 + self.digit()?))
    }

    /// Fraction digits as nanoseconds; at least one, those after the ninth dropped.
    fn fraction(&mut self) -> Option<i32> {
        let mut nanosecond = self.digit()? * 100_000_000;
        let mut unit = 10_000_000;
        while let Some(digit) = self.digit() {
            nanosecond += digit * unit;
            unit /= 10;
        }
        Some(nanosecond)
    }

    /// `Z`, `+hh:mm`, `+hhmm` or `+hh`, in seconds east of UTC.
    fn offset(&mut self) -> Option<i64> {
        let sign = match self.expect(b"Zz+-")? {
            b'+' => 1,
            b'-' => -1,
            _ => return Some(0),
        };
        let hours = self.digits(2)?;
        let separated = self.expect(b":").is_some();
        let minutes = if separated || !self.0.is_empty() { self.digits(2)? } else { 0 };
        (hours < 24 && minutes < 60).then(|| i64::from(sign * (hours * 3_600 + minutes * 60)))
    }

    fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

#[cfg(test)]
mod tests;
