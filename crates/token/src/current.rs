//! The 84-character form: minting, layout and checksum (contract.md §5.1).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use patcycle_primitives::{Random, RandomError, Secret};
use zeroize::Zeroizing;

use crate::issue_month::{IssueMonth, IssueMonthError};
use crate::marvin::marvin32;
use crate::parse::PatFormatError;

/// Characters in the whole PAT.
pub(crate) const LENGTH: usize = 84;
/// Characters drawn at random: 62 to the power of 52, about 309 bits.
pub(crate) const RANDOM_LENGTH: usize = 52;
/// Characters that the checksum covers.
const CHECKED_LENGTH: usize = 80;
/// What follows the random part in every PAT.
const MARK: &str = "JQQJ99";
/// Reserved for the platform, then for the provider. Only the first twelve may differ in PATs of others.
const RESERVED: &str = "AAAAAAAAAAAA";
const PROVIDER_RESERVED: &str = "AAAA";
/// ASCII "Default0".
const CHECKSUM_SEED: u64 = 0x4465_6661_756C_7430;

const LETTERS_AND_DIGITS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const BASE_62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Random bytes below this give each letter or digit the same chance (4 x 62).
const FAIR_BELOW: u8 = 248;
/// How often random bytes are asked for. Twice is nearly always enough; a generator that needs more than this
/// is broken.
pub(crate) const MAXIMUM_DRAWS: usize = 16;
/// How many bytes are asked for at once.
pub(crate) const DRAWN_BYTES: usize = 64;

/// Four characters at fixed places, by which a scanner knows whose PAT it found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Signature {
    /// `PTCY`: made by this service.
    Patcycle,
    /// `AZDO`: made by Azure DevOps, or by this service where it emulates it.
    AzureDevOps,
}

impl Signature {
    /// The four characters.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Patcycle => "PTCY",
            Self::AzureDevOps => "AZDO",
        }
    }
}

/// Why no PAT was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MintError {
    /// No random bytes.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The form cannot carry this month.
    #[error(transparent)]
    Month(#[from] IssueMonthError),
}

/// Makes a new PAT of the month that `now` lies in.
///
/// # Errors
/// [`MintError::Month`] when the format has no letter for the year: the clock is wrong, and so would be the PAT's end.
pub fn mint(random: &dyn Random, now: Timestamp, signature: Signature) -> Result<Secret, MintError> {
    Ok(mint_in(random, IssueMonth::of(now)?, signature)?)
}

/// Makes a new PAT with this month of issue.
pub fn mint_in(random: &dyn Random, month: IssueMonth, signature: Signature) -> Result<Secret, RandomError> {
    mint_from(|bytes| random.fill(bytes), month, signature)
}

/// Makes a PAT whose random part comes from wherever `fill` takes its bytes.
pub(crate) fn mint_from(
    fill: impl FnMut(&mut [u8]) -> Result<(), RandomError>,
    month: IssueMonth,
    signature: Signature,
) -> Result<Secret, RandomError> {
    let mut text = Zeroizing::new(String::with_capacity(LENGTH));
    draw(fill, &mut text)?;
    text.push_str(MARK);
    text.extend(month.letters());
    text.push_str(RESERVED);
    text.push_str(PROVIDER_RESERVED);
    text.push_str(signature.as_str());
    // Letters and digits only, 80 of them: always whole base64.
    let checksum = hash(&text).map(checksum).ok_or(RandomError)?;
    text.extend(checksum.map(char::from));
    Ok(Secret::new(text.as_str()))
}

/// Appends the random part. Bytes that would favour some characters are thrown away.
fn draw(
    mut fill: impl FnMut(&mut [u8]) -> Result<(), RandomError>,
    text: &mut String,
) -> Result<(), RandomError> {
    let mut bytes = Zeroizing::new([0_u8; DRAWN_BYTES]);
    for _ in 0..MAXIMUM_DRAWS {
        fill(&mut *bytes)?;
        for byte in bytes.iter().filter(|byte| **byte < FAIR_BELOW) {
            if text.len() == RANDOM_LENGTH {
                return Ok(());
            }
            let letter = LETTERS_AND_DIGITS[usize::from(byte % 62)];
            text.push(char::from(letter));
        }
    }
    Err(RandomError)
}

/// Signature and month of a PAT of this form.
pub(crate) fn read(text: &str) -> Result<(Signature, IssueMonth), PatFormatError> {
    let bytes = text.as_bytes();
    if !bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')) {
        return Err(PatFormatError::Character);
    }
    let (checked, found_checksum) = bytes.split_at_checked(CHECKED_LENGTH).ok_or(PatFormatError::Length)?;
    let field = |start: usize, length: usize| text.get(start..start + length).unwrap_or_default();
    let month = IssueMonth::from_letters(checked[58], checked[59]);
    let (true, true, true, Some(month)) = (
        checked.iter().all(u8::is_ascii_alphanumeric),
        field(52, 6) == MARK,
        field(72, 4) == PROVIDER_RESERVED,
        month,
    ) else {
        return Err(PatFormatError::Layout);
    };
    let signature = [Signature::Patcycle, Signature::AzureDevOps]
        .into_iter()
        .find(|signature| signature.as_str() == field(76, 4))
        .ok_or(PatFormatError::Signature)?;
    let hash = hash(field(0, CHECKED_LENGTH)).ok_or(PatFormatError::Layout)?;
    if found_checksum == checksum(hash) || found_checksum == plain_checksum(hash).as_bytes() {
        Ok((signature, month))
    } else {
        Err(PatFormatError::Checksum)
    }
}

/// The hash of the first 80 characters, read as base64.
fn hash(checked: &str) -> Option<u32> {
    let bytes = Zeroizing::new(STANDARD.decode(checked).ok()?);
    Some(marvin32(CHECKSUM_SEED, &bytes))
}

/// The hash's bytes, least significant first, as one number in base 62, most significant digit first; six
/// digits wide, filled up on the right, of which four are kept.
fn checksum(hash: u32) -> [u8; 4] {
    let mut number = hash.swap_bytes();
    let mut digits = Vec::with_capacity(6);
    while number > 0 {
        digits.push(BASE_62[(number % 62) as usize]);
        number /= 62;
    }
    digits.reverse();
    digits.resize(6, b'0');
    [digits[0], digits[1], digits[2], digits[3]]
}

/// The other form that Microsoft's scanner accepts: plain base64 of the first three bytes.
fn plain_checksum(hash: u32) -> String {
    let [first, second, third, _] = hash.to_le_bytes();
    STANDARD.encode([first, second, third])
}

#[cfg(test)]
mod tests;
