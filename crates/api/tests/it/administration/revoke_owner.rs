//! `POST …/_patcycle/owners/{subjectDescriptor}/revoke`.

use http::Method;
use patcycle_contract::SubjectDescriptor;
use serde_json::{Value, json};

use crate::support::issuer::{ADA, MONA, OTTO, token};
use crate::support::{PATS, TestApp};

fn address(owner: uuid::Uuid) -> String {
    format!("/fabrikam/_apis/_patcycle/owners/{}/revoke", SubjectDescriptor(owner))
}

fn reason() -> Value {
    json!({ "reason": "left the company" })
}

#[tokio::test]
async fn everything_of_one_owner_ends_and_the_audit_says_why() {
    let app = TestApp::start().await;
    app.create("first", 30).await;
    app.create("second", 30).await;
    let body = json!({ "displayName": "his", "scope": "vso.code" });
    app.post(&body).bearer(&token(OTTO)).send().await.pat();

    let call = app.request(Method::POST, &address(MONA)).bearer(&token(ADA)).version(None).json(&reason());
    let receipt = call.send().await.ok();
    let expected = json!({
        "descriptor": SubjectDescriptor(MONA), "objectId": MONA, "epoch": 1, "revokedAt": "2026-11-23T12:00:00Z",
    });
    assert_eq!(receipt, expected);
    let count = |reply: crate::support::reply::Reply| reply.ok()["patTokens"].as_array().unwrap().len();
    assert_eq!(count(app.get(PATS).send().await), 0);
    assert_eq!(count(app.get(&format!("{PATS}?displayFilterOption=revoked")).send().await), 2);
    assert_eq!(count(app.get(PATS).bearer(&token(OTTO)).send().await), 1);
    app.create("after", 30).await;
    assert_eq!(count(app.get(PATS).send().await), 1, "what is made afterwards works");

    let records = app.audit().await;
    let record = records.iter().find(|record| record.action == "Token.PatRevokeAllEvent").unwrap();
    assert_eq!(record.actor.object_id, Some(ADA));
    let data: Value = serde_json::from_str(&record.data).unwrap();
    let expected = json!({
        "OwnerId": MONA, "OwnerName": "mona@fabrikam.example", "GivenReason": "left the company",
    });
    assert_eq!(data, expected);
}

#[tokio::test]
async fn nothing_ends_without_a_reason_or_of_a_stranger() {
    let app = TestApp::start().await;
    app.create("ci", 30).await;
    let send = |owner, body: Value| {
        app.request(Method::POST, &address(owner)).bearer(&token(ADA)).version(None).json(&body).send()
    };
    for body in [
        json!({}),
        json!({ "reason": " " }),
        json!({ "reason": "a\nb" }),
        json!({ "reason": "x".repeat(257) }),
    ] {
        assert_eq!(send(MONA, body).await.status, 400);
    }
    assert_eq!(send(OTTO, reason()).await.status, 404);
    let malformed = "/fabrikam/_apis/_patcycle/owners/mona/revoke";
    let call = app.request(Method::POST, malformed).bearer(&token(ADA)).version(None).json(&reason());
    assert_eq!(call.send().await.status, 400);
    assert_eq!(app.audit().await.len(), 1);
}

#[tokio::test]
async fn it_is_for_administrators_only() {
    let app = TestApp::start().await;
    app.assert_for_administrators_only(Method::POST, &address(MONA)).await;
    let page = app.get(PATS).send().await.ok();
    assert_eq!(page["patTokens"].as_array().unwrap().len(), 1, "the PAT that was tried is there still");
}

#[tokio::test]
async fn a_revocation_by_ids_can_have_a_reason_too() {
    let app = TestApp::start().await;
    let made = app.create("ci", 30).await;
    let body = json!([{ "authorizationId": made["authorizationId"] }]);
    let path = "/fabrikam/_apis/tokenadmin/revocations";
    let send = |query: &str| {
        app.request(Method::POST, &format!("{path}{query}")).bearer(&token(ADA)).json(&body).send()
    };
    assert_eq!(send("?reason=").await.status, 400);
    assert_eq!(send("?reason=found%20in%20a%20log").await.status, 204);
    let records = app.audit().await;
    assert!(records.last().unwrap().data.contains(r#""GivenReason":"found in a log""#));
}
