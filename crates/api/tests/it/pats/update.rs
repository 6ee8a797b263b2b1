//! `PUT …/tokens/pats` (contract.md §1.8, §12 #11, #12, #15).

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::app::unknown_id;
use crate::support::issuer::{OTTO, token};
use crate::support::{PATS, TestApp};

#[tokio::test]
async fn changes_what_is_given_and_keeps_the_rest() {
    let app = TestApp::start().await;
    let made = app.create("ci", 30).await;
    let id = &made["authorizationId"];
    let mut expected = made.clone();
    expected["token"].take();
    let nothing = app.put(&json!({ "authorizationId": id })).send().await.pat();
    assert_eq!(nothing, expected);

    expected["displayName"] = "renamed".into();
    let renamed = app.put(&json!({ "authorizationId": id, "displayName": "renamed" })).send().await;
    assert_eq!(renamed.pat(), expected);

    expected["scope"] = "vso.build vso.code".into();
    expected["validTo"] = "2027-11-24T12:00:00Z".into();
    let body = json!({
        "authorizationId": id.as_str().unwrap().to_uppercase(), "scope": "vso.build vso.code ", "allOrgs": "false",
        "validTo": "2027-11-24T13:00:00+01:00", "displayName": null,
    });
    // The id in the address is not used.
    let call =
        app.request(http::Method::PUT, &format!("{PATS}?authorizationId={}", unknown_id())).json(&body);
    let reply = call.send().await;
    assert_eq!(reply.pat(), expected);
    assert!(reply.body.contains("\"token\":null"));
    assert_eq!(app.audit().await.len(), 3, "an update that changes nothing is no event");
}

#[tokio::test]
async fn the_id_must_be_in_the_body() {
    let app = TestApp::start().await;
    let made = app.create("ci", 30).await;
    let id = made["authorizationId"].as_str().unwrap();
    for body in [
        json!({}),
        json!({ "authorizationId": null, "displayName": "x" }),
        json!({ "authorizationId": "" }),
        json!({ "authorizationId": "x" }),
        json!({ "authorizationId": uuid::Uuid::nil() }),
        json!({ "authorizationId": "x", "displayName": "", "scope": "", "validTo": "never" }),
    ] {
        let call = app.request(http::Method::PUT, &format!("{PATS}?authorizationId={id}")).json(&body);
        assert_eq!(call.send().await.refusal(), "invalidAuthorizationId", "{body}");
    }
}

#[tokio::test]
async fn refuses_bad_values() {
    let app = TestApp::start().await;
    let made = app.create("ci", 30).await;
    for (change, expected) in [
        (json!({ "displayName": "" }), "displayNameRequired"),
        (json!({ "displayName": "a\u{7}" }), "invalidDisplayName"),
        (json!({ "scope": " " }), "invalidScope"),
        (json!({ "scope": "vso.pats" }), "invalidScope"),
        (json!({ "validTo": "tomorrow" }), "invalidValidTo"),
        (json!({ "validTo": "2020-01-01" }), "invalidValidTo"),
        (json!({ "validTo": "2027-11-25" }), "invalidValidTo"),
        (json!({ "allOrgs": true }), "globalPATCreationBlocked"),
    ] {
        let mut body = change.clone();
        body["authorizationId"] = made["authorizationId"].clone();
        assert_eq!(app.put(&body).send().await.refusal(), expected, "{change}");
    }
    assert_eq!(app.audit().await.len(), 1);
}

#[tokio::test]
async fn what_is_over_stays_as_it_is() {
    let app = TestApp::start().await;
    let revoked = app.create("revoked", 30).await["authorizationId"].take();
    let short = json!({ "displayName": "short", "scope": "vso.code", "validTo": "2026-11-23T12:10:00Z" });
    let expired = app.post(&short).send().await.pat()["authorizationId"].take();
    app.delete(revoked.as_str().unwrap()).send().await;
    app.clock.advance(SignedDuration::from_mins(10));
    let change = |id: &Value| json!({ "authorizationId": id, "validTo": "2026-12-24T12:00:00Z" });
    assert_eq!(app.put(&change(&revoked)).send().await.refusal(), "authorizationNotFound");
    assert_eq!(app.put(&change(&expired)).send().await.refusal(), "expiredPatCannotBeExtended");
    let old = app.put(&change(&expired)).version(Some("7.1-preview.1")).send().await;
    assert_eq!(old.refusal(), "accessDenied");
}

#[tokio::test]
async fn unknown_and_foreign_are_the_same() {
    let app = TestApp::start().await;
    let mine = app.create("mine", 30).await;
    let change = |id: &Value| json!({ "authorizationId": id, "displayName": "taken over" });
    let unknown = app.put(&change(&json!(unknown_id()))).bearer(&token(OTTO)).send().await;
    let foreign = app.put(&change(&mine["authorizationId"])).bearer(&token(OTTO)).send().await;
    assert_eq!(unknown.refusal(), "authorizationNotFound");
    assert_eq!(foreign.masked(), unknown.masked());
}
