//! Text of others on a terminal: nothing that moves the cursor, changes the title or turns letters around.

use std::borrow::Cow;
use std::fmt::Write as _;

use patcycle_contract::is_invisible;

/// The text with every invisible character written as `\u{…}`.
pub(crate) fn sanitize(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_invisible) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if is_invisible(character) {
            // Writing to a string cannot fail.
            let _ = write!(clean, "\\u{{{:x}}}", u32::from(character));
        } else {
            clean.push(character);
        }
    }
    Cow::Owned(clean)
}

/// JSON text with the invisible characters that JSON itself lets through written as `\uXXXX`: the same value for
/// every reader. Line feeds are kept, since they stand only between the members.
pub(crate) fn sanitize_json(text: String) -> String {
    let is_escaped = |character: char| character != '\n' && is_invisible(character);
    if !text.chars().any(is_escaped) {
        return text;
    }
    let text = zeroize::Zeroizing::new(text);
    let mut clean = String::with_capacity(text.len() * 2);
    for character in text.chars() {
        if is_escaped(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(clean, "\\u{unit:04x}");
            }
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
        assert_eq!(sanitize("a\u{e0041}\u{e007f}b"), "a\\u{e0041}\\u{e007f}b");
        assert_eq!(sanitize("Žluťoučký 🐎"), "Žluťoučký 🐎");
    }

    #[test]
    fn tag_letters_are_two_units_in_json() {
        assert_eq!(sanitize_json("\"a\u{e0041}\"".to_owned()), "\"a\\udb40\\udc41\"");
    }

    proptest! {
        #[test]
        fn nothing_dangerous_is_left(text in "\\PC*|.*") {
            prop_assert!(!sanitize(&text).chars().any(is_invisible));
        }

        #[test]
        fn json_keeps_its_value(text in ".*|[\u{e0000}-\u{e0fff}a]*") {
            let json = serde_json::to_string_pretty(&[&text]).unwrap();
            let clean = sanitize_json(json);
            prop_assert!(!clean.chars().any(|c| c != '\n' && is_invisible(c)));
            let back: Vec<String> = serde_json::from_str(&clean).unwrap();
            prop_assert_eq!(back, vec![text]);
        }
    }
}
