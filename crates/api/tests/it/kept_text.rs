//! Words of callers that are kept in clear never hold a PAT (property 16).

use http::Method;
use patcycle_contract::SubjectDescriptor;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::issuer::{ADA, MONA, token};

impl TestApp {
    /// A PAT and its id.
    async fn pasted(&self) -> (String, Value) {
        let pat = self.create("ci", 30).await;
        (pat["token"].as_str().unwrap().to_owned(), pat["authorizationId"].clone())
    }

    fn assert_not_kept(&self, secret: &str) {
        let stored = self.stored_bytes();
        let holds = |text: &str| stored.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(holds("mona@fabrikam.example"), "what is kept is seen");
        assert!(!holds(&secret[..12]));
    }
}

#[tokio::test]
async fn a_name_with_a_pat_is_refused() {
    let app = TestApp::start().await;
    let (secret, id) = app.pasted().await;
    let name = format!("for {secret}!");
    let create = app.post(&json!({ "displayName": name, "scope": "vso.code" }));
    let update = app.put(&json!({ "authorizationId": id, "displayName": name }));
    for call in [create, update] {
        let reply = call.send().await;
        assert_eq!(reply.refusal(), "invalidDisplayName");
        let message = reply.json()["patTokenErrorMessage"].as_str().unwrap().to_owned();
        assert!(message.contains("holds a personal access token"), "{message}");
        assert!(!reply.body.contains(&secret[..12]));
    }
    assert_eq!(app.audit().await.len(), 1);
    app.assert_not_kept(&secret);
}

#[tokio::test]
async fn a_reason_with_a_pat_is_refused() {
    let app = TestApp::start().await;
    let (secret, id) = app.pasted().await;
    let reason = format!("found {secret}");
    let owner = format!("/fabrikam/_apis/_patcycle/owners/{}/revoke", SubjectDescriptor(MONA));
    let of_owner = app.request(Method::POST, &owner).version(None).json(&json!({ "reason": reason }));
    let query = format!("/fabrikam/_apis/tokenadmin/revocations?reason=found%20{secret}");
    let of_ids = app.request(Method::POST, &query).json(&json!([{ "authorizationId": id }]));
    for call in [of_owner, of_ids] {
        let reply = call.bearer(&token(ADA)).send().await;
        assert_eq!(reply.status, 400);
        assert!(!reply.body.contains(&secret[..12]));
    }
    assert_eq!(app.audit().await.len(), 1, "nothing was revoked");
    app.assert_not_kept(&secret);
}

#[tokio::test]
async fn a_pat_in_a_user_agent_is_masked() {
    let app = TestApp::start().await;
    let (secret, _) = app.pasted().await;
    // The second one would be cut in the middle by the longest that is kept, and then be no PAT by its form.
    let agent = format!("agent/1 ({secret}) {} {secret}", "x".repeat(220));
    let body = json!({ "displayName": "next", "scope": "vso.code" });
    app.post(&body).header("user-agent", &agent).send().await.pat();
    let kept = app.audit().await.pop().unwrap().actor.user_agent.unwrap();
    assert_eq!(kept, format!("agent/1 (***) {} ***", "x".repeat(220)));
    app.assert_not_kept(&secret);
}
