//! Continuation tokens: where a list goes on, sealed so that nobody can bend them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// Length of the authentication code: 128 bits, far beyond guessing over HTTP.
const CODE_BYTES: usize = 16;

/// The token is malformed, forged, or belongs to another caller, organization or filter. Which of these is
/// not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the continuationToken is not valid for this list; start again without one")]
pub struct BadContinuationToken;

/// Seals and opens continuation tokens with a key of the service.
#[derive(Clone)]
pub struct Sealer(Hmac<Sha256>);

impl std::fmt::Debug for Sealer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Sealer([redacted])")
    }
}

impl Sealer {
    /// A sealer with this key.
    pub fn new(key: [u8; 32]) -> Self {
        // HMAC pads a key with zeros to the length of a block.
        let mut block = [0; 64];
        block[..key.len()].copy_from_slice(&key);
        Self(Hmac::<Sha256>::new(&block.into()))
    }

    /// `payload`, readable by anybody, good only together with `binding`.
    pub fn seal(&self, binding: &[u8], payload: &[u8]) -> String {
        let code = self.code(binding, payload).finalize().into_bytes();
        URL_SAFE_NO_PAD.encode([payload, &code[..CODE_BYTES]].concat())
    }

    /// The payload that was sealed with this `binding`.
    pub fn open(&self, binding: &[u8], token: &str) -> Result<Vec<u8>, BadContinuationToken> {
        let mut payload = URL_SAFE_NO_PAD.decode(token).map_err(|_| BadContinuationToken)?;
        let length = payload.len().checked_sub(CODE_BYTES).ok_or(BadContinuationToken)?;
        let code = payload.split_off(length);
        self.code(binding, &payload).verify_truncated_left(&code).map_err(|_| BadContinuationToken)?;
        Ok(payload)
    }

    pub(crate) fn code(&self, binding: &[u8], payload: &[u8]) -> Hmac<Sha256> {
        self.0
            .clone()
            .chain_update((binding.len() as u64).to_be_bytes())
            .chain_update(binding)
            .chain_update(payload)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_sealed_opens(binding: Vec<u8>, payload: Vec<u8>) {
            let sealer = Sealer::new([7; 32]);
            prop_assert_eq!(sealer.open(&binding, &sealer.seal(&binding, &payload)), Ok(payload));
        }

        #[test]
        fn another_key_or_binding_does_not_open(binding: Vec<u8>, other: Vec<u8>, payload: Vec<u8>) {
            let sealed = Sealer::new([7; 32]).seal(&binding, &payload);
            prop_assert_eq!(Sealer::new([8; 32]).open(&binding, &sealed), Err(BadContinuationToken));
            if other != binding {
                prop_assert_eq!(Sealer::new([7; 32]).open(&other, &sealed), Err(BadContinuationToken));
            }
        }

        #[test]
        fn any_changed_character_is_refused(payload: [u8; 24], at in 0_usize..53, to in "[A-Za-z0-9_-]") {
            let sealer = Sealer::new([7; 32]);
            let sealed = sealer.seal(b"binding", &payload);
            let mut changed = sealed.clone();
            changed.replace_range(at..=at, &to);
            if changed != sealed {
                prop_assert_eq!(sealer.open(b"binding", &changed), Err(BadContinuationToken));
            }
        }

        #[test]
        fn anything_else_is_refused_without_a_panic(text: String) {
            prop_assert_eq!(Sealer::new([7; 32]).open(b"", &text), Err(BadContinuationToken));
        }
    }
}
