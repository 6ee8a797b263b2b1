use patcycle_primitives::SeededRandom;
use proptest::prelude::*;

use super::*;
use crate::{mint, mint_in};

#[test]
fn both_forms_are_read() {
    let minted =
        mint(&SeededRandom::new(1), "2027-01-15T08:00:00Z".parse().unwrap(), Signature::Patcycle).unwrap();
    let ParsedPat::Current { signature, issued } = parse(minted.expose()).unwrap() else {
        panic!("the current form is not recognised");
    };
    assert_eq!((signature, issued.year(), issued.month()), (Signature::Patcycle, 2027, 1));
    assert_eq!(
        parse("dip55dwf4vpitomw63jzvomefmi2jluguprzwwqwuc6xq4fhocwq"),
        Ok(ParsedPat::Legacy { kind: LegacyKind::User })
    );
}

#[test]
fn faults() {
    let minted = mint_in(&SeededRandom::new(1), IssueMonth::FIRST, Signature::Patcycle).unwrap();
    let text = minted.expose();
    let foreign = text.replace("PTCY", "ACME");
    let unmarked = text.replace("JQQJ99", "JQQJ98");
    for (given, expected) in [
        ("", PatFormatError::Length),
        (&text[..83], PatFormatError::Length),
        (&format!("{text} "), PatFormatError::Length),
        (&format!("{} ", &text[..83]), PatFormatError::Character),
        (&format!("{}é", &text[..82]), PatFormatError::Character),
        (&"é".repeat(42), PatFormatError::Character),
        (&"é".repeat(26), PatFormatError::Character),
        (&unmarked, PatFormatError::Layout),
        (&format!("+{}", &text[1..]), PatFormatError::Layout),
        (&foreign, PatFormatError::Signature),
        (&format!("{}{}", &text[..80], "++//"), PatFormatError::Checksum),
    ] {
        assert_eq!(parse(given), Err(expected), "{given}");
    }
}

#[test]
fn the_random_part_is_what_must_not_leak() {
    let minted = mint_in(&SeededRandom::new(1), IssueMonth::FIRST, Signature::Patcycle).unwrap();
    assert_eq!(random_part(minted.expose()), Some(&minted.expose()[..52]));
    let legacy = "dip55dwf4vpitomw63jzvomefmi2jluguprzwwqwuc6xq4fhocwq";
    assert_eq!(random_part(legacy), Some(legacy));
    assert_eq!(random_part("nonsense"), None);
}

proptest! {
    #[test]
    fn no_text_panics(text: String) {
        let _ = parse(&text);
    }

    #[test]
    fn no_text_of_a_right_length_panics_or_passes(text in "\\PC{52}|\\PC{84}|[a-z2-7]{52}|[A-Za-z0-9]{84}") {
        prop_assert!(parse(&text).is_err());
    }
}
