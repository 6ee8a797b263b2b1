use std::fmt::Write as _;

use patcycle_primitives::SeededRandom;
use proptest::prelude::*;

use super::*;

fn hex(bytes: &[u8; 32]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// The key of a published vector, filled up with zeros as HMAC does itself.
fn padded(key: &[u8]) -> [u8; 32] {
    let mut padded = [0; 32];
    padded[..key.len()].copy_from_slice(key);
    padded
}

/// RFC 4231, cases 1 and 2.
#[test]
fn digests_are_hmac_sha_256() {
    for (key, text, expected) in [
        (&[0x0b; 20][..], "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        (
            b"Jefe",
            "what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
    ] {
        let peppers = PepperSet::new(Pepper::new(3, padded(key)), None);
        let (number, digest) = peppers.digest(&Secret::new(text));
        assert_eq!((number, hex(digest.as_bytes()).as_str()), (3, expected));
    }
}

#[test]
fn during_a_change_both_peppers_are_tried_newest_first() {
    let (old, new) = (Pepper::new(1, [1; 32]), Pepper::new(2, [2; 32]));
    let before = PepperSet::new(Pepper::new(1, [1; 32]), None);
    let during = PepperSet::new(new, Some(old));
    let candidates: Vec<_> = during.digests("secret").collect();
    assert_eq!(candidates, [during.digest(&Secret::new("secret")), before.digest(&Secret::new("secret"))]);
    assert_eq!(candidates.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(before.digests("secret").count(), 1);
}

#[test]
fn two_peppers_of_one_number_cannot_be() {
    let set = PepperSet::new(Pepper::new(1, [1; 32]), Some(Pepper::new(1, [2; 32])));
    assert!(set.previous().is_none());
}

#[test]
fn derived_keys_differ_by_label_and_by_pepper_and_from_digests() {
    let set = |key| PepperSet::new(Pepper::new(1, [key; 32]), None);
    let label = "patcycle continuation token";
    assert_eq!(set(1).derive_key(label), set(1).derive_key(label));
    assert_ne!(set(1).derive_key(label), set(2).derive_key(label));
    assert_ne!(set(1).derive_key(label), set(1).derive_key("another"));
    assert_ne!(&set(1).derive_key(label), set(1).digest(&Secret::new(label)).1.as_bytes());
}

#[test]
fn debug_shows_numbers_only() {
    let set = PepperSet::new(Pepper::new(2, [7; 32]), Some(Pepper::new(1, [8; 32])));
    let shown = format!("{set:?}");
    assert_eq!(shown, "PepperSet { current: Pepper(2, [redacted]), previous: Some(Pepper(1, [redacted])) }");
}

#[test]
fn generated_peppers_are_random() {
    let generate = |seed| PepperSet::generate(&SeededRandom::new(seed)).unwrap();
    assert_eq!(generate(1).current().number(), 1);
    assert_ne!(generate(1).current().key(), generate(2).current().key());
    assert_ne!(generate(1).current().key(), &[0; 32]);
}

proptest! {
    #[test]
    fn equal_digests_mean_equal_secrets(one in "[a-z]{0,4}", other in "[a-z]{0,4}", key: [u8; 32]) {
        let peppers = PepperSet::new(Pepper::new(1, key), None);
        let digest = |text: &str| peppers.digest(&Secret::new(text)).1;
        prop_assert_eq!(digest(&one) == digest(&other), one == other);
    }
}
