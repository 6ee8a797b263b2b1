//! Headers of every answer, and what happens when something below fails.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use http::Method;
use patcycle_api::ApiSettings;
use patcycle_lifecycle::Settings;
use serde_json::json;

use crate::support::store::Fault;
use crate::support::{PATS, TestApp};

const SENT: &str = "12345678-1234-4234-8234-123456789012";

#[tokio::test]
async fn ids_of_the_client_come_back_and_the_activity_is_our_own() {
    let app = TestApp::start().await;
    let reply = app
        .get(PATS)
        .header("x-vss-e2eid", SENT)
        .header("x-tfs-session", &format!("{SENT}, ListPats"))
        .header("activityid", SENT)
        .send()
        .await;
    assert_eq!((reply.header("x-vss-e2eid"), reply.header("x-tfs-session")), (Some(SENT), Some(SENT)));
    assert_ne!(reply.header("activityid"), Some(SENT));

    let odd = app.get(PATS).header("x-vss-e2eid", "x\tx").header("x-tfs-session", "").send().await;
    assert_eq!(odd.header("x-vss-e2eid"), odd.header("activityid"));
    assert_eq!(odd.header("x-tfs-session"), odd.header("activityid"));
    assert_ne!(odd.header("activityid"), reply.header("activityid"));
    assert_eq!(odd.header("x-tfs-processid"), reply.header("x-tfs-processid"));
}

#[tokio::test]
async fn strict_transport_security_only_when_it_is_set() {
    let app = TestApp::start().await;
    assert_eq!(app.get(PATS).send().await.header("strict-transport-security"), None);
    let settings = ApiSettings { strict_transport_security: true, ..ApiSettings::default() };
    let app = TestApp::start_with(settings, Settings::default()).await;
    let reply = app.get(PATS).send().await;
    assert_eq!(reply.header("strict-transport-security"), Some("max-age=31536000"));
}

#[tokio::test]
async fn a_failing_store_is_told_as_such_and_comes_back() {
    let app = TestApp::start().await;
    let pat = app.create("ci", 30).await;
    let id = pat["authorizationId"].as_str().unwrap();
    for fault in [Fault::Unavailable, Fault::Unconfirmed, Fault::Corrupt, Fault::Panic] {
        app.break_store(Some(fault));
        for call in [
            app.get(PATS),
            app.get(&format!("{PATS}?authorizationId={id}")),
            app.post(&json!({ "displayName": "x", "scope": "vso.code" })),
            app.put(&json!({ "authorizationId": id, "displayName": "x" })),
            app.delete(id),
        ] {
            let reply = call.send().await;
            let broken = matches!(fault, Fault::Corrupt | Fault::Panic);
            let message = reply.error(if broken { 500 } else { 503 }, "VssServiceException");
            assert_eq!(reply.header("retry-after").is_some(), !broken);
            assert!(!message.contains("said the test"));
            if broken {
                let activity = reply.header("activityid").unwrap();
                assert_eq!(
                    message,
                    format!("TF400898: An Internal Error Occurred. Activity Id: {activity}.")
                );
            }
        }
        app.break_store(None);
        app.get(PATS).send().await.ok();
    }
    assert_eq!(app.audit().await.len(), 1);
}

#[tokio::test]
async fn the_audit_knows_who_asked_from_where() {
    let settings =
        ApiSettings { trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()], ..ApiSettings::default() };
    let app = TestApp::start_with(settings, Settings::default()).await;
    let body = json!({ "displayName": "ci", "scope": "vso.code" });
    let call = || {
        let agent = "a".repeat(300);
        app.post(&body).header("x-forwarded-for", "198.51.100.1, 198.51.100.2").header("user-agent", &agent)
    };
    let direct = call().send().await;
    direct.pat();
    let mut request = call().build();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([10, 1, 2, 3], 80))));
    app.send(request).await.pat();
    let records = app.audit().await;
    assert_eq!(records[0].actor.address.unwrap().to_string(), "203.0.113.9");
    assert_eq!(records[1].actor.address.unwrap().to_string(), "198.51.100.2");
    assert_eq!(records[0].actor.user_agent.as_ref().unwrap().len(), 256);
    assert_eq!(records[0].actor.activity_id.unwrap().to_string(), direct.header("activityid").unwrap());
    assert_eq!(records[0].actor.user_name.as_deref(), Some("mona@fabrikam.example"));
    assert!(records[0].actor.application_id.is_some());
}

#[tokio::test]
async fn secrets_are_never_to_be_kept() {
    let app = TestApp::start().await;
    let reply = app.post(&json!({ "displayName": "ci", "scope": "vso.code" })).send().await;
    assert!(reply.header("cache-control").unwrap().contains("no-store"));
    assert!(reply.pat()["token"].is_string());
    for call in [app.get(PATS), app.request(Method::HEAD, PATS)] {
        assert!(!call.send().await.body.contains("PTCY"));
    }
}
