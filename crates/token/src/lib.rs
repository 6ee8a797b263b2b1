//! The personal access token itself: minting, parsing, checksums and digests.
//!
//! A PAT exists in two forms. The current one has 84 characters, 52 of them random; this is the one that is
//! minted. The old one has 52 characters and is only recognised. Both carry a checksum. It spares a look-up for
//! mistyped and made-up strings and finds PATs in text, but it is no secret: anybody can compute it.
//!
//! A service keeps a [`Digest`] of each PAT, made with a [`Pepper`] that does not live in its database. There
//! is no way back from a digest, and nothing here does I/O.

mod current;
mod digest;
mod find;
mod issue_month;
mod legacy;
mod marvin;
mod parse;
mod pepper;
pub mod pepper_file;
mod rotation_key;

pub use current::{MintError, Signature, mint, mint_in};
pub use digest::Digest;
pub use find::{holds_pat, mask_pats};
pub use issue_month::{IssueMonth, IssueMonthError};
pub use legacy::LegacyKind;
pub use parse::{ParsedPat, PatFormatError, parse, random_part};
pub use pepper::{Pepper, PepperSet};
pub use pepper_file::PepperFileError;
pub use rotation_key::{RotationKey, RotationKeyError};
