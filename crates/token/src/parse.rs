//! Is this string a PAT, by its form alone?

use crate::current::{self, Signature};
use crate::issue_month::IssueMonth;
use crate::legacy::{self, LegacyKind};

/// Why a string is no PAT. Never repeats any of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PatFormatError {
    /// Neither 84 nor 52 characters.
    #[error("a personal access token has 84 characters, or 52 in its old form; this has another length")]
    Length,
    /// A character that the form does not use.
    #[error("this holds a character that no personal access token has; was something else copied with it?")]
    Character,
    /// A fixed part differs.
    #[error("this has the length of a personal access token but not its layout")]
    Layout,
    /// Laid out like a PAT, made by somebody else.
    #[error(
        "this is laid out like a personal access token, but neither this service nor Azure DevOps made it"
    )]
    Signature,
    /// A character was changed, lost or exchanged.
    #[error("the checksum of this personal access token is wrong; it was mistyped or damaged")]
    Checksum,
}

/// What the form of a PAT tells. Whether it works is another question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParsedPat {
    /// 84 characters.
    Current {
        /// Who made it.
        signature: Signature,
        /// When, to the month.
        issued: IssueMonth,
    },
    /// 52 characters: made by Azure DevOps before 2024. Never accepted here (contract.md §12 #40).
    Legacy {
        /// Whose it is.
        kind: LegacyKind,
    },
}

/// Reads a PAT and checks its checksum.
pub fn parse(text: &str) -> Result<ParsedPat, PatFormatError> {
    match text.len() {
        current::LENGTH => {
            let (signature, issued) = current::read(text)?;
            Ok(ParsedPat::Current { signature, issued })
        }
        legacy::LENGTH => Ok(ParsedPat::Legacy { kind: legacy::read(text)? }),
        _ => Err(PatFormatError::Length),
    }
}

/// The part of a PAT that is secret: what must never be found in a log or a file. `None` for what is no PAT.
pub fn random_part(text: &str) -> Option<&str> {
    match parse(text).ok()? {
        ParsedPat::Current { .. } => text.get(..current::RANDOM_LENGTH),
        ParsedPat::Legacy { .. } => Some(text),
    }
}

#[cfg(test)]
mod tests;
