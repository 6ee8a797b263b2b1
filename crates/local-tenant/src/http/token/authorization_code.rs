//! The authorization code grant (RFC 6749, section 4.1) with PKCE (RFC 7636).

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::Request;
use super::issue::{Issue, holder, issue, rescope};
use crate::digest::{base64url, is_handle, sha256};
use crate::grant::{CodeChallenge, CodeContent};
use crate::http::client_authentication::require_proof;
use crate::http::fault::Fault;
use crate::model::Platform;
use crate::store::Redemption;

/// What refusals call it.
const WHAT: &str = "authorization code";

/// How long a single-page application may renew without a new sign-in.
const SPA_LIFETIME: SignedDuration = SignedDuration::from_hours(24);

pub(super) async fn redeem(request: Request<'_>) -> Result<Value, Fault> {
    let inner = &request.endpoint.inner;
    let code = request.form.required("code")?;
    if !is_handle(code) {
        return Err(Fault::MalformedGrant(WHAT));
    }
    let digest = sha256(code);
    let now = inner.clock.now();
    let content = match inner.store.code(digest, now).await? {
        Redemption::Unknown => return Err(Fault::UnknownGrant(WHAT)),
        Redemption::Again => return Err(Fault::CodeRedeemed),
        Redemption::Expired => return Err(Fault::CodeExpired),
        Redemption::Ready(content) => content,
    };
    let CodeContent { mut grant, issued_at, redirect_uri, platform, nonce, challenge } = *content;
    let user = holder(&request, &grant, issued_at, WHAT).await?;
    if platform == Platform::Web {
        require_proof(request.client)?;
    }
    let sent = request.form.required("redirect_uri")?;
    if sent != redirect_uri {
        return Err(Fault::RedirectChanged(sent.to_owned()));
    }
    check_verifier(challenge.as_ref(), request.form.one("code_verifier")?)?;
    rescope(&request, &mut grant, &user).await?;
    if !inner.store.redeem_code(digest, now).await? {
        return Err(Fault::CodeRedeemed);
    }
    let ends_at = now.checked_add(SPA_LIFETIME).unwrap_or(Timestamp::MAX);
    let refresh_ends_at = (platform == Platform::Spa).then_some(ends_at);
    issue(&request, Issue { grant, user, nonce: nonce.as_deref(), refresh_ends_at }).await
}

/// A challenge makes the verifier obligatory; a verifier without a challenge means that somebody took the
/// challenge away on the way.
fn check_verifier(challenge: Option<&CodeChallenge>, verifier: Option<&str>) -> Result<(), Fault> {
    let (challenge, verifier) = match (challenge, verifier) {
        (None, None) => return Ok(()),
        (None, Some(_)) => return Err(Fault::VerifierMismatch),
        (Some(_), None) => return Err(Fault::VerifierMissing),
        (Some(challenge), Some(verifier)) => (challenge, verifier),
    };
    let (expected, actual) = match challenge {
        CodeChallenge::Plain(expected) => (expected, verifier.to_owned()),
        CodeChallenge::S256(expected) => (expected, base64url(Sha256::digest(verifier.as_bytes()))),
    };
    let same: bool = expected.as_bytes().ct_eq(actual.as_bytes()).into();
    if same { Ok(()) } else { Err(Fault::VerifierMismatch) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7636, appendix B.
    #[test]
    fn follows_the_standard() {
        let challenge = CodeChallenge::S256("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".to_owned());
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert!(check_verifier(Some(&challenge), Some(verifier)).is_ok());
        assert!(matches!(check_verifier(Some(&challenge), Some("wrong")), Err(Fault::VerifierMismatch)));
        assert!(matches!(check_verifier(Some(&challenge), None), Err(Fault::VerifierMissing)));
        assert!(matches!(check_verifier(None, Some(verifier)), Err(Fault::VerifierMismatch)));
        assert!(check_verifier(None, None).is_ok());
    }
}
