//! Leaked PATs: `/_patcycle/leaks`.

mod lookup;
mod receive;
mod report;

use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::issuer::{ADA, token};

pub(crate) const LEAKS: &str = "/_patcycle/leaks";

impl TestApp {
    /// Secret and id of a new PAT.
    async fn leaky(&self, name: &str) -> (String, String) {
        let pat = self.create(name, 30).await;
        let text = |field: &str| pat[field].as_str().unwrap().to_owned();
        (text("token"), text("authorizationId"))
    }

    async fn state(&self, id: &str) -> &'static str {
        let list = |filter: &str| format!("/fabrikam/_apis/tokens/pats?displayFilterOption={filter}");
        for state in ["active", "revoked", "expired"] {
            let listed: Value = self.get(&list(state)).send().await.ok();
            if listed["patTokens"].as_array().unwrap().iter().any(|pat| pat["authorizationId"] == id) {
                return state;
            }
        }
        "unknown"
    }

    /// Rotates a PAT, and revokes everything that is older than its new secret, which this gives. The old one would
    /// have worked for an hour.
    async fn rotate_past_a_rule(&self, id: &str) -> String {
        self.clock.advance(SignedDuration::from_mins(30));
        let rotated = self.rotate(id, 1, &json!({ "overlapSeconds": 3600 })).send().await.pat();
        let rule = json!({ "scopes": rotated["scope"], "createdBefore": "2026-11-23T12:10:00Z" });
        let call =
            self.request(Method::POST, "/fabrikam/_apis/tokenadmin/revocationrules").bearer(&token(ADA));
        assert_eq!(call.json(&rule).send().await.status, 201);
        rotated["token"].as_str().unwrap().to_owned()
    }

    async fn report(&self, body: &Value) -> crate::support::reply::Reply {
        self.request(Method::POST, LEAKS).anonymous().version(None).json(body).send().await
    }
}

/// A PAT in form and checksum that nobody made.
fn invented() -> String {
    let random = patcycle_primitives::SeededRandom::new(99);
    let now = crate::support::issuer::noon();
    let pat = patcycle_token::mint(&random, now, patcycle_token::Signature::Patcycle).unwrap();
    pat.expose().to_owned()
}

fn tokens(tokens: &[&str]) -> Value {
    json!({ "tokens": tokens })
}
