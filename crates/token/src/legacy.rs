//! The 52-character form: recognised, never made (contract.md §5.2).

use zeroize::Zeroizing;

use crate::parse::PatFormatError;

/// Characters in the whole PAT.
pub(crate) const LENGTH: usize = 52;
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
/// Where the checksum hides among the bytes, from its least significant byte on.
const CHECKSUM_AT: [usize; 4] = [22, 8, 7, 2];
const USER_SEED: u32 = 0xE0B9_692D;
const APPLICATION_SEED: u32 = 0x1019_F92E;

/// Whose PAT it is, by its checksum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LegacyKind {
    /// A person's.
    User,
    /// An application's.
    Application,
}

/// The kind of a PAT of this form.
pub(crate) fn read(text: &str) -> Result<LegacyKind, PatFormatError> {
    let bytes = decode(text)?;
    let mut covered = crc32fast::Hasher::new();
    for (position, byte) in bytes.iter().enumerate() {
        if !CHECKSUM_AT.contains(&position) {
            covered.update(&[*byte]);
        }
    }
    let found = u32::from_le_bytes(CHECKSUM_AT.map(|position| bytes[position]));
    match covered.finalize() ^ found {
        USER_SEED => Ok(LegacyKind::User),
        APPLICATION_SEED => Ok(LegacyKind::Application),
        _ => Err(PatFormatError::Checksum),
    }
}

/// Base32, lower case, without padding: 32 bytes and four zero bits.
fn decode(text: &str) -> Result<Zeroizing<[u8; 32]>, PatFormatError> {
    let mut bytes = Zeroizing::new([0_u8; 32]);
    let (mut bits, mut count, mut next) = (0_u32, 0_u32, 0_usize);
    for letter in text.bytes() {
        let value = ALPHABET.iter().position(|known| *known == letter).ok_or(PatFormatError::Character)?;
        bits = (bits << 5) | u32::try_from(value).map_err(|_| PatFormatError::Character)?;
        count += 5;
        if count >= 8 {
            count -= 8;
            let byte = bytes.get_mut(next).ok_or(PatFormatError::Length)?;
            *byte = (bits >> count).to_le_bytes()[0];
            bits &= (1 << count) - 1;
            next += 1;
        }
    }
    if next != bytes.len() {
        return Err(PatFormatError::Length);
    }
    if bits != 0 {
        return Err(PatFormatError::Layout);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests;
