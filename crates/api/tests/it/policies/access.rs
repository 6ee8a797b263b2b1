//! Who may read and change policies.

use http::Method;
use serde_json::json;

use super::{BLOCK, CREATION, FULL_SCOPE, address, read, replace};
use crate::support::TestApp;
use crate::support::issuer::{ADA, MONA, OTHER_TENANT, OTTO, changed, claims, signed, token};
use crate::support::reply::Reply;

/// One call of each operation.
async fn all(app: &TestApp, authorization: &str) -> Vec<Reply> {
    let mut replies = Vec::new();
    let list = "/fabrikam/_apis/_patcycle/policies".to_owned();
    for (method, address) in [
        (Method::GET, address(CREATION)),
        (Method::GET, address(FULL_SCOPE)),
        (Method::PATCH, address(CREATION)),
        (Method::PATCH, address(FULL_SCOPE)),
        (Method::GET, list),
        (Method::POST, "/fabrikam/_apis/_patcycle/policies/restrict-pat-creation/rehearse".to_owned()),
    ] {
        let call = app.request(method, &address).anonymous().header("authorization", authorization);
        replies.push(call.json(&replace("/Value", &json!("true"))).send().await);
    }
    replies
}

#[tokio::test]
async fn only_administrators_may() {
    let app = TestApp::start().await;
    let other_tenant = signed(&changed(
        claims(ADA, "user_impersonation"),
        json!({
            "tid": OTHER_TENANT, "iss": format!("https://sts.windows.net/{OTHER_TENANT}/"),
        }),
    ));
    let service = signed(&changed(claims(ADA, ""), json!({ "scp": null, "idtyp": "app", "sub": ADA })));
    let narrow = signed(&claims(ADA, "vso.pats vso.pats_manage"));
    let made = app.post(&json!({ "displayName": "full", "scope": "app_token" })).send().await.pat();
    let pat = made["token"].as_str().unwrap().to_owned();
    for (token, status) in [
        (token(MONA), 401),
        (token(OTTO), 401),
        (other_tenant, 401),
        (service, 403),
        (narrow, 401),
        (pat, 401),
    ] {
        for reply in all(&app, &format!("Bearer {token}")).await {
            assert_eq!(reply.status, status, "{reply:?}");
        }
    }
    assert_eq!(app.audit().await.len(), 1, "only the PAT above left a record");
    assert_eq!(read(&app, CREATION).send().await.ok()["value"], false);
    let permitted = signed(&claims(ADA, "vso.tokenadministration"));
    for reply in all(&app, &format!("Bearer {permitted}")).await {
        assert!(reply.status.is_success(), "{reply:?}");
    }
}

#[tokio::test]
async fn all_policies_are_listed_in_one_answer() {
    let app = TestApp::start().await;
    let list =
        app.get("/fabrikam/_apis/_patcycle/policies").bearer(&token(ADA)).version(None).send().await.ok();
    assert_eq!((&list["count"], list["value"].as_array().unwrap().len()), (&json!(9), 9));
    let block = list["value"].as_array().unwrap().iter().find(|policy| policy["name"] == BLOCK).unwrap();
    assert_eq!(*block, read(&app, BLOCK).send().await.ok());
}
