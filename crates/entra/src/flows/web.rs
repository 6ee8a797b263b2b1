//! Signing in to a web application: the browser leaves for the sign-in service and comes back to a path of the
//! application, in another request, perhaps to another process.

use patcycle_primitives::Secret;
use serde::{Deserialize, Serialize, Serializer};
use url::Url;

use super::SignInRequest;
use super::application::ClientApplication;
use super::authorization_code::{Attempt, Parts};
use super::callback::Callback;
use super::grant::Grant;
use crate::error::SignInError;

/// What is kept between the two requests. It holds what redeems the answer: keep it where only the browser's
/// session is, sealed, and for minutes only. Redeeming consumes it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingSignIn {
    redirect_uri: String,
    scope: String,
    claims: Option<String>,
    #[serde(serialize_with = "exposed")]
    state: Secret,
    #[serde(serialize_with = "exposed")]
    nonce: Secret,
    #[serde(serialize_with = "exposed")]
    verifier: Secret,
}

fn exposed<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose())
}

/// The answer that a browser brought, not yet believed.
#[derive(Debug)]
pub struct WebCallback(Callback);

/// Begins a sign-in whose answer comes to `redirect_uri`. The browser is to go to the address.
pub async fn begin(
    application: &ClientApplication,
    request: &SignInRequest,
    redirect_uri: String,
) -> Result<(Url, PendingSignIn), SignInError> {
    let attempt = Attempt::begin(application, request, redirect_uri).await?;
    let url = attempt.url().clone();
    let Parts { redirect_uri, scope, claims, state, nonce, verifier } = attempt.into_parts();
    Ok((url, PendingSignIn { redirect_uri, scope, claims, state, nonce, verifier }))
}

impl WebCallback {
    /// Reads the query of the redirect, without its question mark.
    pub fn from_query(query: &str) -> Self {
        Self(Callback::from_query(query))
    }
}

impl PendingSignIn {
    /// Whether the answer is that to this sign-in.
    pub fn is_answered_by(&self, callback: &WebCallback) -> bool {
        callback.0.is_answer() && callback.0.has_state(&self.state)
    }

    /// Ends the sign-in. [`SignInError::WrongState`] where the answer is that to another.
    pub async fn redeem(
        self,
        application: &ClientApplication,
        callback: WebCallback,
    ) -> Result<Grant, SignInError> {
        if !self.is_answered_by(&callback) {
            return Err(SignInError::WrongState);
        }
        let Self { redirect_uri, scope, claims, state, nonce, verifier } = self;
        Parts { redirect_uri, scope, claims, state, nonce, verifier }.redeem(application, callback.0).await
    }
}
