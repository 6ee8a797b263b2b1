//! What the fuzz targets and the tests of `patcycle-token` feed.

use patcycle_primitives::SeededRandom;
use patcycle_token::{IssueMonth, ParsedPat, Signature, mint_in, parse, pepper_file, random_part};

/// PATs: the input is read as one, and is the seed of one that must be read as it was made.
pub(crate) fn tokens(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    if let Ok(parsed) = parse(&text) {
        let expected = if matches!(parsed, ParsedPat::Current { .. }) { 84 } else { 52 };
        assert_eq!(text.len(), expected);
        assert!(random_part(&text).is_some_and(|part| part.len() == 52));
    }
    let seed = input.iter().fold(0_u64, |seed, byte| seed.rotate_left(8) ^ u64::from(*byte));
    let minted = mint_in(&SeededRandom::new(seed), IssueMonth::FIRST, Signature::Patcycle);
    assert!(minted.is_ok_and(|minted| parse(minted.expose()).is_ok()));
}

/// Pepper files: what is read is read again from what would be written.
pub(crate) fn pepper_files(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    match pepper_file::parse(&text) {
        Ok(peppers) => {
            let written = pepper_file::format(&peppers);
            let again = pepper_file::parse(written.expose()).map(|again| pepper_file::format(&again));
            assert!(again.is_ok_and(|again| again.expose() == written.expose()));
        }
        Err(error) => assert!(error.to_string().contains("pepper file")),
    }
}
