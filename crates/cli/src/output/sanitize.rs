//! Text of others on a terminal: nothing that moves the cursor, changes the title or turns letters around.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a character may change what the terminal shows beyond its own cell.
fn is_dangerous(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{061c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}'
            | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The text with every dangerous character written as `\u{…}`.
pub(crate) fn sanitize(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_dangerous) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if is_dangerous(character) {
            // Writing to a string cannot fail.
            let _ = write!(clean, "\\u{{{:x}}}", u32::from(character));
        } else {
            clean.push(character);
        }
    }
    Cow::Owned(clean)
}

/// JSON text with the dangerous characters that JSON itself lets through written as `\uXXXX`: the same value for
/// every reader. Line feeds are kept, since they stand only between the members.
pub(crate) fn sanitize_json(text: String) -> String {
    let dangerous = |character: char| character != '\n' && is_dangerous(character);
    if !text.chars().any(dangerous) {
        return text;
    }
    let text = zeroize::Zeroizing::new(text);
    let mut clean = String::with_capacity(text.len() * 2);
    for character in text.chars() {
        if dangerous(character) {
            let _ = write!(clean, "\\u{:04x}", u32::from(character));
        } else {
            clean.push(character);
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn escapes_are_shown_instead_of_obeyed() {
        assert_eq!(sanitize("ci\u{1b}[2Jx"), "ci\\u{1b}[2Jx");
        assert_eq!(sanitize("a\u{202e}b\u{9b}c"), "a\\u{202e}b\\u{9b}c");
        assert_eq!(sanitize("Žluťoučký 🐎"), "Žluťoučký 🐎");
    }

    proptest! {
        #[test]
        fn nothing_dangerous_is_left(text in "\\PC*|.*") {
            prop_assert!(!sanitize(&text).chars().any(is_dangerous));
        }

        #[test]
        fn json_keeps_its_value(text in ".*") {
            let json = serde_json::to_string_pretty(&[&text]).unwrap();
            let clean = sanitize_json(json);
            prop_assert!(!clean.chars().any(|c| c != '\n' && is_dangerous(c)));
            let back: Vec<String> = serde_json::from_str(&clean).unwrap();
            prop_assert_eq!(back, vec![text]);
        }
    }
}
