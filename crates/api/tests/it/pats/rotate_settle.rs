//! `POST …/rotate/finish` and `…/rotate/undo` (design.md §6).

use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::app::{idempotency_key, unknown_id};
use crate::support::issuer::{ADA, OTTO, token};
use crate::support::{PATS, TestApp};

fn id(pat: &Value) -> &str {
    pat["authorizationId"].as_str().unwrap()
}

#[tokio::test]
async fn finish_ends_the_overlap_and_lets_the_next_begin() {
    let app = TestApp::start().await;
    let made = app.create("ci", 30).await;
    app.settle(id(&made), "finish").send().await.error(409, "VssServiceException");
    let mut rotated = app.rotate(id(&made), 1, &json!({ "overlapSeconds": 3600 })).send().await.pat();
    let other = app.settle(id(&made), "finish").header("idempotency-key", &idempotency_key(2));
    other.send().await.error(409, "VssServiceException");
    let broken = app.settle(id(&made), "finish").header("idempotency-key", "x");
    broken.send().await.error(400, "ArgumentException");
    rotated["token"].take();
    for _ in 0..2 {
        let finish = app.settle(id(&made), "finish").header("idempotency-key", &idempotency_key(1));
        assert_eq!(finish.send().await.pat(), rotated);
    }
    app.settle(id(&made), "undo").send().await.error(409, "VssServiceException");
    app.rotate(id(&made), 2, &json!({})).send().await.pat();
    let actions: Vec<_> = app.audit().await.into_iter().map(|record| record.action).collect();
    assert_eq!(
        actions,
        [
            "Token.PatCreateEvent",
            "Token.PatRotateEvent",
            "Token.PatRotateFinishEvent",
            "Token.PatRotateEvent"
        ]
    );
}

#[tokio::test]
async fn undo_brings_back_what_was() {
    let app = TestApp::start().await;
    let made = app.create("ci", 30).await;
    app.clock.advance(SignedDuration::from_mins(5));
    let rotate = json!({ "overlapSeconds": 60, "validTo": "2027-01-01" });
    let first = app.rotate(id(&made), 1, &rotate).send().await.pat();
    let mut before = made.clone();
    before["token"].take();
    for _ in 0..2 {
        assert_eq!(app.settle(id(&made), "undo").body("{ not json").send().await.pat(), before);
    }
    assert_eq!(app.get(&format!("{PATS}?authorizationId={}", id(&made))).send().await.pat(), before);
    app.settle(id(&made), "finish").send().await.error(409, "VssServiceException");
    app.rotate(id(&made), 1, &rotate).send().await.error(409, "VssServiceException");
    let second = app.rotate(id(&made), 2, &rotate).send().await.pat();
    assert_ne!(second["token"], first["token"]);
    app.clock.advance(SignedDuration::from_secs(60));
    let message = app.settle(id(&made), "undo").send().await.error(409, "VssServiceException");
    assert!(message.contains("old secret has ended"), "{message}");
    assert_eq!(app.audit().await.last().unwrap().action, "Token.PatRotateEvent");
}

#[tokio::test]
async fn undo_brings_no_revoked_secret_back() {
    let app = TestApp::start().await;
    let made = app.create("ci", 30).await;
    app.clock.advance(SignedDuration::from_mins(30));
    let rotated = app.rotate(id(&made), 1, &json!({ "overlapSeconds": 3600 })).send().await.pat();
    let rule = json!({ "scopes": made["scope"], "createdBefore": "2026-11-23T12:10:00Z" });
    let rules = app.request(Method::POST, "/fabrikam/_apis/tokenadmin/revocationrules").bearer(&token(ADA));
    assert_eq!(rules.json(&rule).send().await.status, 201);
    let records = app.audit().await.len();
    let message = app.settle(id(&made), "undo").send().await.error(409, "VssServiceException");
    assert!(message.contains("was revoked"), "{message}");
    assert_eq!(app.audit().await.len(), records);
    let verify = app.get("/_patcycle/verify?scope=vso.code&organization=fabrikam").version(None);
    let verdict = verify.bearer(rotated["token"].as_str().unwrap()).send().await;
    assert_eq!(verdict.status, 200, "the new secret works still");
}

#[tokio::test]
async fn neither_is_for_others() {
    let app = TestApp::start().await;
    let made = app.create("ci", 30).await;
    app.rotate(id(&made), 1, &json!({ "overlapSeconds": 3600 })).send().await.pat();
    for how in ["finish", "undo"] {
        let as_otto = |id: &str| app.settle(id, how).bearer(&token(OTTO)).send();
        let absent = as_otto(&unknown_id().to_string()).await;
        assert_eq!(absent.refusal(), "authorizationNotFound");
        assert_eq!(as_otto(id(&made)).await.masked(), absent.masked());
        app.settle("x", how).send().await.error(400, "ArgumentException");
    }
    assert_eq!(app.audit().await.len(), 2);
}
