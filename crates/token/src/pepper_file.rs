//! The text of the file that holds the peppers. Whoever reads and writes the file keeps it at mode 0600.
//!
//! One pepper a line: its number, a colon, and its 32 bytes as base64url without padding. The first line is the
//! current pepper. A second line is the previous one, with a smaller number, and stays while digests made with
//! it are still good. Blank lines and lines that start with `#` are skipped.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use patcycle_primitives::Secret;
use zeroize::Zeroizing;

use crate::{Pepper, PepperSet};

/// Why a pepper file cannot be used. Names the line, never what is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PepperFileError {
    /// No pepper in it.
    #[error(
        "the pepper file holds no pepper; restore it from its backup, since nothing else can check stored tokens"
    )]
    Empty,
    /// A line is not `number:key`.
    #[error("line {line} of the pepper file is not `number:key` with a number from 1 to 65535")]
    Number {
        /// The line, from 1.
        line: usize,
    },
    /// A key is not 32 bytes of base64url.
    #[error(
        "the key in line {line} of the pepper file is not 32 bytes of base64url without padding (43 characters)"
    )]
    Key {
        /// The line, from 1.
        line: usize,
    },
    /// The second pepper is not older than the first.
    #[error("line {line} of the pepper file must have a smaller number than the current pepper above it")]
    Order {
        /// The line, from 1.
        line: usize,
    },
    /// More than two.
    #[error("line {line} of the pepper file is a third pepper; keep the current one and the one before it")]
    TooMany {
        /// The line, from 1.
        line: usize,
    },
}

/// Reads the file's text.
pub fn parse(text: &str) -> Result<PepperSet, PepperFileError> {
    let (mut current, mut previous): (Option<Pepper>, Option<Pepper>) = (None, None);
    for (line, content) in text.lines().enumerate() {
        let (line, content) = (line + 1, content.trim());
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let pepper = parse_line(line, content)?;
        match (&current, &previous) {
            (None, _) => current = Some(pepper),
            (Some(newer), None) if pepper.number() < newer.number() => previous = Some(pepper),
            (Some(_), None) => return Err(PepperFileError::Order { line }),
            (Some(_), Some(_)) => return Err(PepperFileError::TooMany { line }),
        }
    }
    Ok(PepperSet::new(current.ok_or(PepperFileError::Empty)?, previous))
}

/// The text to write for a set of peppers. It is as secret as they are.
pub fn format(peppers: &PepperSet) -> Secret {
    let mut text = Zeroizing::new(String::with_capacity(256));
    text.push_str(
        "# Without this file no stored token can be checked. Back it up apart from the database.\n",
    );
    for pepper in std::iter::once(peppers.current()).chain(peppers.previous()) {
        let key = Zeroizing::new(URL_SAFE_NO_PAD.encode(pepper.key()));
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}:{}", pepper.number(), *key);
    }
    Secret::new(text.as_str())
}

fn parse_line(line: usize, content: &str) -> Result<Pepper, PepperFileError> {
    let (number, key) = content.split_once(':').ok_or(PepperFileError::Number { line })?;
    let number: u16 = number.trim().parse().map_err(|_| PepperFileError::Number { line })?;
    if number == 0 {
        return Err(PepperFileError::Number { line });
    }
    let bytes = URL_SAFE_NO_PAD.decode(key.trim()).map(Zeroizing::new);
    let bytes = bytes.map_err(|_| PepperFileError::Key { line })?;
    let key: [u8; 32] = bytes.as_slice().try_into().map_err(|_| PepperFileError::Key { line })?;
    Ok(Pepper::new(number, key))
}

#[cfg(test)]
mod tests;
