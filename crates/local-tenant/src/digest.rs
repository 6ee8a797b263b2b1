//! Random strings and their digests.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use patcycle_primitives::{Random, RandomError, Secret};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

/// Letters and digits of a user code. Without vowels no words arise; without 0, 1, I, L, O nothing is misread.
const USER_CODE_ALPHABET: &[u8] = b"BCDFGHJKMNPQRSTVWXYZ23456789";

/// How many characters a user code has.
const USER_CODE_LENGTH: usize = 9;

/// Marks our codes and tokens, so that a string of another origin is known as malformed without a look-up.
const PREFIX: &str = "1.";

/// Random bytes of a code, a device code and a refresh token.
const HANDLE_BYTES: usize = 48;

/// The SHA-256 digest of a text: all that is kept of a secret handle.
pub(crate) fn sha256(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// base64url without padding.
pub(crate) fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads base64url, padded or not.
pub(crate) fn from_base64url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()
}

/// Random text of `bytes` random bytes, base64url.
pub(crate) fn random_text(random: &dyn Random, bytes: usize) -> Result<Secret, RandomError> {
    let mut buffer = Zeroizing::new(vec![0; bytes]);
    random.fill(&mut buffer)?;
    Ok(Secret::new(base64url(buffer.as_slice())))
}

/// A new authorization code, device code or refresh token.
pub(crate) fn new_handle(random: &dyn Random) -> Result<Secret, RandomError> {
    Ok(Secret::new(format!("{PREFIX}{}", random_text(random, HANDLE_BYTES)?.expose())))
}

/// Whether a text has the form of [`new_handle`].
pub(crate) fn is_handle(text: &str) -> bool {
    text.strip_prefix(PREFIX)
        .and_then(|rest| URL_SAFE_NO_PAD.decode(rest).ok())
        .is_some_and(|bytes| bytes.len() == HANDLE_BYTES)
}

/// A new user code of the device flow.
pub(crate) fn new_user_code(random: &dyn Random) -> Result<String, RandomError> {
    let mut code = String::with_capacity(USER_CODE_LENGTH);
    while code.len() < USER_CODE_LENGTH {
        let mut bytes = [0; 16];
        random.fill(&mut bytes)?;
        // Bytes beyond the last whole multiple are passed over: else the first letters were more likely.
        let fair = u8::try_from(256 / USER_CODE_ALPHABET.len() * USER_CODE_ALPHABET.len()).unwrap_or(u8::MAX);
        let letters = bytes.iter().filter(|byte| **byte < fair);
        let letters =
            letters.filter_map(|byte| USER_CODE_ALPHABET.get(usize::from(*byte) % USER_CODE_ALPHABET.len()));
        code.extend(letters.take(USER_CODE_LENGTH - code.len()).map(|letter| char::from(*letter)));
    }
    Ok(code)
}

/// What a person typed as user code, in the form that was made: people add blanks and hyphens and use small letters.
pub(crate) fn normalise_user_code(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_uppercase()).collect()
}

/// An id that follows from what it is for, so that it needs no row: the service principal of an application in
/// a tenant.
pub(crate) fn derived_id(purpose: &str, ids: [Uuid; 2]) -> Uuid {
    let digest = Sha256::new()
        .chain_update(purpose)
        .chain_update(ids[0].as_bytes())
        .chain_update(ids[1].as_bytes())
        .finalize();
    let mut bytes = [0; 16];
    for (target, source) in bytes.iter_mut().zip(digest) {
        *target = source;
    }
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use patcycle_primitives::SeededRandom;

    use super::*;

    #[test]
    fn handles_are_recognised_and_nothing_else() {
        let handle = new_handle(&SeededRandom::new(1)).unwrap();
        assert!(is_handle(handle.expose()));
        for other in ["", "1.", "1.AAAA", "0.abc", "not a handle", &handle.expose()[2..]] {
            assert!(!is_handle(other), "{other}");
        }
    }

    #[test]
    fn user_codes_have_nine_plain_characters() {
        let random = SeededRandom::new(2);
        for _ in 0..200 {
            let code = new_user_code(&random).unwrap();
            assert_eq!(code.len(), 9);
            assert_eq!(normalise_user_code(&code.to_lowercase()), code);
        }
        assert_eq!(normalise_user_code(" bcdf-ghjk m\n"), "BCDFGHJKM");
    }
}
