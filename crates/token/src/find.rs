//! Finding PATs in text.

use crate::parse;

/// What every PAT of 84 characters has after its random part, and how many characters lie around it
/// (contract.md §5.1).
const MARK: &str = "JQQJ99";
const BEFORE_MARK: usize = 52;
const FROM_MARK: usize = 32;

/// What stands in the place of a PAT that was masked.
const MASK: &str = "***";

/// Whether a PAT stands somewhere in the text. One with a mistyped character counts too: most of its secret is in
/// there. Nothing is decoded.
pub fn holds_pat(text: &str) -> bool {
    text.split(is_between_words).any(is_pat)
}

/// The text with `***` in the place of each PAT that [`holds_pat`] finds in it.
pub fn mask_pats(text: &str) -> String {
    let mask = |piece: &str| {
        let word = piece.trim_end_matches(is_between_words);
        if is_pat(word) { format!("{MASK}{}", &piece[word.len()..]) } else { piece.to_owned() }
    };
    text.split_inclusive(is_between_words).map(mask).collect()
}

fn is_between_words(character: char) -> bool {
    !character.is_ascii_alphanumeric()
}

fn is_pat(word: &str) -> bool {
    let marked = |at: usize| at >= BEFORE_MARK && word.len() - at >= FROM_MARK;
    word.match_indices(MARK).any(|(at, _)| marked(at)) || parse(word).is_ok()
}
