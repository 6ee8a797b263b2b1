//! What the numbers in Microsoft's sign-in errors mean, and what to do next.
//!
//! The numbers are not a stable contract, so programs must not depend on one being present: they only choose
//! a better sentence. What a refusal means for a program is decided by [`Remedy`], which falls back to the
//! OAuth error where the number is unknown.

mod table;

/// Who can do something about a refusal, and what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Remedy {
    /// The person signs in again.
    SignIn,
    /// The person signs in by a browser on a machine that the organization accepts: device code or a silent
    /// call cannot do it.
    SignInByBrowser,
    /// The person agrees to what the application asks for, or declined to.
    Consent,
    /// An administrator of the tenant must allow it.
    Administrator,
    /// The registration of the application, or what this program was told about it, is wrong.
    Registration,
    /// The account itself: locked, disabled, unknown, not a member.
    Account,
    /// Nobody: wait and try again.
    Wait,
    /// A fault of this program.
    Report,
}

/// A number in plain words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explanation {
    /// The number after `AADSTS`.
    pub code: u32,
    /// What happened, as a sentence.
    pub meaning: &'static str,
    /// What to do, as a sentence.
    pub next: &'static str,
    /// Who can do it.
    pub remedy: Remedy,
}

/// The explanation of a number, where there is one.
pub fn explain(code: u32) -> Option<&'static Explanation> {
    table::EXPLANATIONS.iter().find(|known| known.code == code)
}

/// All explanations, ordered by number: for reference pages.
pub fn all() -> &'static [Explanation] {
    table::EXPLANATIONS
}

/// The numbers that a text names as `AADSTS12345`, in order.
pub fn codes_in(text: &str) -> Vec<u32> {
    let after_each = text.split("AADSTS").skip(1);
    let digits =
        after_each.map(|rest| rest.split(|letter: char| !letter.is_ascii_digit()).next().unwrap_or(""));
    digits.filter_map(|digits| digits.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_ordered_and_speaks_in_sentences() {
        for pair in all().windows(2) {
            assert!(pair[0].code < pair[1].code, "{} before {}", pair[0].code, pair[1].code);
        }
        for known in all() {
            assert!(known.meaning.ends_with('.') && known.next.ends_with('.'), "{}", known.code);
        }
    }

    #[test]
    fn explains_what_people_meet() {
        let expected = [
            50005, 50011, 50013, 50034, 50053, 50057, 50058, 50074, 50076, 50079, 50097, 50105, 50126, 50148,
            50173, 53000, 53001, 53003, 54005, 65001, 65004, 70000, 70003, 70008, 70011, 70016, 70020, 70043,
            90002, 90094, 500_011, 500_112, 500_131, 501_481, 530_003, 650_057, 700_016, 700_023, 700_024,
            700_025, 700_027, 700_082, 700_084, 900_144, 1_002_012, 7_000_214, 7_000_215, 7_000_218,
            7_000_222, 9_002_313, 9_002_325,
        ];
        for code in expected {
            assert!(explain(code).is_some(), "{code}");
        }
        assert_eq!(explain(1), None);
    }

    #[test]
    fn finds_numbers_in_texts() {
        assert_eq!(codes_in("AADSTS50076: due to AADSTS53003, or AADSTS and AADSTSx9"), [50076, 53003]);
        assert_eq!(codes_in("AADSTS99999999999999999999"), Vec::<u32>::new());
    }
}
