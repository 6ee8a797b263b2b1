//! Trying a policy: what it would have refused, without a change.

use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{BLOCK, CREATION, FULL_SCOPE, GLOBAL, LIFESPAN, RETIRE, lasting, set};
use crate::support::TestApp;
use crate::support::app::Call;
use crate::support::issuer::{ADA, MONA, OTTO};

fn rehearse<'a>(app: &'a TestApp, name: &str, query: &str, body: &Value) -> Call<'a> {
    let address = format!("/fabrikam/_apis/_patcycle/policies/{name}/rehearse{query}");
    app.request(Method::POST, &address).bearer(&lasting(ADA)).version(None).json(body)
}

async fn counts(app: &TestApp, name: &str, body: Value) -> Value {
    rehearse(app, name, "", &body).send().await.ok()["counts"].clone()
}

/// Four PATs: of Mona a modest, a full and a global one, and one of Otto's with packaging alone. Six weeks later.
async fn four_pats(app: &TestApp) {
    set(app, BLOCK, "/Value", json!(false)).await;
    for (owner, name, scope, all_orgs) in [
        (MONA, "modest", "vso.code", false),
        (MONA, "full", "app_token", false),
        (MONA, "global", "vso.code", true),
        (OTTO, "packaging", "vso.packaging", false),
    ] {
        let end = "2027-11-01T00:00:00Z";
        let body = json!({ "displayName": name, "scope": scope, "allOrgs": all_orgs, "validTo": end });
        app.post(&body).bearer(&lasting(owner)).send().await.pat();
    }
    app.clock.advance(SignedDuration::from_hours(24 * 42));
    let body = json!({ "displayName": "young and full", "scope": "app_token" });
    app.post(&body).bearer(&lasting(OTTO)).send().await.pat();
}

#[tokio::test]
async fn each_policy_tells_what_it_would_have_refused() {
    let app = TestApp::start().await;
    four_pats(&app).await;
    let before = app.audit().await.len();
    let found = |pats: u64, creations: u64, renewals: u64, lifespans: u64, uses: u64| {
        json!({
            "pats": pats, "creations": creations, "renewals": renewals, "lifespans": lifespans, "uses": uses,
            "usedInLast30Days": 0, "usesInLast30Days": 0,
        })
    };
    assert_eq!(counts(&app, FULL_SCOPE, json!({})).await, found(2, 1, 2, 0, 0));
    assert_eq!(counts(&app, GLOBAL, json!({})).await, found(1, 0, 1, 0, 0));
    assert_eq!(counts(&app, RETIRE, json!({})).await, found(1, 0, 0, 0, 1));
    assert_eq!(counts(&app, CREATION, json!({})).await, found(5, 1, 5, 0, 1));
    let packaging = json!({ "value": true, "properties": { "isPackagingScopeEnabled": true } });
    assert_eq!(counts(&app, CREATION, packaging).await, found(4, 1, 4, 0, 1));
    let week = json!({ "properties": { "maxPatLifespanInDays": 7 } });
    assert_eq!(counts(&app, LIFESPAN, week).await, found(5, 0, 4, 5, 0));
    let patch = json!([{ "op": 2, "path": "/Value", "value": "true" }, {
        "op": 2, "path": "/Properties/allowedUsersAndGroupObjectIds", "value": [MONA],
    }]);
    assert_eq!(counts(&app, FULL_SCOPE, patch).await, found(1, 1, 1, 0, 0));
    assert_eq!(counts(&app, FULL_SCOPE, json!({ "value": false })).await, found(0, 0, 0, 0, 0));
    assert_eq!(app.audit().await.len(), before, "nothing was changed");
}

#[tokio::test]
async fn the_pats_are_named_and_only_those_that_work_are_looked_at() {
    let app = TestApp::start().await;
    four_pats(&app).await;
    let list = app.get(crate::support::PATS).bearer(&lasting(MONA)).send().await.ok();
    let full = list["patTokens"].as_array().unwrap().iter().find(|pat| pat["displayName"] == "full").unwrap();
    let answer = rehearse(&app, "restrict-full-scope", "", &json!({})).send().await.ok();
    assert_eq!((&answer["examined"], &answer["continuationToken"]), (&json!(5), &json!("")));
    assert_eq!((&answer["policy"]["name"], &answer["policy"]["value"]), (&json!(FULL_SCOPE), &json!(true)));
    let named = answer["pats"].as_array().unwrap().iter().find(|pat| pat["displayName"] == "full").unwrap();
    assert_eq!(
        *named,
        json!({
            "authorizationId": full["authorizationId"], "displayName": "full", "scope": "app_token",
            "ownerId": MONA, "ownerName": "mona@fabrikam.example", "allOrgs": false,
            "validFrom": full["validFrom"], "validTo": full["validTo"], "refuses": ["renewal"],
            "lastUsedAt": null, "lastUsedAddress": null, "refusedUses": [],
        })
    );
    let id = full["authorizationId"].as_str().unwrap();
    assert_eq!(app.delete(id).bearer(&lasting(MONA)).send().await.status, 204);
    let answer = rehearse(&app, FULL_SCOPE, "", &json!({})).send().await.ok();
    assert_eq!((&answer["examined"], &answer["counts"]["pats"]), (&json!(4), &json!(1)));
}

