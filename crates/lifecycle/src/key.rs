//! Sort keys: one column, unique by construction, the same order in every database.

use caseless::Caseless as _;
use jiff::Timestamp;
use unicode_normalization::UnicodeNormalization as _;
use uuid::Uuid;

/// The first eight bytes of a [`date_key`]: the instant in microseconds, big-endian, with the sign bit turned
/// so that bytes compare as instants do. Stores find ranges of ends with it.
///
/// [`date_key`]: crate::Authorization::date_key
pub fn date_prefix(instant: Timestamp) -> [u8; 8] {
    (instant.as_microsecond().cast_unsigned() ^ (1 << 63)).to_be_bytes()
}

/// End, then id.
pub(crate) fn date_key(valid_to: Timestamp, id: Uuid) -> Vec<u8> {
    [date_prefix(valid_to).as_slice(), id.as_bytes()].concat()
}

/// Folded name, a zero byte (no name holds one: control characters are refused), then id.
pub(crate) fn name_key(name: &str, id: Uuid) -> Vec<u8> {
    let folded: String = name.nfkc().default_case_fold().nfkc().collect();
    [folded.as_bytes(), &[0], id.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Around 1968 to 2033, where ends lie, with the sign's turn in it.
    const MICROSECONDS: std::ops::Range<i64> = -50_000_000_000_000..2_000_000_000_000_000;

    #[test]
    fn names_that_look_the_same_sort_together() {
        let id = Uuid::nil();
        assert_eq!(name_key("ﬁle Ａ", id), name_key("FILE a", id));
        assert_eq!(name_key("Stra\u{df}e", id), name_key("STRASSE", id));
    }

    proptest! {
        #[test]
        fn date_keys_order_as_instants(a in MICROSECONDS, b in MICROSECONDS) {
            let instants = [a, b].map(|at| Timestamp::from_microsecond(at).unwrap());
            let keys = instants.map(|instant| date_key(instant, Uuid::nil()));
            prop_assert_eq!(instants[0].cmp(&instants[1]), keys[0].cmp(&keys[1]));
        }
    }
}
