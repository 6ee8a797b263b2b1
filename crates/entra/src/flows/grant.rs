//! What a sign-in gives.

use jiff::{SignedDuration, Timestamp};
use patcycle_primitives::Secret;
use serde::{Deserialize, Deserializer};
use uuid::Uuid;

use super::application::ClientApplication;
use super::id_token;
use crate::error::SignInError;
use crate::http::host_and_port;

/// Lifetimes beyond a day are cut: no service of this kind gives more, and a wrong number must not keep a dead
/// token in use.
const LONGEST_LIFETIME_SECONDS: i64 = 86_400;

/// Tokens, and whose they are.
#[derive(Debug)]
pub struct Grant {
    /// The access token.
    pub access_token: Secret,
    /// When it ends, by this machine's clock.
    pub expires_at: Timestamp,
    /// The scopes that were granted, as the service names them; empty where it does not say.
    pub scopes: Vec<String>,
    /// The token that renews all this; replaced at each renewal.
    pub refresh_token: Option<Secret>,
    /// Who signed in; absent where a renewal brought no id token.
    pub identity: Option<Identity>,
}

/// Who signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The tenant (`tid`).
    pub tenant_id: Uuid,
    /// The person in it (`oid`).
    pub object_id: Uuid,
    /// When the person proved who they are (`auth_time`); absent where that was not asked for.
    pub authenticated_at: Option<Timestamp>,
    /// The sign-in name, for display.
    pub user_name: Option<String>,
    /// The person's name, for display.
    pub display_name: Option<String>,
}

/// The token endpoint's answer.
#[derive(Deserialize)]
pub(super) struct WireGrant {
    access_token: Secret,
    token_type: String,
    #[serde(default, deserialize_with = "number_or_text")]
    expires_in: Option<i64>,
    #[serde(default)]
    scope: String,
    refresh_token: Option<Secret>,
    id_token: Option<Secret>,
}

impl WireGrant {
    /// Checks the answer. `nonce` is the one that was asked for.
    pub(super) async fn check(
        self,
        client: &ClientApplication,
        nonce: Option<&Secret>,
    ) -> Result<Grant, SignInError> {
        let endpoints = client.endpoints().await?;
        if !self.token_type.eq_ignore_ascii_case("bearer") {
            let host = host_and_port(&endpoints.token);
            return Err(SignInError::Answer { host, status: 200, what: "a token that is no bearer token" });
        }
        let now = client.clock().now();
        let identity = match &self.id_token {
            Some(token) => Some(id_token::check(token.expose(), client, &endpoints.issuer, nonce, now)?),
            None if nonce.is_some() => return Err(SignInError::Identity("the id token is missing")),
            None => None,
        };
        // A service that does not say is taken for one that means an hour, which is what they all mean.
        let seconds = self.expires_in.unwrap_or(3600).clamp(0, LONGEST_LIFETIME_SECONDS);
        Ok(Grant {
            access_token: self.access_token,
            expires_at: now.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(now),
            scopes: self.scope.split_ascii_whitespace().map(str::to_owned).collect(),
            refresh_token: self.refresh_token,
            identity,
        })
    }
}

/// Some services write numbers as text.
pub(super) fn number_or_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(i64),
        Text(String),
    }
    match Option::<Either>::deserialize(deserializer)? {
        None => Ok(None),
        Some(Either::Number(number)) => Ok(Some(number)),
        Some(Either::Text(text)) => text.trim().parse().map(Some).map_err(serde::de::Error::custom),
    }
}
