//! `POST /_patcycle/leaks`.

use http::Method;
use patcycle_api::ApiSettings;
use patcycle_lifecycle::Settings;
use serde_json::json;

use super::{LEAKS, invented, tokens};
use crate::support::TestApp;
use crate::support::issuer::{ADA, token};
use crate::support::store::Fault;

#[tokio::test]
async fn what_is_live_is_revoked_and_recorded() {
    let app = TestApp::start().await;
    let (secret, id) = app.leaky("leaked").await;
    let (_, kept) = app.leaky("kept").await;
    let reply =
        app.report(&json!({ "tokens": [secret, "garbage"], "where": "https://gist.example/1\n" })).await;
    assert_eq!(reply.status, 202);
    assert_eq!(app.state(&id).await, "active", "answered before anything is looked up");
    app.work_on_leaks().await;
    assert_eq!((app.state(&id).await, app.state(&kept).await), ("revoked", "active"));

    let audit = app.audit().await;
    let last: Vec<&str> = audit.iter().rev().take(2).map(|record| record.action.as_str()).collect();
    assert_eq!(last, ["Token.PatSystemRevokeEvent", "Token.PatPublicDiscoveryEvent"]);
    for record in &audit[audit.len() - 2..] {
        assert!(record.data.contains(&id) && record.data.contains("https://gist.example/1\""), "{record:?}");
        assert!(!record.data.contains(&secret[..8]));
        assert_eq!((record.actor.object_id, record.actor.address), (None, Some([203, 0, 113, 9].into())));
    }
    app.report(&tokens(&[&secret])).await;
    app.work_on_leaks().await;
    assert_eq!(app.audit().await.len(), audit.len(), "a dead PAT is no news");
}

#[tokio::test]
async fn a_secret_that_a_rule_has_ended_is_no_news() {
    let app = TestApp::start().await;
    let (old, id) = app.leaky("rotated").await;
    let new = app.rotate_past_a_rule(&id).await;
    let records = app.audit().await.len();
    app.report(&tokens(&[&old])).await;
    app.work_on_leaks().await;
    assert_eq!((app.state(&id).await, app.audit().await.len()), ("active", records));
    app.report(&tokens(&[&new])).await;
    app.work_on_leaks().await;
    assert_eq!(app.state(&id).await, "revoked");
}

#[tokio::test]
async fn nobody_learns_whether_it_was_one() {
    let app = TestApp::start().await;
    let (secret, _) = app.leaky("leaked").await;
    let known = app.report(&tokens(&[&secret])).await.masked();
    for other in [vec![invented()], vec!["garbage".to_owned()], Vec::new(), vec![secret[1..].to_owned()]] {
        let other: Vec<&str> = other.iter().map(String::as_str).collect();
        assert_eq!(app.report(&tokens(&other)).await.masked(), known);
    }
    app.work_on_leaks().await;
    assert_eq!(app.report(&tokens(&[&secret])).await.masked(), known, "dead or alive");
    app.break_store(Some(Fault::Unavailable));
    assert_eq!(app.report(&tokens(&[&secret])).await.masked(), known, "nothing is asked of the store");
}

#[tokio::test]
async fn a_place_never_holds_a_secret_plain_or_encoded_reported_or_not() {
    let app = TestApp::start().await;
    let (live, _) = app.leaky("live").await;
    let encoded =
        |secret: &str| secret.bytes().map(percent_encoding::percent_encode_byte).collect::<String>();
    for place in [|own: &str, _: &str| own.to_owned(), |_: &str, other: &str| other.to_owned()] {
        for encode in [str::to_owned, encoded] {
            let (secret, id) = app.leaky("leaked").await;
            let place = format!("https://x.example/?t={}", encode(&place(&secret, &live)));
            app.report(&json!({ "tokens": [secret], "where": place })).await;
            app.work_on_leaks().await;
            assert_eq!(app.state(&id).await, "revoked");
            let audit = app.audit().await;
            for hidden in [&secret[..8], &live[..8], &encoded(&live)[..24]] {
                assert!(audit.iter().all(|record| !record.data.contains(hidden)));
            }
        }
    }
    let (secret, _) = app.leaky("leaked").await;
    app.report(&json!({ "tokens": [secret], "where": "https://x.example/a?b=c" })).await;
    app.work_on_leaks().await;
    assert!(app.audit().await.iter().any(|record| record.data.contains("https://x.example/a?b=c")));
}

#[tokio::test]
async fn only_a_malformed_body_is_refused() {
    let app = TestApp::start().await;
    for body in ["", "{", "[]", "{}", r#"{"tokens":1}"#, r#"{"tokens":[1]}"#, r#"{"tokens":["x"],"where":1}"#]
    {
        let call = app.request(Method::POST, LEAKS).anonymous().version(None);
        let reply = call.header("content-type", "application/json").body(body).send().await;
        assert_eq!(reply.status, 400, "{body}");
    }
    let many: Vec<String> = (0..101).map(|number| number.to_string()).collect();
    assert_eq!(app.report(&json!({ "tokens": many })).await.status, 400);
    assert_eq!(app.request(Method::GET, LEAKS).send().await.status, 405);
}

#[tokio::test]
async fn a_source_has_a_budget_and_gets_it_back() {
    let app = TestApp::start().await;
    let (secret, id) = app.leaky("leaked").await;
    let many: Vec<String> = (0..95).map(|number| number.to_string()).collect();
    for _ in 0..2 {
        assert_eq!(app.report(&json!({ "tokens": many })).await.status, 202);
    }
    let reply = app.report(&json!({ "tokens": vec![secret.clone(); 20] })).await;
    assert_eq!((reply.status.as_u16(), reply.header("retry-after")), (429, Some("60")));
    app.work_on_leaks().await;
    assert_eq!(app.state(&id).await, "active", "nothing of a refused report is taken");
    app.clock.advance(jiff::SignedDuration::from_mins(1));
    assert_eq!(app.report(&tokens(&[&secret])).await.status, 202);
    app.work_on_leaks().await;
    assert_eq!(app.state(&id).await, "revoked");
}

#[tokio::test]
async fn the_tenants_policy_may_want_to_know_only() {
    let app = TestApp::start_with(ApiSettings::default(), Settings::default()).await;
    let policy =
        "/fabrikam/_apis/TenantPolicy/Policies/TenantPolicy.EnableLeakedPersonalAccessTokenAutoRevocation";
    let patch = json!([{ "from": "", "op": 2, "path": "/Value", "value": "false" }]);
    let call = app.request(Method::PATCH, policy).bearer(&token(ADA)).version(Some("5.0-preview.1"));
    let call = call.header("content-type", "application/json-patch+json").body(patch.to_string());
    assert_eq!(call.send().await.status, 204);
    let (secret, id) = app.leaky("leaked").await;
    for _ in 0..3 {
        app.report(&tokens(&[&secret])).await;
        app.work_on_leaks().await;
    }
    assert_eq!(app.state(&id).await, "active");
    let audit = app.audit().await;
    let count = |action: &str| audit.iter().filter(|record| record.action == action).count();
    assert_eq!(count("Token.PatPublicDiscoveryEvent"), 1, "told once");
    assert_eq!(count("Token.PatSystemRevokeEvent"), 0);
}
