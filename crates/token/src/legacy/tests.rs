use proptest::prelude::*;

use super::*;

/// The token of the published example of create.
const PUBLISHED: &str = "dip55dwf4vpitomw63jzvomefmi2jluguprzwwqwuc6xq4fhocwq";
/// The bytes 0 to 0x1B with their checksum.
const OWN: &str = "aaatoaqdaqc3cyiga4eascqlbqgq4dyqcejhaeyuculbogazdinq";

/// Lays 28 bytes and their checksum out as a PAT of this form.
fn build(data: [u8; 28], seed: u32) -> String {
    let mut covered = crc32fast::Hasher::new();
    covered.update(&data);
    let checksum = (covered.finalize() ^ seed).to_le_bytes();
    let mut bytes = [0; 33];
    for (position, byte) in CHECKSUM_AT.into_iter().zip(checksum) {
        bytes[position] = byte;
    }
    let free = (0..32).filter(|position| !CHECKSUM_AT.contains(position));
    for (position, byte) in free.zip(data) {
        bytes[position] = byte;
    }
    let letter = |place: usize| {
        let bit = |place: usize| usize::from(bytes[place / 8] >> (7 - place % 8) & 1);
        let value = (0..5).fold(0, |value, offset| value << 1 | bit(place * 5 + offset));
        char::from(ALPHABET[value])
    };
    (0..LENGTH).map(letter).collect()
}

#[test]
fn the_checksum_vectors() {
    assert_eq!(read(PUBLISHED), Ok(LegacyKind::User));
    assert_eq!(read(OWN), Ok(LegacyKind::User));
    assert_eq!(build(std::array::from_fn(|position| u8::try_from(position).unwrap()), USER_SEED), OWN);
}

#[test]
fn capitals_and_other_digits_do_not_belong() {
    assert_eq!(read(&PUBLISHED.to_uppercase()), Err(PatFormatError::Character));
    assert_eq!(read(&PUBLISHED.replace('d', "8")), Err(PatFormatError::Character));
}

#[test]
fn the_last_four_bits_are_zero() {
    // `q` is 16: its last four bits are zero. `r` is 17.
    assert_eq!(read(&format!("{}r", &PUBLISHED[..51])), Err(PatFormatError::Layout));
}

proptest! {
    #[test]
    fn both_kinds_are_told_apart(data: [u8; 28]) {
        prop_assert_eq!(read(&build(data, USER_SEED)), Ok(LegacyKind::User));
        prop_assert_eq!(read(&build(data, APPLICATION_SEED)), Ok(LegacyKind::Application));
    }

    /// One character is five neighbouring bits, which CRC-32 always notices.
    #[test]
    fn any_changed_character_is_found(data: [u8; 28], place in 0..LENGTH, letter in 0_usize..32) {
        let right = build(data, USER_SEED);
        let mut changed = right.clone();
        changed.replace_range(place..=place, &char::from(ALPHABET[letter]).to_string());
        if changed != right {
            prop_assert!(read(&changed).is_err(), "{}", changed);
        }
    }

    #[test]
    fn no_text_panics(text in "[a-z2-7é]{0,60}") {
        let _ = read(&text);
    }
}
