//! What is stored instead of a PAT.

use subtle::ConstantTimeEq as _;

/// HMAC-SHA-256 of a PAT under a [`Pepper`](crate::Pepper).
///
/// It is compared in constant time, and nothing leads back from it to the secret:
///
/// ```compile_fail
/// fn back(digest: patcycle_token::Digest) -> patcycle_primitives::Secret {
///     digest.into()
/// }
/// ```
/// ```compile_fail
/// fn present(digest: patcycle_token::Digest, peppers: &patcycle_token::PepperSet) {
///     peppers.digest(&digest);
/// }
/// ```
/// ```compile_fail
/// fn show(digest: patcycle_token::Digest) -> String {
///     digest.to_string()
/// }
/// ```
/// ```compile_fail
/// fn serialize(_: impl serde::Serialize) {}
/// serialize(patcycle_token::Digest::from_bytes([0; 32]));
/// ```
#[derive(Clone, Copy)]
pub struct Digest([u8; 32]);

impl Digest {
    /// A digest that a store kept.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for a store to keep.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Digest {}

impl std::fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Digest([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_bytes_are_equal_and_one_bit_is_enough_to_differ() {
        let digest = Digest::from_bytes([7; 32]);
        assert_eq!(digest, Digest::from_bytes(*digest.as_bytes()));
        for position in 0..32 {
            let mut bytes = [7; 32];
            bytes[position] ^= 1;
            assert_ne!(digest, Digest::from_bytes(bytes));
        }
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Digest::from_bytes([7; 32])), "Digest([redacted])");
    }
}
