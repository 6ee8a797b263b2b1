//! `Policy.MaximumSignInAge`: making, rotating and extending need a young sign-in.

use http::Method;
use jiff::SignedDuration;
use patcycle_primitives::Clock as _;
use serde_json::json;

use super::{SIGN_IN_AGE, read, replace, set, switch_on};
use crate::support::TestApp;
use crate::support::issuer::{ADA, MONA, changed, claims, signed};

/// Mona's token of this moment, from a sign-in so many hours ago.
fn token_of_sign_in(app: &TestApp, hours: i64) -> String {
    let now = app.clock.now().as_second();
    let times = json!({ "iat": now, "nbf": now, "exp": now + 3600, "auth_time": now - hours * 3600 });
    signed(&changed(claims(MONA, "user_impersonation"), times))
}

#[tokio::test]
async fn an_old_sign_in_makes_rotates_and_extends_nothing() {
    let app = TestApp::start().await;
    let body = json!({ "displayName": "ci", "scope": "vso.code" });
    let (old, young) = (token_of_sign_in(&app, 13), token_of_sign_in(&app, 12));
    let make = |token: &str| app.post(&body).bearer(token).send();
    let pat = make(&old).await.pat();
    switch_on(&app, SIGN_IN_AGE).await;

    let refused = make(&old).await;
    assert_eq!(refused.refusal(), "accessDenied");
    assert!(refused.body.contains("within the last 12 hours. Sign in again"), "{}", refused.body);
    make(&young).await.pat();
    let id = pat["authorizationId"].as_str().unwrap();
    let change = |token: &str, change: serde_json::Value| {
        let body = changed(json!({ "authorizationId": id }), change);
        app.put(&body).bearer(token).send()
    };
    let later = json!({ "validTo": "2027-06-01T00:00:00Z" });
    assert_eq!(change(&old, later.clone()).await.refusal(), "accessDenied");
    change(&old, json!({ "displayName": "renamed" })).await.pat();
    change(&old, json!({ "validTo": "2026-12-01T00:00:00Z" })).await.pat();
    change(&young, later).await.pat();
    assert_eq!(app.rotate(id, 1, &json!({})).bearer(&old).send().await.refusal(), "accessDenied");
    app.rotate(id, 1, &json!({})).bearer(&young).send().await.pat();
    assert_eq!(app.delete(id).bearer(&old).send().await.status, 204, "whoever ends one needs none");

    set(&app, SIGN_IN_AGE, "/Properties/maxSignInAgeInHours", json!(13)).await;
    make(&old).await.pat();
    set(&app, SIGN_IN_AGE, "/Properties/maxSignInAgeInHours", json!(1)).await;
    assert_eq!(make(&young).await.refusal(), "accessDenied");
    set(&app, SIGN_IN_AGE, "/Properties/allowedUsersAndGroupObjectIds", json!([MONA])).await;
    make(&old).await.pat();
}

#[tokio::test]
async fn without_the_claim_the_token_itself_counts() {
    let app = TestApp::start().await;
    switch_on(&app, SIGN_IN_AGE).await;
    set(&app, SIGN_IN_AGE, "/Properties/maxSignInAgeInHours", json!(1)).await;
    let now = app.clock.now().as_second();
    let token = signed(&changed(claims(MONA, "user_impersonation"), times_of(now)));
    let body = json!({ "displayName": "ci", "scope": "vso.code" });
    app.post(&body).bearer(&token).send().await.pat();
    app.clock.advance(SignedDuration::from_secs(3601));
    assert_eq!(app.post(&body).bearer(&token).send().await.refusal(), "accessDenied");
    // A claim that lies ahead makes nobody younger than their token.
    let ahead = changed(
        claims(MONA, "user_impersonation"),
        changed(times_of(now), json!({ "auth_time": now + 7200 })),
    );
    assert_eq!(app.post(&body).bearer(&signed(&ahead)).send().await.refusal(), "accessDenied");
}

fn times_of(now: i64) -> serde_json::Value {
    json!({ "iat": now, "nbf": now, "exp": now + 24 * 3600 })
}

#[tokio::test]
async fn it_is_off_by_default_and_told_in_hours() {
    let app = TestApp::start().await;
    let policy = read(&app, SIGN_IN_AGE).send().await.ok();
    assert_eq!((&policy["value"], &policy["isValueUndefined"]), (&json!(false), &json!(true)));
    assert_eq!(policy["properties"]["maxSignInAgeInHours"], 12);
    for wrong in [json!(0), json!(8785), json!("soon"), json!(-1)] {
        let patch = replace("/Properties/maxSignInAgeInHours", &wrong);
        let reply = super::change(&app, SIGN_IN_AGE, &patch).send().await;
        reply.error(400, "ArgumentException");
    }
    let days = replace("/Properties/maxPatLifespanInDays", &json!(3));
    super::change(&app, SIGN_IN_AGE, &days).send().await.error(400, "ArgumentException");
    let by_short_name = "/fabrikam/_apis/_patcycle/policies/maximum-sign-in-age/rehearse";
    let call = app.request(Method::POST, by_short_name).bearer(&super::lasting(ADA)).version(None);
    app.create("ci", 30).await;
    let answer = call.json(&json!({})).send().await.ok();
    assert_eq!(
        (&answer["examined"], &answer["counts"]["pats"]),
        (&json!(1), &json!(0)),
        "sign-ins are not kept"
    );
}
