//! The authorization-code flow with a proof key (PKCE, S256), state and nonce: the parts that do not depend on
//! how the person gets to the browser and back.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use patcycle_primitives::Secret;
use sha2::{Digest as _, Sha256};
use url::Url;

use super::application::ClientApplication;
use super::callback::Callback;
use super::grant::{Grant, WireGrant};
use super::{SignInRequest, scope_parameter};
use crate::error::SignInError;

/// A sign-in that has begun. It is good for one answer: redeeming consumes it.
#[derive(Debug)]
pub struct Attempt {
    url: Url,
    parts: Parts,
}

/// What redeems the answer.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) redirect_uri: String,
    pub(super) scope: String,
    pub(super) claims: Option<String>,
    pub(super) state: Secret,
    pub(super) nonce: Secret,
    pub(super) verifier: Secret,
}

impl Attempt {
    /// Begins a sign-in whose answer comes to `redirect_uri`.
    pub async fn begin(
        client: &ClientApplication,
        request: &SignInRequest,
        redirect_uri: String,
    ) -> Result<Self, SignInError> {
        let (state, nonce, verifier) = (client.random_text()?, client.random_text()?, client.random_text()?);
        let scope = scope_parameter(&request.scopes);
        let mut url = client.endpoints().await?.authorization.clone();
        {
            let mut query = url.query_pairs_mut();
            query
                .append_pair("client_id", client.client_id())
                .append_pair("response_type", "code")
                .append_pair("response_mode", "query")
                .append_pair("redirect_uri", &redirect_uri)
                .append_pair("scope", &scope)
                .append_pair("state", state.expose())
                .append_pair("nonce", nonce.expose())
                .append_pair("code_challenge", &challenge(&verifier))
                .append_pair("code_challenge_method", "S256")
                .append_pair("client_info", "1");
            if let Some(prompt) = request.prompt {
                query.append_pair("prompt", prompt.as_str());
            }
            if let Some(age) = request.maximum_age {
                query.append_pair("max_age", &age.as_secs().to_string());
            }
            if let Some(hint) = &request.login_hint {
                query.append_pair("login_hint", hint);
            }
            if let Some(claims) = &request.claims {
                query.append_pair("claims", claims);
            }
        }
        let claims = request.claims.clone();
        Ok(Self { url, parts: Parts { redirect_uri, scope, claims, state, nonce, verifier } })
    }

    /// Where the browser must go. Whoever has this address can answer the sign-in, but not redeem the answer.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// What redeems the answer: kept until it comes, where that is another request of a web application.
    pub(super) fn into_parts(self) -> Parts {
        self.parts
    }

    pub(super) fn state(&self) -> &Secret {
        &self.parts.state
    }

    /// Redeems what came back. The caller has checked the state.
    pub(super) async fn redeem(
        self,
        client: &ClientApplication,
        callback: Callback,
    ) -> Result<Grant, SignInError> {
        self.parts.redeem(client, callback).await
    }
}

impl Parts {
    /// Redeems what came back. The caller has checked the state.
    pub(super) async fn redeem(
        self,
        client: &ClientApplication,
        callback: Callback,
    ) -> Result<Grant, SignInError> {
        let code = callback.into_code().map_err(SignInError::Refused)?;
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("client_id", client.client_id()),
            ("code", code.expose()),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", self.verifier.expose()),
            ("scope", &self.scope),
            ("client_info", "1"),
        ];
        if let Some(claims) = &self.claims {
            form.push(("claims", claims));
        }
        let answer: WireGrant = client.post_for_token(&form).await?;
        answer.check(client, Some(&self.nonce)).await
    }
}

fn challenge(verifier: &Secret) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.expose().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_rfc_7636() {
        let verifier = Secret::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(challenge(&verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }
}
