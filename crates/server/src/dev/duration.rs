//! Durations as people write them: `91d`, `12h`, `1d12h`, `90s`, `2w`, `15m`.

use jiff::SignedDuration;

/// The longest duration that is taken: a century.
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 36_525);

/// Why a duration was not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DurationError {
    /// Not a number with a unit, or several of them.
    #[error(
        "it is not a duration: write a number and a unit (s, m, h, d or w), for example `91d` or `1d12h`"
    )]
    Form,
    /// A minus in front.
    #[error("time moves forwards only")]
    Backwards,
    /// More than a century.
    #[error("it is longer than a century")]
    TooLong,
}

pub(crate) fn parse(text: &str) -> Result<SignedDuration, DurationError> {
    let text = text.trim();
    if text.starts_with('-') {
        return Err(DurationError::Backwards);
    }
    if text.is_empty() {
        return Err(DurationError::Form);
    }
    let mut total = SignedDuration::ZERO;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = rest.split_at(digits);
        if number.is_empty() {
            return Err(DurationError::Form);
        }
        let seconds: i64 = match after.bytes().next() {
            Some(b's') => 1,
            Some(b'm') => 60,
            Some(b'h') => 3_600,
            Some(b'd') => 86_400,
            Some(b'w') => 604_800,
            _ => return Err(DurationError::Form),
        };
        rest = after.get(1..).unwrap_or_default();
        // A number too large for the type is too long in any unit.
        let number: i64 = number.parse().map_err(|_| DurationError::TooLong)?;
        let part =
            number.checked_mul(seconds).map(SignedDuration::from_secs).ok_or(DurationError::TooLong)?;
        total = total.checked_add(part).filter(|sum| *sum <= LONGEST).ok_or(DurationError::TooLong)?;
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_write_numbers_with_units() {
        let hours = SignedDuration::from_hours;
        assert_eq!(parse("91d"), Ok(hours(91 * 24)));
        assert_eq!(parse(" 12h "), Ok(hours(12)));
        assert_eq!(parse("1d12h"), Ok(hours(36)));
        assert_eq!(parse("2w"), Ok(hours(14 * 24)));
        assert_eq!(parse("90s"), Ok(SignedDuration::from_secs(90)));
        assert_eq!(parse("0s"), Ok(SignedDuration::ZERO));
    }

    #[test]
    fn everything_else_is_refused() {
        for text in ["", "d", "91", "91 d", "1.5h", "1h-2h", "P1D", "1y", "ü"] {
            assert_eq!(parse(text), Err(DurationError::Form), "{text}");
        }
        assert_eq!(parse("-1h"), Err(DurationError::Backwards));
        assert_eq!(parse("40000d"), Err(DurationError::TooLong));
        assert_eq!(parse("99999999999999999999s"), Err(DurationError::TooLong));
    }
}
