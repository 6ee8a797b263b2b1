//! Query strings: some clients encode the keys too (`%24top`), some repeat them, some vary their case.

/// The decoded pairs of a raw query string (what follows the `?`), in order. `+` is a blank; bytes that are not
/// UTF-8 become U+FFFD.
pub fn decode(raw: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(raw.as_bytes()).into_owned().collect()
}

/// The value of `key`, looked up without regard to case; of repeated keys the first. An empty value is
/// `Some("")`: what it means differs by parameter.
pub fn first<'a>(pairs: &'a [(String, String)], key: &str) -> Option<&'a str> {
    pairs.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_decoded_and_found_in_any_case() {
        let pairs = decode("api-version=7.1-preview&%24top=5&DisplayFilterOption=All&empty=&flag");
        assert_eq!(first(&pairs, "$top"), Some("5"));
        assert_eq!(first(&pairs, "displayfilteroption"), Some("All"));
        assert_eq!(first(&pairs, "empty"), Some(""));
        assert_eq!(first(&pairs, "flag"), Some(""));
        assert_eq!(first(&pairs, "top"), None);
    }

    #[test]
    fn the_first_of_repeated_keys_counts() {
        assert_eq!(first(&decode("a=1&A=2&a=3"), "a"), Some("1"));
    }

    #[test]
    fn bad_escapes_are_kept_as_text() {
        assert_eq!(first(&decode("a=%zz%ff+b"), "a"), Some("%zz\u{fffd} b"));
    }
}
