//! One-time codes (RFC 6238, SHA-1, six digits, 30 seconds), as authenticator apps make them.

use jiff::Timestamp;
use patcycle_primitives::Secret;
use totp_rs::{Builder, Totp};

use crate::error::LocalTenantError;

/// Reads a seed in base32, as authenticator apps take it. At least 128 bits.
pub(crate) fn parse_seed(base32: &Secret) -> Result<Vec<u8>, LocalTenantError> {
    let invalid = |why| LocalTenantError::invalid("one-time code seed", "…", why);
    let seed = totp_rs::Secret::try_from_base32(base32.expose().trim().to_ascii_uppercase())
        .map_err(|_| invalid("it is not base32"))?;
    let bytes = seed.as_ref().to_vec();
    totp(&bytes).map_err(|_| invalid("it has less than 128 bits"))?;
    Ok(bytes)
}

/// Whether `typed` is the code of this instant, or of the steps before and after it.
///
/// A code may serve twice within its minute and a half: parallel test runs sign the same person in, and the
/// seed is no secret on a development machine.
pub(crate) fn verify(seed: &[u8], typed: &str, now: Timestamp) -> bool {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let seconds = u64::try_from(now.as_second()).unwrap_or_default();
    totp(seed).is_ok_and(|totp| totp.check(&digits, seconds).is_some())
}

fn totp(seed: &[u8]) -> Result<Totp, totp_rs::TotpError> {
    Builder::new().with_secret(seed.to_vec()).build()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The seed and a code of RFC 6238, appendix B (its last six digits).
    #[test]
    fn follows_the_standard() {
        let seed = parse_seed(&Secret::new("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")).unwrap();
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        assert!(verify(&seed, "287 082", at(59)));
        assert!(verify(&seed, "287082", at(89)));
        assert!(!verify(&seed, "287082", at(200)));
        assert!(!verify(&seed, "", at(59)));
        assert!(!verify(&seed, "28708", at(59)));
    }

    #[test]
    fn refuses_seeds_that_are_short_or_not_base32() {
        assert!(parse_seed(&Secret::new("GEZDGNBV")).is_err());
        assert!(parse_seed(&Secret::new("not base32!")).is_err());
    }
}
