//! Last uses: kept in memory, written in batches, shown where `$expand=usage` asks for them.

use http::Method;
use jiff::SignedDuration;
use patcycle_api::ApiSettings;
use patcycle_lifecycle::Settings;
use patcycle_lifecycle::usage::Flushed;
use serde_json::{Value, json};

use super::{CODE, bearer, created, status, verify};
use crate::support::store::Fault;
use crate::support::{PATS, TestApp};

async fn usage_of(app: &TestApp, id: &str) -> Value {
    let get = app.get(&format!("{PATS}?authorizationId={id}&$expand=usage")).send().await.pat();
    let list = app.get(&format!("{PATS}?$expand=usage")).send().await.ok();
    let listed =
        list["patTokens"].as_array().unwrap().iter().find(|pat| pat["authorizationId"] == *id).unwrap();
    assert_eq!(&get, listed, "one and the same in get and list");
    let fields = "displayName validTo scope targetAccounts validFrom authorizationId token usage";
    assert_eq!(get.as_object().unwrap().len(), fields.split(' ').count());
    get["usage"].clone()
}

#[tokio::test]
async fn verifying_writes_nothing_and_a_flush_writes_once() {
    let app = TestApp::start().await;
    let (id, pat) = created(&app, "vso.code").await;
    let (unused, _) = created(&app, "vso.code").await;
    let before = app.store.groups_committed();
    app.clock.advance(SignedDuration::from_secs(90));
    for _ in 0..50 {
        assert_eq!(status(&app, CODE, &pat).await, 200);
    }
    assert_eq!(app.store.groups_committed(), before);
    let used = json!({ "lastUsedAt": "2026-11-23T12:01:00Z", "lastUsedAddress": "203.0.113.9" });
    assert_eq!(usage_of(&app, &id).await, used, "what is in memory is shown too");

    assert_eq!(app.lifecycle.flush_uses().await.unwrap(), Flushed { written: 1, dropped: 0 });
    assert_eq!(app.store.groups_committed(), before + 1);
    assert_eq!(app.lifecycle.flush_uses().await.unwrap(), Flushed { written: 0, dropped: 0 });
    assert_eq!(app.store.groups_committed(), before + 1);
    assert_eq!(usage_of(&app, &id).await, used);
    let never = json!({ "lastUsedAt": null, "lastUsedAddress": null });
    assert_eq!(usage_of(&app, &unused).await, never);
}

#[tokio::test]
async fn what_is_refused_is_no_use() {
    let app = TestApp::start().await;
    let (id, pat) = created(&app, "vso.work").await;
    assert_eq!(status(&app, CODE, &pat).await, 403);
    assert_eq!(app.get(PATS).bearer(&pat).send().await.status, 401);
    assert_eq!(app.lifecycle.flush_uses().await.unwrap().written, 0);
    assert_eq!(usage_of(&app, &id).await["lastUsedAt"], Value::Null);
}

#[tokio::test]
async fn a_failed_flush_loses_nothing_and_verdicts_go_on() {
    let app = TestApp::start().await;
    let (id, pat) = created(&app, "vso.code").await;
    assert_eq!(status(&app, CODE, &pat).await, 200);
    app.break_store(Some(Fault::Unavailable));
    app.lifecycle.flush_uses().await.unwrap_err();
    app.break_store(None);
    assert_eq!(status(&app, CODE, &pat).await, 200);
    assert_eq!(app.lifecycle.flush_uses().await.unwrap().written, 1);
    assert_eq!(usage_of(&app, &id).await["lastUsedAt"], "2026-11-23T12:00:00Z");
}

#[tokio::test]
async fn the_address_is_the_peers_unless_a_trusted_proxy_says_otherwise() {
    for (trusted, expected) in [(vec![], "203.0.113.9"), (vec!["203.0.113.0/24"], "198.51.100.7")] {
        let trusted_proxies = trusted.iter().map(|network| network.parse().unwrap()).collect();
        let settings = ApiSettings { trusted_proxies, ..ApiSettings::default() };
        let app = TestApp::start_with(settings, Settings::default()).await;
        let (id, pat) = created(&app, "vso.code").await;
        let call = app.request(Method::GET, CODE).bearer(&pat).version(None);
        assert_eq!(call.header("x-forwarded-for", "::ffff:198.51.100.7").send().await.status, 200);
        assert_eq!(usage_of(&app, &id).await["lastUsedAddress"], expected);
    }
}

#[tokio::test]
async fn usage_comes_only_when_it_is_asked_for() {
    let app = TestApp::start().await;
    let (id, pat) = created(&app, "vso.code").await;
    verify(&app, CODE, &[&bearer(&pat)]).await;
    for query in [format!("?authorizationId={id}"), format!("?authorizationId={id}&$expand=")] {
        let plain = app.get(&format!("{PATS}{query}")).send().await;
        assert_eq!(plain.pat().as_object().unwrap().len(), 7);
        assert!(!plain.body.contains("usage"));
    }
    for address in [format!("{PATS}?$expand=secret"), format!("{PATS}?authorizationId={id}&%24expand=secret")]
    {
        let told = app.get(&address).send().await.error(400, "ArgumentException");
        assert!(told.contains("Use usage"), "{told}");
    }
}