#[tokio::test]
async fn a_long_list_comes_in_pages_that_leave_nobody_out() {
    let app = TestApp::start().await;
    for number in 0..105 {
        app.create(&format!("pat {number}"), 30).await;
    }
    let first = rehearse(&app, CREATION, "", &json!({})).send().await.ok();
    let token = first["continuationToken"].as_str().unwrap();
    assert_eq!((first["pats"].as_array().unwrap().len(), &first["counts"]["pats"]), (100, &json!(105)));
    let query = format!("?continuationToken={token}");
    let second = rehearse(&app, CREATION, &query, &json!({})).send().await.ok();
    assert_eq!((&second["counts"], &second["continuationToken"]), (&first["counts"], &json!("")));
    let mut ids: Vec<&str> = [&first, &second]
        .iter()
        .flat_map(|page| page["pats"].as_array().unwrap())
        .map(|pat| pat["authorizationId"].as_str().unwrap())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 105);

    for (name, body, token) in [
        (FULL_SCOPE, json!({}), token.to_owned()),
        (CREATION, json!({ "value": false }), token.to_owned()),
        (CREATION, json!({}), token[1..].to_owned()),
    ] {
        let query = format!("?continuationToken={token}");
        rehearse(&app, name, &query, &body).send().await.error(400, "ArgumentException");
    }
}

#[tokio::test]
async fn what_cannot_be_tried_is_refused() {
    let app = TestApp::start().await;
    let unknown = rehearse(&app, "Policy.LogAuditEvents", "", &json!({})).send().await;
    unknown.error(404, "VssServiceException");
    let fixed = "restrict-organization-creation";
    rehearse(&app, fixed, "", &json!({})).send().await.error(400, "ArgumentException");
    rehearse(&app, CREATION, "", &json!({ "value": 7 })).send().await.error(400, "ArgumentException");
    let test = json!([{ "op": "test", "path": "/Value", "value": true }]);
    rehearse(&app, CREATION, "", &test).send().await.error(409, "VssServiceException");
}

#[tokio::test]
async fn a_use_of_late_is_told_and_refused_once_the_policy_holds() {
    let app = TestApp::start().await;
    set(&app, BLOCK, "/Value", json!(false)).await;
    let end = "2027-06-01T00:00:00Z";
    let body = json!({ "displayName": "global", "scope": "vso.code", "allOrgs": true, "validTo": end });
    let pat = app.post(&body).send().await.pat()["token"].as_str().unwrap().to_owned();
    let verify = async || {
        let address = "/_patcycle/verify?scope=vso.code&organization=fabrikam";
        app.get(address).bearer(&pat).version(None).send().await.status
    };
    assert_eq!(verify().await, 200);
    assert_eq!(verify().await, 200);
    app.lifecycle.flush_uses().await.unwrap();
    app.clock.advance(SignedDuration::from_hours(24));
    assert_eq!(verify().await, 200);
    app.lifecycle.flush_uses().await.unwrap();
    let answer = rehearse(&app, RETIRE, "", &json!({})).send().await.ok();
    assert_eq!(
        answer["pats"][0]["refusedUses"],
        json!([
            { "day": "2026-11-24", "address": "203.0.113.9", "count": 1 },
            { "day": "2026-11-23", "address": "203.0.113.9", "count": 2 },
        ])
    );
    assert_eq!(answer["counts"]["usesInLast30Days"], 3);
    assert_eq!((&answer["counts"]["uses"], &answer["counts"]["usedInLast30Days"]), (&json!(1), &json!(1)));
    assert_eq!(
        (&answer["pats"][0]["lastUsedAt"], &answer["pats"][0]["lastUsedAddress"]),
        (&json!("2026-11-24T12:00:00Z"), &json!("203.0.113.9"))
    );
    let harmless = rehearse(&app, GLOBAL, "", &json!({})).send().await.ok();
    assert_eq!(harmless["pats"][0]["refusedUses"], json!([]), "it refuses no use");
    app.clock.advance(SignedDuration::from_hours(24 * 30));
    let answer = rehearse(&app, RETIRE, "", &json!({ "value": true })).send().await.ok();
    assert_eq!(answer["counts"]["usesInLast30Days"], 1, "the first day is too long ago");

    set(&app, RETIRE, "/Value", json!("true")).await;
    assert_eq!(verify().await, 401);
    set(&app, RETIRE, "/Properties/allowedUsersAndGroupObjectIds", json!([MONA])).await;
    assert_eq!(verify().await, 200, "let off");
    set(&app, CREATION, "/Value", json!("true")).await;
    assert_eq!(verify().await, 401, "and not by the other policy");
}
