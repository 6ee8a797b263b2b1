//! PATs as callers: Microsoft's own script sends one (contract.md §4.1).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use serde_json::{Value, json};

use super::{REVOCATIONS, RULES, by_ada, tokens_of};
use crate::support::TestApp;
use crate::support::issuer::{ADA, MONA, token};

async fn pat(app: &TestApp, owner: uuid::Uuid, scope: &str) -> String {
    let create = app.post(&json!({ "displayName": scope, "scope": scope })).bearer(&token(owner));
    create.send().await.pat()["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_administrators_pat_with_the_scope_opens_token_admin() {
    let app = TestApp::start().await;
    let hers = app.create("hers", 30).await;
    let good = pat(&app, ADA, "vso.tokenadministration vso.graph").await;
    let basic = format!("Basic {}", STANDARD.encode(format!("PAT:{good}")));
    let by_pat =
        |method, address: &str| by_ada(&app, method, address).anonymous().header("authorization", &basic);
    assert_eq!(by_pat(Method::GET, &tokens_of(MONA)).send().await.status, 200);
    // Graph answers with addresses of its own, so it needs to know the host.
    let users = by_pat(Method::GET, "/fabrikam/_apis/graph/users").header("host", "pats.example");
    assert_eq!(users.version(Some("5.0-preview.1")).send().await.ok()["count"], 2);
    let ids = json!([{ "authorizationId": hers["authorizationId"] }]);
    assert_eq!(by_pat(Method::POST, REVOCATIONS).json(&ids).send().await.status, 204);
    // A rule ends the very PAT that makes it.
    let rule = json!({ "scopes": "vso.tokenadministration" });
    assert_eq!(by_pat(Method::POST, RULES).json(&rule).send().await.status, 201);
    assert_eq!(by_pat(Method::GET, &tokens_of(MONA)).send().await.status, 401);
}

#[tokio::test]
async fn other_pats_do_not() {
    let app = TestApp::start().await;
    let bodies: [(Method, String, Value); 4] = [
        (Method::GET, tokens_of(MONA), Value::Null),
        (Method::POST, REVOCATIONS.to_owned(), json!([])),
        (Method::POST, RULES.to_owned(), json!({ "scopes": "vso.code" })),
        (Method::GET, RULES.to_owned(), Value::Null),
    ];
    let member = pat(&app, MONA, "app_token").await;
    let narrow = pat(&app, ADA, "vso.tokens vso.graph").await;
    for (method, address, body) in bodies {
        for credential in [&member, &narrow] {
            let call = by_ada(&app, method.clone(), &address).bearer(credential).json(&body);
            assert_eq!(call.send().await.status, 401, "{method} {address}");
        }
    }
}
