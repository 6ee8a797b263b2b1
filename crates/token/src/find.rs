//! Finding PATs in text.

use crate::parse;

/// What every PAT of 84 characters has after its random part, and how many characters lie around it
/// (contract.md §5.1).
const MARK: &str = "JQQJ99";
const BEFORE_MARK: usize = 52;
const FROM_MARK: usize = 32;

/// Whether a PAT stands somewhere in the text. One with a mistyped character counts too: most of its secret is in
/// there. Nothing is decoded.
pub fn holds_pat(text: &str) -> bool {
    text.split(|character: char| !character.is_ascii_alphanumeric()).any(|word| {
        let marked = |at: usize| at >= BEFORE_MARK && word.len() - at >= FROM_MARK;
        word.match_indices(MARK).any(|(at, _)| marked(at)) || parse(word).is_ok()
    })
}
