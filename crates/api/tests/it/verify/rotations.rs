//! What rotations mean to those who present secrets (design.md §6; properties 30, 32, 33).

use jiff::SignedDuration;
use patcycle_lifecycle::rotation::REUSE_WINDOW;
use serde_json::{Value, json};

use super::{CODE, bearer, created, status, verify};
use crate::support::TestApp;
use crate::support::store::Fault;

/// Rotates with this overlap, in seconds, and gives the new secret.
async fn rotated(app: &TestApp, id: &str, seed: u64, overlap: u32) -> String {
    let pat = app.rotate(id, seed, &json!({ "overlapSeconds": overlap })).send().await.pat();
    pat["token"].as_str().unwrap().to_owned()
}

async fn statuses(app: &TestApp, pats: [&str; 2]) -> [u16; 2] {
    [status(app, CODE, pats[0]).await, status(app, CODE, pats[1]).await]
}

/// The audit's records of replaced secrets that were used.
async fn reuses(app: &TestApp) -> Vec<Value> {
    let records = app.audit().await.into_iter();
    let records = records.filter(|record| record.action == "Token.PatSupersededUseEvent");
    records.map(|record| serde_json::from_str(&record.data).unwrap()).collect()
}

#[tokio::test]
async fn both_secrets_are_good_until_the_overlap_ends() {
    let app = TestApp::start().await;
    let (id, old) = created(&app, "vso.code").await;
    let new = rotated(&app, &id, 1, 600).await;
    assert_eq!(statuses(&app, [&old, &new]).await, [200, 200]);
    app.clock.advance(SignedDuration::from_secs(600) - SignedDuration::from_micros(1));
    assert_eq!(statuses(&app, [&old, &new]).await, [200, 200]);
    app.clock.advance(SignedDuration::from_micros(1));
    assert_eq!(statuses(&app, [&old, &new]).await, [401, 200]);
    // Who presents it cannot tell it from one that never was.
    let refused = verify(&app, CODE, &[&bearer(&old)]).await;
    let malformed = verify(&app, CODE, &[&bearer("nonsense")]).await;
    assert_eq!((refused.status, &refused.body), (malformed.status, &malformed.body));
    assert_eq!(refused.header("www-authenticate"), malformed.header("www-authenticate"));
}

#[tokio::test]
async fn without_an_overlap_the_old_secret_ends_at_once() {
    let app = TestApp::start().await;
    let (id, old) = created(&app, "vso.code").await;
    let new = rotated(&app, &id, 1, 0).await;
    assert_eq!(statuses(&app, [&old, &new]).await, [401, 200]);
}

#[tokio::test]
async fn finish_and_undo_hold_from_the_next_request_on() {
    let app = TestApp::start().await;
    let (id, first) = created(&app, "vso.code").await;
    let second = rotated(&app, &id, 1, 600).await;
    app.settle(&id, "undo").send().await.pat();
    assert_eq!(statuses(&app, [&first, &second]).await, [200, 401]);
    let third = rotated(&app, &id, 2, 600).await;
    assert_eq!(statuses(&app, [&first, &third]).await, [200, 200]);
    app.settle(&id, "finish").send().await.pat();
    assert_eq!(statuses(&app, [&first, &third]).await, [401, 200]);
    assert_eq!(app.delete(&id).send().await.status, 204);
    assert_eq!(statuses(&app, [&second, &third]).await, [401, 401]);
}

#[tokio::test]
async fn the_first_use_ends_the_telling_and_lets_the_next_rotation_begin() {
    let app = TestApp::start().await;
    let (id, old) = created(&app, "vso.code").await;
    assert_eq!(status(&app, CODE, &old).await, 200);
    let new = rotated(&app, &id, 1, 0).await;
    assert_eq!(rotated(&app, &id, 1, 0).await, new, "nobody has used it");
    app.rotate(&id, 2, &json!({ "overlapSeconds": 0 })).send().await.error(409, "VssServiceException");
    assert_eq!(status(&app, CODE, &new).await, 200);
    for _ in 0..2 {
        app.rotate(&id, 1, &json!({ "overlapSeconds": 0 })).send().await.error(409, "VssServiceException");
        // From memory the first time, from the store the second.
        app.lifecycle.flush_uses().await.unwrap();
    }
    let newest = rotated(&app, &id, 2, 0).await;
    assert_eq!(statuses(&app, [&new, &newest]).await, [401, 200]);
}

#[tokio::test]
async fn a_replaced_secret_that_is_used_is_recorded_and_ends_nothing() {
    let app = TestApp::start().await;
    let (id, old) = created(&app, "vso.code").await;
    let new = rotated(&app, &id, 1, 60).await;
    assert_eq!(status(&app, CODE, &old).await, 200);
    assert!(app.lifecycle.flush_reuses().await.unwrap().is_empty(), "it is good while it overlaps");
    app.clock.advance(SignedDuration::from_secs(60));
    let before = app.store.groups_committed();
    for _ in 0..20 {
        assert_eq!(statuses(&app, [&old, &new]).await, [401, 200]);
    }
    assert_eq!(app.store.groups_committed(), before, "verification writes nothing");

    app.break_store(Some(Fault::Unavailable));
    app.lifecycle.flush_reuses().await.unwrap_err();
    app.break_store(None);
    let recorded = app.lifecycle.flush_reuses().await.unwrap();
    assert_eq!((recorded.len(), recorded[0].generation), (1, 1));
    assert_eq!(recorded[0].address.unwrap().to_string(), "203.0.113.9");
    let records = reuses(&app).await;
    assert_eq!(records.len(), 1);
    assert_eq!((&records[0]["AuthorizationId"], &records[0]["Generation"]), (&json!(id), &json!(1)));

    // Once in a window, however often it is used and written.
    assert_eq!(status(&app, CODE, &old).await, 401);
    assert!(app.lifecycle.flush_reuses().await.unwrap().is_empty());
    app.clock.advance(REUSE_WINDOW);
    assert_eq!(statuses(&app, [&old, &new]).await, [401, 200]);
    assert_eq!(app.lifecycle.flush_reuses().await.unwrap().len(), 1);
    assert_eq!(reuses(&app).await.len(), 2);
}
