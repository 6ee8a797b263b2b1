//! What a message may quote of the input that it complains about.

use crate::invisible::is_invisible;

/// How many characters of bad input a message repeats.
const LONGEST: usize = 60;

/// The start of `text`, at most 60 characters, with invisible characters escaped, so that an error message stays
/// on one line and cannot be used to forge another one.
pub(crate) fn excerpt(text: &str) -> String {
    let mut shown = String::new();
    for (position, character) in text.chars().enumerate() {
        if position == LONGEST {
            shown.push('…');
            break;
        }
        if is_invisible(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_text_is_quoted_whole() {
        assert_eq!(excerpt("vso.çode"), "vso.çode");
    }

    #[test]
    fn long_text_is_cut_and_what_cannot_be_seen_is_escaped() {
        assert_eq!(excerpt("a\r\nb"), "a\\u{d}\\u{a}b");
        assert_eq!(excerpt("a\u{e0041}b"), "a\\u{e0041}b");
        assert_eq!(excerpt(&"é".repeat(100)).chars().count(), 61);
    }
}
