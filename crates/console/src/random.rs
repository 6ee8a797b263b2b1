//! Random text: keys and ids of forms.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use patcycle_primitives::{Random, RandomError, Secret};

/// 256 random bits as base64url.
pub(crate) fn text(random: &dyn Random) -> Result<Secret, RandomError> {
    let mut bytes = zeroize::Zeroizing::new([0; 32]);
    random.fill(bytes.as_mut_slice())?;
    Ok(Secret::new(URL_SAFE_NO_PAD.encode(bytes.as_slice())))
}
