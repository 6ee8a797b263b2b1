//! Taking a compact token apart, before anything in it is believed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, IgnoredAny};

use super::claims::Claims;
use super::fault::TokenFault;

/// A token in its parts. Only the shape and the algorithm were checked.
#[derive(Debug)]
pub(super) struct UnverifiedToken<'a> {
    /// What the signature covers: the first two parts with their dot.
    pub(super) signed: &'a str,
    /// The signature, base64url.
    pub(super) signature: &'a str,
    /// The key that the header names.
    pub(super) key_id: String,
    /// The claims, not believed yet.
    pub(super) claims: Claims,
}

/// The header's fields that matter. All others, those that bring keys of their own among them, are ignored.
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    /// RFC 7515 demands to refuse a token whose `crit` names what the reader does not know: we know nothing.
    #[serde(default, deserialize_with = "is_present")]
    crit: bool,
}

fn is_present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| true)
}

/// Takes `token` apart. Never panics, whatever the text.
pub(super) fn parse(token: &str) -> Result<UnverifiedToken<'_>, TokenFault> {
    let (signed, signature) = token.rsplit_once('.').ok_or(TokenFault::Malformed("no dots"))?;
    let (header, payload) = signed.split_once('.').ok_or(TokenFault::Malformed("one dot"))?;
    if payload.contains('.') {
        return Err(TokenFault::Malformed("more than three parts"));
    }
    if header.is_empty() || payload.is_empty() {
        return Err(TokenFault::Malformed("an empty part"));
    }
    let header: Header = decode(header, "the header is not a JSON object with an algorithm")?;
    if header.alg != "RS256" {
        return Err(TokenFault::Algorithm);
    }
    if signature.is_empty() {
        return Err(TokenFault::Malformed("an empty part"));
    }
    if header.crit {
        return Err(TokenFault::CriticalHeader);
    }
    let key_id = header.kid.filter(|kid| !kid.is_empty()).ok_or(TokenFault::Malformed("no key id"))?;
    let claims = decode(payload, "the claims are not a JSON object of the expected types")?;
    Ok(UnverifiedToken { signed, signature, key_id, claims })
}

fn decode<T: DeserializeOwned>(part: &str, fault: &'static str) -> Result<T, TokenFault> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenFault::Malformed("not base64url"))?;
    if bytes.first() != Some(&b'{') {
        // An array would be read as the fields in order.
        return Err(TokenFault::Malformed(fault));
    }
    serde_json::from_slice(&bytes).map_err(|_| TokenFault::Malformed(fault))
}
