//! What policies do to the change of PATs: whoever makes one stronger is asked like somebody who makes a new one.

use jiff::SignedDuration;
use patcycle_primitives::Clock as _;
use serde_json::{Value, json};

use super::{BLOCK, CREATION, FULL_SCOPE, GLOBAL, LIFESPAN, lasting, set, switch_on};
use crate::support::TestApp;
use crate::support::issuer::MONA;
use crate::support::reply::Reply;

async fn update(app: &TestApp, pat: &Value, change: Value) -> Reply {
    let mut body = json!({ "authorizationId": pat["authorizationId"] });
    body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    app.put(&body).bearer(&lasting(MONA)).send().await
}

fn in_days(app: &TestApp, days: i64) -> String {
    (app.clock.now() + SignedDuration::from_hours(24 * days)).to_string()
}

#[tokio::test]
async fn a_modest_pat_is_no_way_around_a_policy() {
    let app = TestApp::start().await;
    let pat = app.create("ci", 10).await;
    let end = pat["validTo"].clone();
    switch_on(&app, FULL_SCOPE).await;
    assert_eq!(
        update(&app, &pat, json!({ "scope": "app_token" })).await.refusal(),
        "fullScopePatPolicyViolation"
    );
    assert_eq!(update(&app, &pat, json!({ "allOrgs": true })).await.refusal(), "globalPATCreationBlocked");
    switch_on(&app, CREATION).await;
    set(&app, CREATION, "/Properties/isPackagingScopeEnabled", json!(true)).await;
    for change in [json!({ "scope": "vso.code_write" }), json!({ "validTo": in_days(&app, 20) })] {
        assert_eq!(update(&app, &pat, change).await.refusal(), "disablePatCreationPolicyViolation");
    }
    for change in [
        json!({ "displayName": "other" }),
        json!({ "displayName": "all fields", "scope": "vso.code", "validTo": end, "allOrgs": false }),
        json!({ "validTo": in_days(&app, 5) }),
        json!({ "scope": "vso.packaging" }),
        json!({ "scope": "vso.packaging_manage", "validTo": in_days(&app, 30) }),
    ] {
        update(&app, &pat, change).await.pat();
    }
}

#[tokio::test]
async fn what_a_policy_forbids_lives_on_but_is_not_renewed_before_it_is_brought_in_line() {
    let app = TestApp::start().await;
    set(&app, BLOCK, "/Value", json!(false)).await;
    let body =
        json!({ "displayName": "old", "scope": "app_token", "allOrgs": true, "validTo": in_days(&app, 10) });
    let pat = app.post(&body).send().await.pat();
    switch_on(&app, FULL_SCOPE).await;
    switch_on(&app, GLOBAL).await;
    assert_eq!(
        update(&app, &pat, json!({ "displayName": "still here" })).await.pat()["displayName"],
        "still here"
    );
    let later = in_days(&app, 20);
    let renewed = update(&app, &pat, json!({ "validTo": later })).await;
    assert_eq!(renewed.refusal(), "globalPatPolicyViolation");
    let renewed = update(&app, &pat, json!({ "validTo": later, "allOrgs": false })).await;
    assert_eq!(renewed.refusal(), "fullScopePatPolicyViolation");
    let renewed =
        update(&app, &pat, json!({ "validTo": later, "allOrgs": false, "scope": "vso.code" })).await;
    assert_eq!(renewed.pat()["scope"], "vso.code");
}

#[tokio::test]
async fn an_end_is_cut_to_what_is_granted_from_the_making_on() {
    let app = TestApp::start().await;
    let pat = app.create("ci", 60).await;
    let made = app.clock.now();
    switch_on(&app, LIFESPAN).await;
    set(&app, LIFESPAN, "/Properties/maxPatLifespanInDays", json!(20)).await;
    app.clock.advance(SignedDuration::from_hours(24 * 5));
    let end = |pat: Value| pat["validTo"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    let named = update(&app, &pat, json!({ "displayName": "renamed" })).await.pat();
    assert_eq!(end(named), made + SignedDuration::from_hours(24 * 60), "no new end was asked for");
    let cut = update(&app, &pat, json!({ "validTo": in_days(&app, 90) })).await.pat();
    assert_eq!(end(cut), made + SignedDuration::from_hours(24 * 20));

    let body = json!({ "displayName": "old", "scope": "vso.code", "validTo": in_days(&app, 19) });
    let old = app.post(&body).bearer(&lasting(MONA)).send().await.pat();
    set(&app, LIFESPAN, "/Properties/maxPatLifespanInDays", json!(3)).await;
    app.clock.advance(SignedDuration::from_hours(24 * 4));
    let refused = update(&app, &old, json!({ "validTo": in_days(&app, 90) })).await;
    assert_eq!(refused.refusal(), "patLifespanPolicyViolation", "its latest end has passed");
    let shortened = update(&app, &old, json!({ "validTo": in_days(&app, 2) })).await.pat();
    assert_eq!(end(shortened), app.clock.now() + SignedDuration::from_hours(48), "shortening is fine");
}
