//! Access tokens for tests, by the authorization-code flow that every web application uses.

use std::collections::BTreeMap;

use serde_json::Value;
use url::Url;

use crate::dev::RESOURCE;
use crate::{Dev, evidence};

/// What the token endpoint gave.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// For the API.
    pub access: String,
    /// For the next ones.
    pub refresh: String,
}

/// The redirect URI of the confidential web application; its port does not matter.
pub const REDIRECT_URI: &str = "http://localhost:5000/getAToken";

impl Dev {
    /// Signs a person in with a new browser, through the confidential web application.
    ///
    /// # Panics
    /// When the flow does not end with tokens.
    pub async fn tokens_of(&self, person: &str) -> Tokens {
        let authority = match person {
            "OTHER_USER" => format!("{}/{}", self.var("BASE_URL"), self.var("OTHER_TENANT_ID")),
            _ => self.var("AUTHORITY").to_owned(),
        };
        let scope = format!("{RESOURCE}/.default openid profile offline_access");
        let mut authorize: Url = format!("{authority}/oauth2/v2.0/authorize").parse().unwrap();
        authorize
            .query_pairs_mut()
            .append_pair("client_id", self.var("CLIENT_ID"))
            .append_pair("response_type", "code")
            .append_pair("redirect_uri", REDIRECT_URI)
            .append_pair("scope", &scope)
            .append_pair("state", "a state");
        let mut browser = self.browser();
        let back = self.sign_in(&mut browser, authorize.as_str(), person).await.elsewhere();
        let query: BTreeMap<_, _> = back.query_pairs().into_owned().collect();
        assert_eq!(query["state"], "a state");
        let answer = self
            .http()
            .post(format!("{authority}/oauth2/v2.0/token"))
            .form(&[
                ("grant_type", "authorization_code"),
                ("client_id", self.var("CLIENT_ID")),
                ("client_secret", self.var("CLIENT_SECRET")),
                ("code", &query["code"]),
                ("redirect_uri", REDIRECT_URI),
                ("scope", &scope),
            ])
            .send()
            .await
            .unwrap();
        let status = answer.status();
        let answer: Value = answer.json().await.unwrap();
        assert!(status.is_success(), "{status}: {}", answer["error_description"]);
        let text = |name: &str| answer[name].as_str().unwrap().to_owned();
        let tokens = Tokens { access: text("access_token"), refresh: text("refresh_token") };
        evidence::note_token(&tokens.access);
        evidence::note_token(&tokens.refresh);
        tokens
    }

    /// Notes the tokens that the command line keeps after a sign-in.
    ///
    /// # Panics
    /// When it keeps none.
    pub fn note_kept_tokens(&self) {
        let file = self.data().join("cli").join(format!("{}.json", self.var("PROFILE")));
        let kept: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        let account = &kept["accounts"][0];
        evidence::note_token(account["refreshToken"].as_str().unwrap());
        evidence::note_token(account["accessTokens"][0]["token"].as_str().unwrap());
    }

    /// The address of the PATs of the organization, with the newest api-version.
    pub fn pats_url(&self) -> String {
        format!(
            "{}/{}/_apis/tokens/pats?api-version=7.2-preview.1",
            self.var("BASE_URL"),
            self.var("ORGANIZATION")
        )
    }
}

/// The PAT of a create's answer; its secret is noted.
///
/// # Panics
/// When nothing was created.
#[track_caller]
pub fn created(answer: &Value) -> (String, String) {
    assert_eq!(answer["patTokenError"], "none", "{}", answer["patTokenErrorMessage"]);
    let secret = answer["patToken"]["token"].as_str().unwrap().to_owned();
    evidence::note_pat(&secret);
    (answer["patToken"]["authorizationId"].as_str().unwrap().to_owned(), secret)
}
