//! The header `Idempotency-Key` of a rotation (design.md §6).

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use patcycle_primitives::{Random, RandomError};
use zeroize::Zeroizing;

/// The last of 43 characters carries two bits that mean nothing. Clients that draw characters set them.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// The header names no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is not 32 random bytes written as 43 characters of base64url")]
pub struct IdempotencyKeyError;

/// 32 random bytes that a client draws for one rotation and sends again with each repetition of it.
///
/// The new secret is derived from it, so it is kept as carefully as the secret until that has arrived.
pub struct IdempotencyKey {
    text: Zeroizing<String>,
    bytes: Zeroizing<[u8; 32]>,
}

impl IdempotencyKey {
    /// The header's name.
    pub const HEADER: &str = "idempotency-key";

    /// A new one.
    pub fn generate(random: &dyn Random) -> Result<Self, RandomError> {
        let mut bytes = Zeroizing::new([0; 32]);
        random.fill(&mut *bytes)?;
        Ok(Self { text: Zeroizing::new(BASE64URL.encode(*bytes)), bytes })
    }

    /// Reads the header's value.
    pub fn parse(text: &str) -> Result<Self, IdempotencyKeyError> {
        let text = Zeroizing::new(text.trim().to_owned());
        let bytes = Zeroizing::new(BASE64URL.decode(text.as_str()).map_err(|_| IdempotencyKeyError)?);
        let bytes = bytes.as_slice().try_into().map(Zeroizing::new).map_err(|_| IdempotencyKeyError)?;
        Ok(Self { text, bytes })
    }

    /// The header's value, by which keys are told apart: all of its characters count.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.bytes
    }
}

impl std::fmt::Debug for IdempotencyKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("IdempotencyKey([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use patcycle_primitives::SeededRandom;

    use super::*;

    #[test]
    fn a_key_survives_its_header() {
        let key = IdempotencyKey::generate(&SeededRandom::new(1)).unwrap();
        assert_eq!(key.as_str().len(), 43);
        assert_eq!(IdempotencyKey::parse(key.as_str()).unwrap().as_bytes(), key.as_bytes());
        assert!(!format!("{key:?}").contains(key.as_str()));
    }

    #[test]
    fn anything_but_32_bytes_of_base64url_is_no_key() {
        assert!(IdempotencyKey::parse(&"k".repeat(43)).is_ok());
        for text in
            ["", "x", &"A".repeat(42), &"A".repeat(44), &"+".repeat(43), &format!("{}=", "A".repeat(43))]
        {
            assert_eq!(IdempotencyKey::parse(text).unwrap_err(), IdempotencyKeyError, "{text}");
        }
    }
}
