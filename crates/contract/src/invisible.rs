//! Characters that change what is shown without being seen themselves.

/// Whether a character is a control character, turns the direction of text, or cannot be seen: a name that holds one
/// reads as another name, and a terminal may obey it. Show it escaped, or not at all.
///
/// These are Unicode's general categories Cc, Zl and Zp, and the property `Default_Ignorable_Code_Point`
/// (DerivedCoreProperties.txt), which covers the bidirectional controls, zero-width characters, variation selectors
/// and tag letters; and the interlinear marks U+FFF9 to U+FFFB.
pub fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides_or_turns_text_is_invisible() {
        for hidden in "\0\n\u{1b}\u{85}\u{9b}\u{ad}\u{200d}\u{202e}\u{2066}\u{feff}\u{fe0f}\u{e0001}\u{e0041}\u{e007f}\u{e0100}".chars() {
            assert!(is_invisible(hidden), "{hidden:?}");
        }
    }

    #[test]
    fn letters_signs_and_spaces_are_not() {
        for shown in "aŽ東ي 🐎-_~\u{a0}\u{301}\u{e000}".chars() {
            assert!(!is_invisible(shown), "{shown:?}");
        }
    }
}
