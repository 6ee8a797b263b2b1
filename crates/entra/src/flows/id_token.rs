//! Who signed in, from the id token.
//!
//! The signature is not checked: the token comes over TLS from the token endpoint itself, which OpenID Connect
//! accepts instead. Everything else is: issuer, audience, time, nonce and tenant.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use patcycle_primitives::Secret;
use serde::Deserialize;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use super::application::ClientApplication;
use super::grant::Identity;
use crate::error::{SignInError, one_line};

/// How far the two clocks may differ.
const SKEW: SignedDuration = SignedDuration::from_mins(5);

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    exp: f64,
    tid: Uuid,
    oid: Uuid,
    auth_time: Option<f64>,
    nonce: Option<String>,
    preferred_username: Option<String>,
    upn: Option<String>,
    name: Option<String>,
}

/// Reads the identity. `issuer` is the discovery document's.
pub(super) fn check(
    token: &str,
    client: &ClientApplication,
    issuer: &str,
    nonce: Option<&Secret>,
    now: Timestamp,
) -> Result<Identity, SignInError> {
    let claims = read(token).ok_or(SignInError::Identity("the id token cannot be read"))?;
    if claims.iss != issuer.replace("{tenantid}", &claims.tid.to_string()) {
        return Err(SignInError::Identity("the id token is by another issuer"));
    }
    if claims.aud != client.client_id() {
        return Err(SignInError::Identity("the id token is for another application"));
    }
    if client.authority().tenant_id().is_some_and(|tenant| tenant != claims.tid) {
        return Err(SignInError::Identity("the id token is for another tenant"));
    }
    let ends = instant(claims.exp);
    if ends.and_then(|ends| ends.checked_add(SKEW).ok()).is_none_or(|ends| ends <= now) {
        return Err(SignInError::Identity("the id token has expired; check this machine's clock"));
    }
    let nonce_fits = match (nonce, &claims.nonce) {
        (Some(asked), Some(given)) => bool::from(asked.expose().as_bytes().ct_eq(given.as_bytes())),
        (Some(_), None) => false,
        (None, _) => true,
    };
    if !nonce_fits {
        return Err(SignInError::Identity("the id token belongs to another sign-in"));
    }
    Ok(Identity {
        tenant_id: claims.tid,
        object_id: claims.oid,
        // Not later than now: a clock that is ahead must not make a sign-in fresh for longer.
        authenticated_at: claims.auth_time.and_then(instant).map(|at| at.min(now)),
        user_name: claims.preferred_username.or(claims.upn).as_deref().map(one_line),
        display_name: claims.name.as_deref().map(one_line),
    })
}

/// An instant in seconds since 1970, whole or not.
fn instant(seconds: f64) -> Option<Timestamp> {
    let since = SignedDuration::try_from_secs_f64(seconds).ok()?;
    Timestamp::from_duration(since).ok()
}

fn read(token: &str) -> Option<Claims> {
    let mut parts = token.split('.');
    let (_header, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    let bytes = URL_SAFE_NO_PAD.decode(payload).ok()?;
    serde_json::from_slice(&bytes).ok()
}
