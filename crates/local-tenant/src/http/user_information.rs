//! `GET` and `POST /{tenant}/openid/userinfo`: who the bearer of an access token is.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{self, HeaderValue};
use axum::http::{HeaderMap, Response, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::directory::Directory;
use super::fault::{Fault, Place};
use super::trace::Trace;
use super::{Endpoint, answer};
use crate::digest::from_base64url;
use crate::tokens::{issuer_v1, pairwise_subject};

pub(super) async fn handle(
    State(endpoint): State<Endpoint>,
    Path(tenant): Path<String>,
    headers: HeaderMap,
) -> Response<Body> {
    let trace = match Trace::of(&endpoint.inner, &headers, &[]) {
        Ok(trace) => trace,
        Err(error) => return answer::broken(&error),
    };
    match describe(&endpoint, &tenant, &headers).await {
        Ok(value) => answer::json(StatusCode::OK, &value),
        Err(fault) => {
            let mut answer = answer::refusal(&endpoint, &trace, &fault, Place::Token);
            if answer.status() == StatusCode::UNAUTHORIZED {
                let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
                answer.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
            }
            answer
        }
    }
}

async fn describe(endpoint: &Endpoint, tenant: &str, headers: &HeaderMap) -> Result<Value, Fault> {
    let directory = Directory::find(endpoint, tenant).await?;
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = header.and_then(|value| value.split_once(' '));
    let token =
        token.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
    let claims = verify(endpoint, token.ok_or(Fault::BadAccessToken)?).await?;
    let user = endpoint.inner.store.person(claims.oid).await?.ok_or(Fault::BadAccessToken)?;
    if claims.tid != user.tenant_id || !directory.admits(&user) || user.disabled {
        return Err(Fault::BadAccessToken);
    }
    Ok(json!({
        // The subject of the application's own ID tokens, as OpenID Connect demands.
        "sub": pairwise_subject(&user, &claims.appid),
        "name": user.display_name,
        "given_name": user.given_name,
        "family_name": user.family_name,
        "email": user.user_name,
    }))
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    exp: i64,
    tid: Uuid,
    oid: Uuid,
    appid: String,
    /// Tokens of applications have none, and nobody stands behind them.
    #[expect(dead_code, reason = "its presence is what counts")]
    scp: String,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: String,
}

/// The claims of an access token that we issued and that still lives.
async fn verify(endpoint: &Endpoint, token: &str) -> Result<Claims, Fault> {
    let bad = || Fault::BadAccessToken;
    let (signed, signature) = token.rsplit_once('.').ok_or_else(bad)?;
    let (header, payload) = signed.split_once('.').ok_or_else(bad)?;
    let header: Header = read(header).ok_or_else(bad)?;
    let keys = endpoint.inner.keys.published().await?;
    let key = keys.iter().find(|key| key.id == header.kid && header.alg == "RS256").ok_or_else(bad)?;
    let signature = from_base64url(signature).ok_or_else(bad)?;
    if !key.verifies(signed, &signature) {
        return Err(bad());
    }
    let claims: Claims = read(payload).ok_or_else(bad)?;
    let lives = endpoint.inner.clock.now().as_second() < claims.exp;
    if lives && claims.iss == issuer_v1(claims.tid) { Ok(claims) } else { Err(bad()) }
}

fn read<T: serde::de::DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&from_base64url(part)?).ok()
}
