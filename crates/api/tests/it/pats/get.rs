//! `GET …/tokens/pats?authorizationId=…` (contract.md §12 #7 to #9; property 10).

use jiff::SignedDuration;

use crate::support::app::unknown_id;
use crate::support::issuer::{OTTO, token};
use crate::support::{PATS, TestApp};

#[tokio::test]
async fn shows_everything_but_the_secret() {
    let app = TestApp::start().await;
    let made = app.create("ci", 30).await;
    let id = made["authorizationId"].as_str().unwrap();
    for address in [
        format!("{PATS}?authorizationId={id}"),
        format!("{PATS}?AUTHORIZATIONID={}", id.to_uppercase()),
        format!("{PATS}?authorization%49d={}", id.replace('-', "")),
        format!("{PATS}?authorizationId=%20{id}%20&authorizationId=second"),
        format!("{PATS}?authorizationId=%7b{id}%7d"),
    ] {
        let shown = app.get(&address).send().await.pat();
        let mut expected = made.clone();
        expected["token"].take();
        assert_eq!(shown, expected, "{address}");
    }
}

#[tokio::test]
async fn shows_what_is_over_too() {
    let app = TestApp::start().await;
    let made = app.create("ci", 30).await;
    let id = made["authorizationId"].as_str().unwrap();
    assert_eq!(app.delete(id).send().await.status, 204);
    let address = format!("{PATS}?authorizationId={id}");
    assert_eq!(app.get(&address).send().await.pat()["displayName"], "ci");
    app.clock.advance(SignedDuration::from_mins(30));
    assert_eq!(app.get(&address).send().await.pat()["displayName"], "ci");
}

#[tokio::test]
async fn unknown_and_foreign_are_the_same() {
    let app = TestApp::start().await;
    let mine = app.create("mine", 30).await;
    let other = app.request(http::Method::POST, "/few/_apis/tokens/pats");
    let other =
        other.json(&serde_json::json!({ "displayName": "there", "scope": "vso.code" })).send().await.pat();
    let as_otto = |address: String| app.get(&address).bearer(&token(OTTO));
    let unknown = as_otto(format!("{PATS}?authorizationId={}", unknown_id())).send().await;
    assert_eq!(unknown.refusal(), "authorizationNotFound");
    for pat in [mine, other] {
        let id = pat["authorizationId"].as_str().unwrap();
        let foreign = as_otto(format!("{PATS}?authorizationId={id}")).send().await;
        assert_eq!(foreign.masked(), unknown.masked());
    }
}

#[tokio::test]
async fn malformed_ids_are_bad_requests() {
    let app = TestApp::start().await;
    for id in
        ["", "%20", "x", "123", "3d3aca0c-0000-4000-8000-00000000000", "null", "%00", "%ff", "3d3aca0c%0a"]
    {
        let reply = app.get(&format!("{PATS}?authorizationId={id}")).send().await;
        assert!(reply.error(400, "ArgumentException").contains("authorizationId"), "{id}");
    }
    let zero = app.get(&format!("{PATS}?authorizationId={}", uuid::Uuid::nil())).send().await;
    assert_eq!(zero.refusal(), "invalidAuthorizationId");
}

#[tokio::test]
async fn a_body_is_ignored() {
    let app = TestApp::start().await;
    let made = app.create("ci", 30).await;
    let id = made["authorizationId"].as_str().unwrap();
    let call = app.get(&format!("{PATS}?authorizationId={id}")).header("content-type", "text/plain");
    assert_eq!(call.body("{ not json").send().await.pat()["displayName"], "ci");
}
