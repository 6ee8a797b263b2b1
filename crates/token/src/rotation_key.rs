//! The key that rotated secrets are derived with.
//!
//! The answer to a rotation may get lost, and by then the old secret may be dead. So the new one can be made a
//! second time: from this key, which lies in a file, and from what the client sends again with its request.
//! Neither alone is enough, and the database holds neither.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use patcycle_primitives::{Random, RandomError, Secret};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::Digest;
use crate::current::{DRAWN_BYTES, MAXIMUM_DRAWS, Signature, mint_from};
use crate::issue_month::IssueMonth;

/// Set before labels of digests, so that no digest is a block of a derived secret.
const DIGEST: &str = "patcycle rotation digest: ";

/// The file of the rotation key holds none. Never says what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the rotation key file does not hold one line of 32 bytes in base64url without padding (43 characters)"
)]
pub struct RotationKeyError;

/// A 256-bit key from which secrets of rotations are derived.
pub struct RotationKey(Zeroizing<[u8; 32]>);

impl RotationKey {
    /// This key.
    pub fn new(key: [u8; 32]) -> Self {
        Self(Zeroizing::new(key))
    }

    /// A new random key.
    pub fn generate(random: &dyn Random) -> Result<Self, RandomError> {
        let mut key = Zeroizing::new([0_u8; 32]);
        random.fill(&mut *key)?;
        Ok(Self(key))
    }

    /// Reads the text of the key's file. Lines that start with `#` are skipped.
    pub fn parse(text: &str) -> Result<Self, RotationKeyError> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let (Some(line), None) = (lines.next(), lines.next()) else { return Err(RotationKeyError) };
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(line).map_err(|_| RotationKeyError)?);
        Ok(Self::new(bytes.as_slice().try_into().map_err(|_| RotationKeyError)?))
    }

    /// The text for the key's file. It is as secret as the key.
    pub fn to_file(&self) -> Secret {
        let key = Zeroizing::new(URL_SAFE_NO_PAD.encode(*self.0));
        let text = Zeroizing::new(format!(
            "# New secrets of rotations are derived with this key. When it is lost, a new one is made; no PAT is.\n{}\n",
            *key
        ));
        Secret::new(text.as_str())
    }

    /// Makes the PAT that `salt` and `info` stand for: the same for the same, by HKDF-SHA-256 (RFC 5869). Its
    /// random part is as hard to guess as the harder of key and salt.
    ///
    /// # Errors
    /// Only if none of 1024 derived bytes in a row were fit for letters and digits, which does not happen.
    pub fn mint(
        &self,
        salt: &[u8; 32],
        info: &[u8],
        month: IssueMonth,
        signature: Signature,
    ) -> Result<Secret, RandomError> {
        let mut stream = Zeroizing::new([0_u8; DRAWN_BYTES * MAXIMUM_DRAWS]);
        // The limit of HKDF is 8160 bytes.
        Hkdf::<Sha256>::new(Some(salt), &*self.0).expand(info, &mut *stream).map_err(|_| RandomError)?;
        let mut blocks = stream.chunks_exact(DRAWN_BYTES);
        let fill = |bytes: &mut [u8]| {
            bytes.copy_from_slice(blocks.next().ok_or(RandomError)?);
            Ok(())
        };
        mint_from(fill, month, signature)
    }

    /// A digest by which something is known again and not read. Different labels give unrelated digests.
    pub fn digest(&self, label: &str, content: &[u8]) -> Digest {
        let mut block = Zeroizing::new([0_u8; 64]);
        block[..32].copy_from_slice(&*self.0);
        // HMAC fills a short key up with zeros to one block; with a whole block it cannot fail.
        let mac: Hmac<Sha256> = Hmac::new((&*block).into());
        let mac = mac.chain_update(DIGEST).chain_update(label).chain_update([0]).chain_update(content);
        Digest::from_bytes(mac.finalize().into_bytes().into())
    }
}

impl std::fmt::Debug for RotationKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("RotationKey([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use patcycle_primitives::SeededRandom;

    use super::*;
    use crate::parse;

    fn mint(key: &RotationKey, salt: u8, info: &str) -> Secret {
        let month = IssueMonth::of("2026-11-23T10:00:00Z".parse().unwrap()).unwrap();
        key.mint(&[salt; 32], info.as_bytes(), month, Signature::Patcycle).unwrap()
    }

    #[test]
    fn the_same_gives_the_same_and_anything_else_another() {
        let key = RotationKey::generate(&SeededRandom::new(1)).unwrap();
        let other_key = RotationKey::generate(&SeededRandom::new(2)).unwrap();
        let secrets = [
            mint(&key, 1, "a"),
            mint(&key, 1, "a"),
            mint(&key, 2, "a"),
            mint(&key, 1, "b"),
            mint(&other_key, 1, "a"),
        ];
        assert_eq!(secrets[0].expose(), secrets[1].expose());
        let different: HashSet<&str> = secrets.iter().map(Secret::expose).collect();
        assert_eq!(different.len(), 4);
        assert!(secrets.iter().all(|secret| parse(secret.expose()).is_ok()));
    }

    /// Reckoned apart from this program: HKDF-SHA-256 of RFC 5869, bytes below 248 modulo 62.
    #[test]
    fn a_known_vector() {
        let secret = mint(&RotationKey::new([7; 32]), 9, "info");
        assert_eq!(secret.expose().get(..52), Some("AMRgoioY98FGs58xfhUKS5Nnnsf20KQJinqQ68kjY4qFIVbI8vHq"));
    }

    #[test]
    fn letters_and_digits_are_equally_frequent() {
        let key = RotationKey::generate(&SeededRandom::new(3)).unwrap();
        let mut counts = [0_u32; 128];
        for number in 0..2000 {
            let secret = mint(&key, 1, &number.to_string());
            for byte in secret.expose().bytes().take(52) {
                counts[usize::from(byte)] += 1;
            }
        }
        // 104000 draws of 62 characters: 1677 of each on average, with a deviation of 41.
        let drawn: Vec<u32> = counts.into_iter().filter(|count| *count > 0).collect();
        assert_eq!(drawn.len(), 62);
        assert!(drawn.iter().all(|count| (1440..1920).contains(count)), "{drawn:?}");
    }

    #[test]
    fn digests_depend_on_label_content_and_key() {
        let key = RotationKey::new([1; 32]);
        assert_eq!(key.digest("a", b"b"), key.digest("a", b"b"));
        assert_ne!(key.digest("a", b"b"), key.digest("a", b"c"));
        assert_ne!(key.digest("a", b"b"), key.digest("ab", b""));
        assert_ne!(key.digest("a", b"b"), RotationKey::new([2; 32]).digest("a", b"b"));
    }

    #[test]
    fn a_key_survives_its_file() {
        let key = RotationKey::generate(&SeededRandom::new(1)).unwrap();
        let read = RotationKey::parse(key.to_file().expose()).unwrap();
        assert_eq!(*read.0, *key.0);
        for text in ["", "# only a comment\n", "c2hvcnQ\n", &format!("{}\n{0}\n", "A".repeat(43)), "A=A"] {
            assert_eq!(RotationKey::parse(text).unwrap_err(), RotationKeyError, "{text}");
        }
        assert_eq!(format!("{key:?}"), "RotationKey([redacted])");
    }
}
