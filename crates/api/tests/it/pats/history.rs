//! `GET …/tokens/pats/{authorizationId}/history`.

use http::Method;
use jiff::SignedDuration;
use patcycle_lifecycle::Storage as _;
use patcycle_lifecycle::audit::Actor;
use patcycle_lifecycle::epoch::RaiseEpoch;
use serde_json::{Value, json};

use crate::support::app::unknown_id;
use crate::support::issuer::{ADA, MONA, OTHER_TENANT, OTTO, changed, claims, noon, signed, token};
use crate::support::{PATS, TestApp};

async fn history(app: &TestApp, id: &str) -> Vec<Value> {
    let mut answer = app.get(&format!("{PATS}/{id}/history")).send().await.ok();
    let Value::Array(entries) = answer["value"].take() else { panic!("no array: {answer}") };
    assert_eq!(answer["count"], entries.len());
    entries
}

fn actions(entries: &[Value]) -> Vec<&str> {
    entries.iter().map(|entry| entry["actionId"].as_str().unwrap()).collect()
}

fn id_of(pat: &Value) -> String {
    pat["authorizationId"].as_str().unwrap().to_owned()
}

async fn raise_epoch(app: &TestApp, owner: Option<uuid::Uuid>) {
    let raise = RaiseEpoch {
        organization_id: app.fabrikam.id,
        owner,
        owner_name: None,
        reason: None,
        channels: patcycle_lifecycle::notice::Channels::default(),
        actor: Actor { object_id: Some(ADA), address: Some([192, 0, 2, 1].into()), ..Actor::default() },
        at: noon() + SignedDuration::from_secs(5),
        audit_id: app.random.uuid().unwrap(),
    };
    app.store.raise_epoch(raise).await.unwrap();
}

#[tokio::test]
async fn it_tells_what_happened_to_this_pat_the_newest_first() {
    let app = TestApp::start().await;
    let id = id_of(&app.create("first", 10).await);
    let other = id_of(&app.create("second", 10).await);
    app.put(&json!({ "authorizationId": id, "displayName": "renamed" })).send().await.pat();
    app.put(&json!({ "authorizationId": other, "displayName": "other" })).send().await.pat();
    assert_eq!(app.delete(&id).send().await.status, 204);
    raise_epoch(&app, Some(MONA)).await;

    let entries = history(&app, &id).await;
    assert_eq!(actions(&entries), ["Token.PatRevokeEvent", "Token.PatUpdateEvent", "Token.PatCreateEvent"]);
    let update = &entries[1];
    assert_eq!(update["details"], "Personal Access Token \"renamed\" was updated.");
    assert_eq!(update["timestamp"], "2026-11-23T12:00:00Z");
    assert_eq!(update["actorUPN"], "mona@fabrikam.example");
    assert_eq!(
        (&update["authenticationMechanism"], &update["ipAddress"]),
        (&"UserAuthToken".into(), &"203.0.113.9".into())
    );
    assert_eq!(update["data"]["AuthorizationId"], id);
}

#[tokio::test]
async fn what_ended_it_together_with_others_is_told_once_and_not_from_where() {
    for owner in [Some(MONA), None] {
        let app = TestApp::start().await;
        let id = id_of(&app.create("ci", 10).await);
        raise_epoch(&app, Some(OTTO)).await;
        raise_epoch(&app, owner).await;
        raise_epoch(&app, None).await;
        let entries = history(&app, &id).await;
        assert_eq!(actions(&entries), ["Token.PatRevokeAllEvent", "Token.PatCreateEvent"], "{owner:?}");
        assert_eq!(entries[0]["actorUserId"], ADA.to_string());
        assert_eq!(entries[0]["ipAddress"], Value::Null);
    }
}

#[tokio::test]
async fn a_rule_that_ends_it_is_told_and_others_are_not() {
    let app = TestApp::start().await;
    let id = id_of(&app.create("ci", 10).await);
    app.clock.advance(SignedDuration::from_mins(59));
    for (scopes, created_before) in [
        ("vso.work", "2026-11-23T12:30:00Z"),
        ("vso.code", "2026-11-23T11:00:00Z"),
        ("vso.code vso.build", "2026-11-23T12:30:00Z"),
    ] {
        let rule = json!({ "scopes": scopes, "createdBefore": created_before });
        let call = app.request(Method::POST, "/fabrikam/_apis/tokenadmin/revocationrules").json(&rule);
        assert_eq!(call.bearer(&token(ADA)).version(Some("7.1")).send().await.status, 201);
    }
    let entries = history(&app, &id).await;
    assert_eq!(actions(&entries), ["Token.RevocationRuleCreateEvent", "Token.PatCreateEvent"]);
    assert_eq!(entries[0]["data"]["Scopes"], "vso.code vso.build");
}

#[tokio::test]
async fn only_its_owner_is_told_and_nobody_learns_which_ids_exist() {
    let app = TestApp::start().await;
    let pat = app.create("ci", 10).await;
    let (id, secret) = (id_of(&pat), pat["token"].as_str().unwrap().to_owned());
    let address = |id: &str| format!("{PATS}/{id}/history");
    let unknown = app.get(&address(&unknown_id().to_string())).send().await;
    assert_eq!(unknown.refusal(), "authorizationNotFound");
    for stranger in [OTTO, ADA] {
        let foreign = app.get(&address(&id)).bearer(&token(stranger)).send().await;
        assert_eq!((foreign.status, &foreign.body), (unknown.status, &unknown.body));
    }
    let application =
        signed(&changed(claims(MONA, "user_impersonation"), json!({ "idtyp": "app", "scp": null })));
    let elsewhere = signed(&changed(
        claims(MONA, "user_impersonation"),
        json!({ "tid": OTHER_TENANT, "iss": format!("https://sts.windows.net/{OTHER_TENANT}/") }),
    ));
    for (token, status) in [
        (secret.as_str(), 401),
        (&application, 403),
        (&elsewhere, 401),
        (&signed(&claims(MONA, "vso.code")), 401),
        (&signed(&claims(MONA, "vso.pats")), 200),
    ] {
        assert_eq!(app.get(&address(&id)).bearer(token).send().await.status, status);
    }
    assert_eq!(app.get(&address(&id)).anonymous().send().await.status, 401);
    app.get(&address("no-id")).send().await.error(400, "ArgumentException");
    assert_eq!(
        app.get(&address(&uuid::Uuid::nil().to_string())).send().await.refusal(),
        "invalidAuthorizationId"
    );
}
