//! The values of arguments that are more than text.

use std::path::PathBuf;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use patcycle_contract::rotation::MAXIMUM_OVERLAP_SECONDS;

/// A span of time such as `30d`, `12h` or `2w`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lifetime(pub(crate) SignedDuration);

impl Lifetime {
    /// What `create` uses when nobody says anything: 30 days.
    pub(crate) const DEFAULT: Self = Self(SignedDuration::from_hours(30 * 24));
}

impl FromStr for Lifetime {
    type Err = patcycle_client::lifetime::LifetimeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        patcycle_client::lifetime::parse_lifetime(text).map(Self)
    }
}

/// `--overlap`: for how many seconds an old secret works on beside a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Overlap(pub(crate) u32);

impl FromStr for Overlap {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let trimmed = text.trim();
        let digits = trimmed.find(|character: char| !character.is_ascii_digit()).unwrap_or(trimmed.len());
        let (number, unit) = trimmed.split_at(digits);
        let seconds_per_unit = match unit.trim_start().to_ascii_lowercase().as_str() {
            "s" => 1,
            "min" => 60,
            "h" => 3600,
            "d" => 24 * 3600,
            "w" => 7 * 24 * 3600,
            _ => {
                return Err(format!(
                    "`{text}` is not an overlap; write a number and one of the units `s`, `min`, `h`, `d` and `w`, as \
                     in `15min` or `1h`"
                ));
            }
        };
        let seconds = number.parse::<u32>().ok().and_then(|number| number.checked_mul(seconds_per_unit));
        match seconds {
            Some(seconds @ 1..=MAXIMUM_OVERLAP_SECONDS) => Ok(Self(seconds)),
            _ => Err(format!("`{text}` is not an overlap: it is between a second and a week")),
        }
    }
}

/// An end: a date (midnight UTC at its start) or an instant with an offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EndTime(pub(crate) Timestamp);

impl FromStr for EndTime {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(instant) = text.parse::<Timestamp>() {
            return Ok(Self(instant));
        }
        let is_plain_date = text.len() == 10 && !text.contains(['T', 't', ' ']);
        let date = if is_plain_date { text.parse::<Date>().ok() } else { None };
        date.and_then(|date| date.to_zoned_datetime(TimeZone::UTC).ok()).map(|zoned| Self(zoned.timestamp())).ok_or_else(
            || {
                format!(
                    "`{text}` is not a date: write `2026-12-31` (its start, UTC) or an instant with an offset such \
                     as `2026-12-31T18:00:00Z`"
                )
            },
        )
    }
}

/// `--to`: where a secret goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sink {
    /// `dotenv:FILE#KEY`: the variable KEY of an environment file.
    Dotenv {
        /// The file.
        file: PathBuf,
        /// The name of the variable.
        key: String,
    },
}

impl FromStr for Sink {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let help = "write `dotenv:FILE#KEY`, as in `dotenv:.env#CI_PAT`";
        let rest = text
            .strip_prefix("dotenv:")
            .ok_or_else(|| format!("`{text}` is not known as a place: {help}"))?;
        let (file, key) =
            rest.rsplit_once('#').ok_or_else(|| format!("`{text}` names no variable: {help}"))?;
        if file.is_empty() {
            return Err(format!("`{text}` names no file: {help}"));
        }
        if !is_variable_name(key) {
            return Err(format!(
                "`{key}` is not a variable's name: use letters, digits and `_`, not beginning with a digit"
            ));
        }
        Ok(Self::Dotenv { file: file.into(), key: key.to_owned() })
    }
}

fn is_variable_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// `--token-store`: where sign-ins are kept between two runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TokenStoreChoice {
    /// The keychain of the operating system.
    Keychain,
    /// Files of mode 0600 in a directory of mode 0700, in plain text.
    File(PathBuf),
    /// One file, encrypted with a passphrase.
    Age(PathBuf),
    /// Nowhere: it is forgotten when the program ends.
    Memory,
}

impl FromStr for TokenStoreChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            None if text == "keychain" => Ok(Self::Keychain),
            None if text == "memory" => Ok(Self::Memory),
            Some(("file", path)) if !path.is_empty() => Ok(Self::File(path.into())),
            Some(("age", path)) if !path.is_empty() => Ok(Self::Age(path.into())),
            _ => Err(format!(
                "`{text}` is not a token store: write `keychain`, `file:DIR`, `age:FILE` or `memory`"
            )),
        }
    }
}

impl std::fmt::Display for TokenStoreChoice {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Keychain => formatter.write_str("keychain"),
            Self::File(path) => write!(formatter, "file:{}", path.display()),
            Self::Age(path) => write!(formatter, "age:{}", path.display()),
            Self::Memory => formatter.write_str("memory"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn overlaps() {
        for (text, seconds) in [("30s", 30), ("15min", 900), ("1h", 3600), (" 7 D", 604_800), ("1w", 604_800)]
        {
            assert_eq!(text.parse(), Ok(Overlap(seconds)), "{text}");
        }
        for wrong in ["", "1", "h", "0h", "8d", "1m", "-1h", "1.5h", "2w", "99999999999s", "4294967295w"] {
            assert!(wrong.parse::<Overlap>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn lifetimes() {
        assert_eq!("30d".parse(), Ok(Lifetime::DEFAULT));
        assert_eq!("12h".parse(), Ok(Lifetime(SignedDuration::from_hours(12))));
        assert_eq!("2w".parse(), Ok(Lifetime(SignedDuration::from_hours(14 * 24))));
        for wrong in ["", "30", "d", "0d", "-3d", "1.5d", "3months", "99999999999999999999d", "999999w"] {
            assert!(wrong.parse::<Lifetime>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn end_times() {
        let end = |text: &str| text.parse::<EndTime>().map(|end| end.0.to_string());
        assert_eq!(end("2026-12-31"), Ok("2026-12-31T00:00:00Z".to_owned()));
        assert_eq!(end("2026-12-31T18:00:00+02:00"), Ok("2026-12-31T16:00:00Z".to_owned()));
        for wrong in ["", "tomorrow", "2026-13-01", "2026-12-31T18:00", "31.12.2026", "20261231"] {
            assert!(end(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn sinks() {
        let sink = Sink::Dotenv { file: "a#b/.env".into(), key: "CI_PAT".to_owned() };
        assert_eq!("dotenv:a#b/.env#CI_PAT".parse(), Ok(sink));
        for wrong in [".env", "dotenv:.env", "dotenv:#A", "dotenv:.env#", "dotenv:.env#1A", "dotenv:.env#A-B"]
        {
            assert!(wrong.parse::<Sink>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn token_stores() {
        for text in ["keychain", "memory", "file:/a b", "age:x.age"] {
            assert_eq!(text.parse::<TokenStoreChoice>().unwrap().to_string(), text);
        }
        for wrong in ["", "file", "file:", "age:", "plain:/a", "memory:"] {
            assert!(wrong.parse::<TokenStoreChoice>().is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_a_parser(text in ".*") {
            let _ = text.parse::<Lifetime>();
            let _ = text.parse::<EndTime>();
            let _ = text.parse::<Sink>();
            let _ = text.parse::<TokenStoreChoice>();
        }
    }
}
