//! Secrets in text, known by their form.

use serde_json::Value;

/// Characters of a PAT's current form, and what stands behind its random part (contract.md §5.1).
const PAT_LENGTH: usize = 84;
const RANDOM_LENGTH: usize = 52;
const PAT_MARK: &str = "JQQJ99";

/// PATs of the current form.
pub(crate) fn pats(text: &str) -> impl Iterator<Item = &str> {
    words(text, |character| character.is_ascii_alphanumeric() || matches!(character, '+' | '/'))
        .filter(|word| word.len() == PAT_LENGTH && word[RANDOM_LENGTH..].starts_with(PAT_MARK))
}

/// JWTs that somebody signed.
pub(crate) fn signed_tokens(text: &str) -> impl Iterator<Item = &str> {
    words(text, |character| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.')).filter(
        |word| {
            let mut parts = word.split('.');
            let begins = parts.next().is_some_and(|head| head.starts_with("eyJ"));
            begins && parts.next().is_some() && parts.next().is_some_and(|signature| signature.len() >= 86)
        },
    )
}

/// The refresh tokens of a token endpoint's answer: they have no form of their own.
pub(crate) fn oauth_tokens(text: &str) -> Vec<String> {
    let answer: Value = serde_json::from_str(text).unwrap_or_default();
    answer["refresh_token"].as_str().map(str::to_owned).into_iter().collect()
}

fn words(text: &str, belongs: impl Fn(char) -> bool) -> impl Iterator<Item = &str> {
    text.split(move |character| !belongs(character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_found_in_an_answer() {
        let pat = format!("{}JQQJ99CK{}", "a".repeat(52), "A".repeat(24));
        let jwt = format!("eyJhbGciOiJSUzI1NiJ9.e30.{}", "s".repeat(342));
        let text = format!(r#"{{"token":"{pat}","access_token":"{jwt}","refresh_token":"1.abc-def"}}"#);
        assert_eq!(pats(&text).collect::<Vec<_>>(), [pat]);
        assert_eq!(signed_tokens(&text).collect::<Vec<_>>(), [jwt]);
        assert_eq!(oauth_tokens(&text), ["1.abc-def"]);
    }

    #[test]
    fn what_is_none_is_left_alone() {
        let text = format!("{} eyJhbGciOiJub25lIn0.e30. {}", "a".repeat(84), "b".repeat(342));
        assert_eq!(pats(&text).count() + signed_tokens(&text).count() + oauth_tokens(&text).len(), 0);
    }
}
