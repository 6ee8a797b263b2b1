//! Text that others wrote, made fit to be shown: a server must not move a terminal's cursor or fill its screen.

use patcycle_contract::is_invisible;

/// The most characters of a server's message that are kept.
pub(crate) const MAXIMUM_MESSAGE: usize = 500;

/// The length from which an unbroken word may be a secret: a PAT has 52 or 84 characters, a signature of an
/// access token 86 or more, while an id has 36.
const SECRET_LENGTH: usize = 43;

/// Drops invisible characters, folds white space, hides words that may be a secret which the server
/// sent back, and cuts at [`MAXIMUM_MESSAGE`] characters.
///
/// In this order: a secret must be whole to be known as one.
pub(crate) fn clean(text: &str) -> String {
    cut(hide_secrets(&printable(text)))
}

fn printable(text: &str) -> String {
    let visible = text.chars().map(|character| if character.is_whitespace() { ' ' } else { character });
    let mut printable = String::with_capacity(text.len());
    for character in visible.filter(|character| !is_invisible(*character)) {
        if character != ' ' || !(printable.is_empty() || printable.ends_with(' ')) {
            printable.push(character);
        }
    }
    printable.truncate(printable.trim_end().len());
    printable
}

fn hide_secrets(text: &str) -> String {
    let belongs = |character: char| character.is_ascii_alphanumeric() || "-_+/=".contains(character);
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|character| !belongs(character)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        shown.push_str(if word.len() >= SECRET_LENGTH { "[hidden]" } else { word });
        let next = after.find(belongs).unwrap_or(after.len());
        let (between, following) = after.split_at(next);
        shown.push_str(between);
        rest = following;
    }
    shown
}

fn cut(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(MAXIMUM_MESSAGE)
        && text.chars().nth(MAXIMUM_MESSAGE + 1).is_some()
    {
        text.truncate(end);
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn escapes_lose_their_power() {
        assert_eq!(clean("\u{1b}[2Jred\u{7}\r\n  line\u{202e}two \u{9b}31m"), "[2Jred linetwo 31m");
        assert_eq!(clean("a\u{e0041}\u{e007f}b"), "ab");
        assert_eq!(clean(" \n\t "), "");
    }

    #[test]
    fn an_echoed_secret_is_hidden() {
        let pat = "A".repeat(84);
        let token = format!("eyJhbGciOiJSUzI1NiJ9.{}.{}", "b".repeat(300), "c".repeat(86));
        let cleaned = clean(&format!(
            "no `{pat}` and Bearer {token}. Activity Id: 6b2b8a0e-5a3b-4c0e-9a68-0d4c5a7f9f10."
        ));
        assert_eq!(
            cleaned,
            "no `[hidden]` and Bearer eyJhbGciOiJSUzI1NiJ9.[hidden].[hidden]. Activity Id: 6b2b8a0e-5a3b-4c0e-9a68-0d4c5a7f9f10."
        );
    }

    #[test]
    fn long_texts_are_cut_and_never_in_a_secret() {
        let cut = clean(&"ä".repeat(10_000));
        assert_eq!(cut.chars().count(), MAXIMUM_MESSAGE + 1);
        assert!(cut.ends_with('…'));
        let secret = "S3cr3t".repeat(14);
        let cut = clean(&format!("{} {secret}", "word ".repeat(MAXIMUM_MESSAGE / 5 - 4)));
        assert!(cut.ends_with("word [hidden]"), "{cut}");
    }

    proptest! {
        #[test]
        fn never_an_invisible_character(text in "\\PC{0,40}|(?s).{0,80}") {
            let cleaned = clean(&text);
            prop_assert!(!cleaned.chars().any(is_invisible));
            prop_assert_eq!(clean(&cleaned), cleaned);
        }
    }
}
