//! The name of a PAT.

/// The longest name, in characters (contract.md §12 #13).
const LONGEST: usize = 256;

/// Why a name is refused. The text is the sentence for `patTokenErrorMessage`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DisplayNameError {
    /// Missing or blank.
    #[error("displayName is missing or blank. Give the token a name of 1 to 256 characters.")]
    Required,
    /// Too long, or with control characters.
    #[error(
        "displayName is longer than 256 characters or holds control characters. \
         Use 1 to 256 characters without line breaks or tabs."
    )]
    Invalid,
}

/// A name that a PAT may have: 1 to 256 characters, no control characters, no blanks at its ends. Names are not
/// unique.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplayName(String);

impl DisplayName {
    /// Trims and checks a name; `None` is a request without one.
    pub fn parse(name: Option<&str>) -> Result<Self, DisplayNameError> {
        let name = name.unwrap_or_default().trim();
        if name.is_empty() {
            return Err(DisplayNameError::Required);
        }
        if name.chars().count() > LONGEST || name.chars().any(char::is_control) {
            return Err(DisplayNameError::Invalid);
        }
        Ok(Self(name.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(name: &str) -> Result<String, DisplayNameError> {
        DisplayName::parse(Some(name)).map(|name| name.0)
    }

    #[test]
    fn blanks_at_the_ends_go() {
        assert_eq!(parse("  ci build\u{a0}\n"), Ok("ci build".to_owned()));
    }

    #[test]
    fn missing_and_blank_names_are_required() {
        assert_eq!(DisplayName::parse(None), Err(DisplayNameError::Required));
        assert_eq!(parse(""), Err(DisplayNameError::Required));
        assert_eq!(parse(" \t\u{2003}"), Err(DisplayNameError::Required));
    }

    #[test]
    fn length_counts_characters_not_bytes() {
        assert_eq!(parse(&"é".repeat(256)), Ok("é".repeat(256)));
        assert_eq!(parse(&"é".repeat(257)), Err(DisplayNameError::Invalid));
    }

    #[test]
    fn control_characters_inside_are_refused() {
        for name in ["a\0b", "a\nb", "a\tb", "a\u{7f}b", "a\u{85}b", "a\u{1b}[31mb"] {
            assert_eq!(parse(name), Err(DisplayNameError::Invalid), "{name:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_accepted_is_accepted_again_unchanged(name: String) {
            if let Ok(accepted) = parse(&name) {
                prop_assert!(!accepted.contains('\0'));
                prop_assert_eq!(parse(&accepted), Ok(accepted.clone()));
            }
        }
    }
}
