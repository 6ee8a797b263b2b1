//! The functions behind the fuzz targets, fed with random and with nearly right input.

#[path = "../../../fuzz/entries/token.rs"]
mod entries;

use proptest::prelude::*;

proptest! {
    #[test]
    fn any_bytes(input: Vec<u8>) {
        entries::tokens(&input);
        entries::pepper_files(&input);
    }

    #[test]
    fn nearly_right_tokens(input in "[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9][A-L]A{16}(PTCY|AZDO)[A-Za-z0-9]{4}|[a-z2-7]{51}[aq]") {
        entries::tokens(input.as_bytes());
    }

    #[test]
    fn nearly_right_pepper_files(input in "(#.{0,9}\n)?[0-9]{1,6}:[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]\n([0-9]{1,3}:[A-Za-z0-9_-]{42}[A-D])?") {
        entries::pepper_files(input.as_bytes());
    }
}
