//! The key of one webhook, and its signatures, as Standard Webhooks has them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

const PREFIX: &str = "whsec_";
/// Between 24 and 64 bytes, says Standard Webhooks.
const LENGTHS: std::ops::RangeInclusive<usize> = 24..=64;

/// A text that is no key. It is never repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "it is not a webhook key: write `whsec_` and base64 of 24 to 64 random bytes, for example what \
     `echo whsec_$(head -c 32 /dev/urandom | base64)` prints"
)]
pub struct WebhookSecretError;

/// The key that both ends know.
pub struct WebhookSecret(Zeroizing<Vec<u8>>);

impl WebhookSecret {
    /// Reads `whsec_…`.
    pub fn parse(text: &str) -> Result<Self, WebhookSecretError> {
        let encoded = text.trim().strip_prefix(PREFIX).ok_or(WebhookSecretError)?;
        let key = Zeroizing::new(STANDARD.decode(encoded).map_err(|_| WebhookSecretError)?);
        if LENGTHS.contains(&key.len()) { Ok(Self(key)) } else { Err(WebhookSecretError) }
    }

    /// The value of `webhook-signature`: HMAC-SHA-256 over id, seconds and body, joined by dots.
    pub(super) fn sign(&self, id: &str, seconds: i64, body: &[u8]) -> String {
        let mut block = Zeroizing::new([0_u8; 64]);
        // At most 64 bytes, as `parse` sees to. HMAC fills a short key up with zeros to one block.
        block[..self.0.len()].copy_from_slice(&self.0);
        let mac = Hmac::<Sha256>::new((&*block).into())
            .chain_update(format!("{id}.{seconds}."))
            .chain_update(body)
            .finalize();
        format!("v1,{}", STANDARD.encode(mac.into_bytes()))
    }
}

impl std::fmt::Debug for WebhookSecret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the Standard Webhooks specification.
    #[test]
    fn signs_as_the_specification_does() {
        let secret = WebhookSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signature =
            secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn takes_no_short_key() {
        for text in ["", "whsec_", "whsec_c2hvcnQ=", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_%%%"] {
            assert_eq!(WebhookSecret::parse(text).err(), Some(WebhookSecretError), "{text}");
        }
    }
}
