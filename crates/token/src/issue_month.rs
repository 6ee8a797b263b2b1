//! The month of issue that a PAT of the current form carries.

use jiff::Timestamp;
use jiff::tz::Offset;

/// The year of the first letter.
const FIRST_YEAR: i16 = 2024;
/// One letter for each year: base64's alphabet without its two signs.
const YEARS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// One letter for each month.
const MONTHS: &[u8; 12] = b"ABCDEFGHIJKL";

/// The format has no letter for this year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a personal access token can carry the years 2024 to 2085, not {year}; check the clock")]
pub struct IssueMonthError {
    /// The year.
    pub year: i16,
}

/// A month (UTC) from January 2024 to December 2085.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct IssueMonth {
    /// Years after 2024, up to 61.
    year: u8,
    /// Months after January, up to 11.
    month: u8,
}

impl IssueMonth {
    /// January 2024.
    pub const FIRST: Self = Self { year: 0, month: 0 };
    /// December 2085.
    pub const LAST: Self = Self { year: 61, month: 11 };

    /// The month that `instant` lies in.
    pub fn of(instant: Timestamp) -> Result<Self, IssueMonthError> {
        let date = Offset::UTC.to_datetime(instant);
        let error = IssueMonthError { year: date.year() };
        let year = u8::try_from(date.year() - FIRST_YEAR).map_err(|_| error)?;
        let month = u8::try_from(date.month() - 1).map_err(|_| error)?;
        if year > Self::LAST.year { Err(error) } else { Ok(Self { year, month }) }
    }

    /// The year.
    pub fn year(self) -> i16 {
        FIRST_YEAR + i16::from(self.year)
    }

    /// The month, from 1.
    pub fn month(self) -> i8 {
        self.month.cast_signed() + 1
    }

    /// The month that the two letters stand for.
    pub(crate) fn from_letters(year: u8, month: u8) -> Option<Self> {
        let position = |letters: &[u8], letter| letters.iter().position(|known| *known == letter);
        Some(Self {
            year: u8::try_from(position(YEARS, year)?).ok()?,
            month: u8::try_from(position(MONTHS, month)?).ok()?,
        })
    }

    /// The two letters.
    pub(crate) fn letters(self) -> [char; 2] {
        let letter = |letters: &[u8], position: u8| {
            letters.get(usize::from(position)).copied().map_or('A', char::from)
        };
        [letter(YEARS, self.year), letter(MONTHS, self.month)]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(instant: &str) -> Result<IssueMonth, IssueMonthError> {
        IssueMonth::of(instant.parse().unwrap())
    }

    #[test]
    fn letters_of_the_range() {
        let letters = |instant: &str| of(instant).map(|month| month.letters().iter().collect::<String>());
        assert_eq!(letters("2024-01-01T00:00:00Z").unwrap(), "AA");
        assert_eq!(letters("2026-11-23T10:00:00Z").unwrap(), "CK");
        assert_eq!(letters("2050-12-31T23:59:59Z").unwrap(), "aL");
        assert_eq!(letters("2085-12-31T23:59:59Z").unwrap(), "9L");
    }

    #[test]
    fn years_outside_the_range_are_an_error() {
        assert_eq!(of("2023-12-31T23:59:59Z"), Err(IssueMonthError { year: 2023 }));
        assert_eq!(of("2086-01-01T00:00:00Z"), Err(IssueMonthError { year: 2086 }));
        assert_eq!(IssueMonth::of(Timestamp::MIN).unwrap_err().year, -9999);
        assert_eq!(IssueMonth::of(Timestamp::MAX).unwrap_err().year, 9999);
    }

    proptest! {
        #[test]
        fn letters_and_months_are_one_to_one(second in 1_704_067_200_i64..3_660_595_200) {
            let month = IssueMonth::of(Timestamp::from_second(second).unwrap()).unwrap();
            let [year_letter, month_letter] = month.letters().map(|letter| u8::try_from(letter).unwrap());
            prop_assert_eq!(IssueMonth::from_letters(year_letter, month_letter), Some(month));
            prop_assert!((2024..=2085).contains(&month.year()) && (1..=12).contains(&month.month()));
        }
    }
}
