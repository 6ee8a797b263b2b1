//! Sealing: AES-256-GCM with a random nonce, bound to the session's key, so that sealed bytes cannot be moved to
//! another session.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use patcycle_primitives::{Random, RandomError};
use zeroize::Zeroizing;

/// The key that sessions are sealed with.
pub struct SealingKey(LessSafeKey);

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SealingKey([redacted])")
    }
}

/// Something could not be sealed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SealError {
    /// No random numbers.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The cipher refused: the text is longer than it takes.
    #[error("the session cannot be sealed")]
    Cipher,
}

impl SealingKey {
    /// A key of 32 random bytes.
    pub fn new(bytes: &[u8; 32]) -> Self {
        let key = UnboundKey::new(&AES_256_GCM, bytes);
        Self(LessSafeKey::new(key.unwrap_or_else(|_| unreachable!("the cipher takes keys of 32 bytes"))))
    }

    /// Nonce, then what was sealed. Only with the same `context` it is opened again.
    pub(crate) fn seal(
        &self,
        text: &[u8],
        context: &[u8],
        random: &dyn Random,
    ) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE_LEN];
        random.fill(&mut nonce)?;
        // Room for the tag, so that the text is not copied about in clear.
        let mut sealed = Vec::with_capacity(NONCE_LEN + text.len() + AES_256_GCM.tag_len());
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(text);
        let nonce = Nonce::assume_unique_for_key(nonce);
        let tag = self.0.seal_in_place_separate_tag(nonce, Aad::from(context), &mut sealed[NONCE_LEN..]);
        sealed.extend_from_slice(tag.map_err(|_| SealError::Cipher)?.as_ref());
        Ok(sealed)
    }

    /// What was sealed; `None`: by another key, for another context, or changed since.
    pub(crate) fn open(&self, sealed: &[u8], context: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut text = Zeroizing::new(sealed.to_vec());
        let length = self.0.open_in_place(nonce, Aad::from(context), &mut text).ok()?.len();
        text.truncate(length);
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use patcycle_primitives::OsRandom;

    use super::*;

    #[test]
    fn it_opens_with_the_same_key_and_context_only() {
        let key = SealingKey::new(&[7; 32]);
        let sealed = key.seal(b"a refresh token", b"one", &OsRandom).unwrap();
        assert!(!sealed.windows(7).any(|window| window == b"refresh"));
        assert_eq!(key.open(&sealed, b"one").unwrap().as_slice(), b"a refresh token");
        assert!(key.open(&sealed, b"two").is_none());
        assert!(SealingKey::new(&[8; 32]).open(&sealed, b"one").is_none());
        for position in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[position] ^= 1;
            assert!(key.open(&changed, b"one").is_none(), "{position}");
        }
        assert!(key.open(&sealed[..5], b"one").is_none());
    }

    #[test]
    fn debug_shows_no_key() {
        assert_eq!(format!("{:?}", SealingKey::new(&[7; 32])), "SealingKey([redacted])");
    }
}
