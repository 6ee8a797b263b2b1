//! Continuation tokens that must look like a UUID: Token Admin's (contract.md §4.1, §12 #38).
//!
//! A version-8 UUID of 48 bits of row number and 74 bits of an authentication code. The code covers the day as
//! well, so that a token is refused after one to two days.

use hmac::Mac as _;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::continuation::{BadContinuationToken, Sealer};

const SECONDS_PER_DAY: i64 = 86_400;
/// The largest row number that fits.
const LARGEST_ROW: u64 = (1 << 48) - 1;

impl Sealer {
    /// `row`, readable by anybody, good only together with `binding`.
    pub(crate) fn seal_row(&self, binding: &[u8], row: u64, now: Timestamp) -> Uuid {
        let row = row.min(LARGEST_ROW).to_be_bytes();
        let day = now.as_second().div_euclid(SECONDS_PER_DAY).to_be_bytes();
        let code = self.code(binding, &[&row[2..], &day[..]].concat()).finalize().into_bytes();
        let mut bytes = [0; 16];
        bytes[..6].copy_from_slice(&row[2..]);
        bytes[6..].copy_from_slice(&code[..10]);
        // Version and variant overwrite six bits of the code.
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    }

    /// The row number that was sealed with this `binding`, today or yesterday.
    pub(crate) fn open_row(
        &self,
        binding: &[u8],
        token: Uuid,
        now: Timestamp,
    ) -> Result<u64, BadContinuationToken> {
        let mut row = [0; 8];
        row[2..].copy_from_slice(&token.as_bytes()[..6]);
        let row = u64::from_be_bytes(row);
        let yesterday = now - SignedDuration::from_secs(SECONDS_PER_DAY);
        // Numbers are compared as a whole, so how long it takes tells nothing about where they differ.
        let is = |day| self.seal_row(binding, row, day).as_u128() == token.as_u128();
        if is(now) || is(yesterday) { Ok(row) } else { Err(BadContinuationToken) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn now() -> Timestamp {
        Timestamp::from_second(1_795_000_000).unwrap()
    }

    proptest! {
        #[test]
        fn what_is_sealed_opens_for_a_day(binding: Vec<u8>, row in 0..=LARGEST_ROW, hours in 0_i64..24) {
            let sealer = Sealer::new([7; 32]);
            let token = sealer.seal_row(&binding, row, now());
            prop_assert_eq!((token.get_version_num(), token.get_variant()), (8, uuid::Variant::RFC4122));
            let later = now() + SignedDuration::from_hours(hours);
            prop_assert_eq!(sealer.open_row(&binding, token, later), Ok(row));
            let much_later = now() + SignedDuration::from_hours(48);
            prop_assert_eq!(sealer.open_row(&binding, token, much_later), Err(BadContinuationToken));
        }

        #[test]
        fn any_changed_bit_is_refused(row in 0..=LARGEST_ROW, bit in 0..128_u32) {
            let sealer = Sealer::new([7; 32]);
            let token = sealer.seal_row(b"binding", row, now());
            let changed = Uuid::from_u128(token.as_u128() ^ (1 << bit));
            prop_assert_eq!(sealer.open_row(b"binding", changed, now()), Err(BadContinuationToken));
            prop_assert_eq!(sealer.open_row(b"another", token, now()), Err(BadContinuationToken));
            let other = Sealer::new([8; 32]);
            prop_assert_eq!(other.open_row(b"binding", token, now()), Err(BadContinuationToken));
        }
    }
}
