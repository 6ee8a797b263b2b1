//! What a message may quote of the input that it complains about.

/// How many characters of bad input a message repeats.
const LONGEST: usize = 60;

/// The start of `text`, at most 60 characters, with control characters escaped, so that an error message stays
/// on one line and cannot be used to forge another one.
pub(crate) fn excerpt(text: &str) -> String {
    let mut shown = String::new();
    for (position, character) in text.chars().enumerate() {
        if position == LONGEST {
            shown.push('…');
            break;
        }
        if character.is_control() {
            shown.extend(character.escape_default());
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
    fn long_text_is_cut_and_control_characters_are_escaped() {
        assert_eq!(excerpt("a\r\nb"), "a\\r\\nb");
        assert_eq!(excerpt(&"é".repeat(100)).chars().count(), 61);
    }
}
