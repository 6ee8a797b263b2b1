//! What policies do to the making of PATs (contract.md §1.8, §6, §12 #20).

use jiff::SignedDuration;
use patcycle_primitives::Clock as _;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{BLOCK, CREATION, FULL_SCOPE, GLOBAL, LIFESPAN, set, switch_on};
use crate::support::TestApp;
use crate::support::issuer::{MONA, changed, claims, noon, signed};
use crate::support::reply::Reply;

async fn create(app: &TestApp, scope: &str, all_orgs: bool) -> Reply {
    app.post(&json!({ "displayName": "ci", "scope": scope, "allOrgs": all_orgs })).send().await
}

#[tokio::test]
async fn each_policy_refuses_with_its_own_reason() {
    let app = TestApp::start().await;
    assert_eq!(create(&app, "vso.code", true).await.refusal(), "globalPATCreationBlocked");
    set(&app, BLOCK, "/Value", json!(false)).await;
    create(&app, "vso.code", true).await.pat();

    switch_on(&app, GLOBAL).await;
    assert_eq!(create(&app, "vso.code", true).await.refusal(), "globalPatPolicyViolation");
    create(&app, "app_token", false).await.pat();
    switch_on(&app, FULL_SCOPE).await;
    assert_eq!(create(&app, "app_token", false).await.refusal(), "fullScopePatPolicyViolation");
    create(&app, "vso.code", false).await.pat();
    switch_on(&app, CREATION).await;
    assert_eq!(create(&app, "vso.code", false).await.refusal(), "disablePatCreationPolicyViolation");
    assert_eq!(create(&app, "app_token", true).await.refusal(), "disablePatCreationPolicyViolation");

    set(&app, CREATION, "/Value", json!("false")).await;
    create(&app, "vso.code", false).await.pat();
}

#[tokio::test]
async fn a_bad_name_scope_or_date_is_told_before_a_policy() {
    let app = TestApp::start().await;
    switch_on(&app, CREATION).await;
    for (body, reason) in [
        (json!({ "displayName": " ", "scope": "vso.code" }), "displayNameRequired"),
        (json!({ "displayName": "ci", "scope": "vso.nothing" }), "invalidScope"),
        (json!({ "displayName": "ci", "scope": "vso.code", "validTo": "2020-01-01" }), "invalidValidTo"),
        (json!({ "displayName": "ci", "scope": "vso.code" }), "disablePatCreationPolicyViolation"),
    ] {
        assert_eq!(app.post(&body).send().await.refusal(), reason);
    }
}

#[tokio::test]
async fn packaging_alone_may_be_permitted() {
    let app = TestApp::start().await;
    switch_on(&app, CREATION).await;
    set(&app, CREATION, "/Properties/isPackagingScopeEnabled", json!("true")).await;
    create(&app, "vso.packaging_write", false).await.pat();
    let refused = create(&app, "vso.packaging vso.code", false).await;
    assert_eq!(refused.refusal(), "disablePatCreationPolicyViolation");
    assert!(refused.body.contains("vso.packaging_manage"), "says what is permitted");
}

#[tokio::test]
async fn people_and_groups_on_the_list_are_let_off() {
    let app = TestApp::start().await;
    let group = Uuid::from_u128(0x6060);
    let member = signed(&changed(claims(MONA, "user_impersonation"), json!({ "groups": [group, "no id"] })));
    let body = json!({ "displayName": "ci", "scope": "vso.code" });
    switch_on(&app, CREATION).await;
    set(&app, CREATION, "/Properties/allowedUsersAndGroupObjectIds", json!([group])).await;
    let as_member = async || app.post(&body).bearer(&member).send().await;
    assert_eq!(
        as_member().await.refusal(),
        "disablePatCreationPolicyViolation",
        "the list is not switched on"
    );

    set(&app, CREATION, "/Properties/isAllowListEnabled", json!(true)).await;
    as_member().await.pat();
    assert_eq!(
        app.post(&body).send().await.refusal(),
        "disablePatCreationPolicyViolation",
        "not in the group now"
    );
    set(&app, CREATION, "/Properties/allowedUsersAndGroupObjectIds", json!([MONA])).await;
    app.post(&body).send().await.pat();
}

#[tokio::test]
async fn an_end_that_is_too_late_is_cut_not_refused() {
    let app = TestApp::start().await;
    switch_on(&app, LIFESPAN).await;
    set(&app, LIFESPAN, "/Properties/maxPatLifespanInDays", json!(7)).await;
    let week = noon() + SignedDuration::from_hours(24 * 7);
    let end = |pat: &Value| pat["validTo"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    assert_eq!(end(&app.create("long", 100).await), week);
    assert_eq!(end(&create(&app, "vso.code", false).await.pat()), week, "the default end is cut too");
    assert_eq!(end(&app.create("short", 3).await), noon() + SignedDuration::from_hours(24 * 3));
    let recorded = app.audit().await.into_iter().find(|record| record.data.contains("\"long\"")).unwrap();
    assert!(recorded.data.contains("2026-11-30T12:00:00Z"), "{}", recorded.data);

    let list = json!([MONA]);
    set(&app, LIFESPAN, "/Properties/allowedUsersAndGroupObjectIds", list).await;
    let hundred = app.clock.now() + SignedDuration::from_hours(24 * 100);
    assert_eq!(end(&app.create("exempt", 100).await), hundred);
}
