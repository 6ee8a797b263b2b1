//! `POST /{organization}/_apis/_patcycle/leaks/lookup`.

use http::Method;
use serde_json::{Value, json};

use super::{invented, tokens};
use crate::support::TestApp;
use crate::support::issuer::{ADA, MONA, token};

const LOOKUP: &str = "/fabrikam/_apis/_patcycle/leaks/lookup";

impl TestApp {
    async fn look_up(&self, strings: &[&str]) -> Value {
        let call = self.request(Method::POST, LOOKUP).bearer(&token(ADA)).version(None);
        let reply = call.json(&tokens(strings)).send().await;
        for string in strings {
            assert!(!reply.body.contains(string), "no token is repeated");
        }
        reply.ok()
    }
}

#[tokio::test]
async fn an_administrator_learns_whose_it_is_and_nothing_changes() {
    let app = TestApp::start().await;
    let (secret, id) = app.leaky("leaked").await;
    let records = app.audit().await.len();
    let unknown = invented();
    let found = app.look_up(&[&unknown, &secret, "garbage string"]).await;
    assert_eq!((&found["count"], &found["value"][0]), (&3.into(), &json!({ "known": false })));
    assert_eq!(found["value"][2], json!({ "known": false }));
    let pat = &found["value"][1];
    assert_eq!((&pat["known"], &pat["works"], &pat["state"]), (&true.into(), &true.into(), &"active".into()));
    assert_eq!((&pat["authorizationId"], &pat["ownerId"]), (&id.clone().into(), &MONA.to_string().into()));
    assert_eq!((app.audit().await.len(), app.state(&id).await), (records, "active"));

    app.report(&tokens(&[&secret])).await;
    app.work_on_leaks().await;
    let pat = app.look_up(&[&secret]).await["value"][0].clone();
    assert_eq!((&pat["works"], &pat["state"]), (&false.into(), &"revoked".into()));
}

#[tokio::test]
async fn a_rule_ends_the_old_secret_of_a_rotation_and_the_new_one_stays_good() {
    let app = TestApp::start().await;
    let (old, id) = app.leaky("leaked").await;
    let new = app.rotate_past_a_rule(&id).await;
    let found = app.look_up(&[&old, &new]).await["value"].clone();
    for (place, works) in [(0, false), (1, true)] {
        let pat = &found[place];
        assert_eq!((&pat["works"], &pat["state"]), (&works.into(), &"active".into()), "{place}");
    }
}

#[tokio::test]
async fn another_organizations_is_unknown() {
    let app = TestApp::start().await;
    let body = json!({ "displayName": "elsewhere", "scope": "vso.code" });
    let elsewhere = app.request(Method::POST, "/few/_apis/tokens/pats").json(&body).send().await.pat();
    let found = app.look_up(&[elsewhere["token"].as_str().unwrap()]).await;
    assert_eq!(found["value"][0], json!({ "known": false }));
}

#[tokio::test]
async fn it_is_for_administrators() {
    let app = TestApp::start().await;
    app.assert_for_administrators_only(Method::POST, LOOKUP).await;
    let many: Vec<String> = (0..101).map(|number| number.to_string()).collect();
    let call = app.request(Method::POST, LOOKUP).bearer(&token(ADA)).version(None);
    assert_eq!(call.json(&json!({ "tokens": many })).send().await.status, 400);
    let call = app.request(Method::POST, LOOKUP).bearer(&token(ADA)).version(None);
    assert_eq!(call.json(&json!({ "tokens": 7 })).send().await.status, 400);
}
