//! `GET …/audit/auditlog` (contract.md §6).

use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::issuer::{ADA, MONA, OTTO, claims, signed, token};
use crate::support::store::Fault;

const LOG: &str = "/fabrikam/_apis/audit/auditlog";

async fn log(app: &TestApp, query: &str) -> Value {
    app.get(&format!("{LOG}?{query}")).bearer(&token(ADA)).send().await.ok()
}

/// The names of the PATs in the entries, in their order.
fn names(log: &Value) -> Vec<&str> {
    let entries = log["decoratedAuditLogEntries"].as_array().unwrap();
    entries.iter().map(|entry| entry["data"]["DisplayName"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_entry_tells_who_did_what_from_where() {
    let app = TestApp::start().await;
    let made = app
        .post(&json!({ "displayName": "ci", "scope": "vso.code" }))
        .header("user-agent", "a client")
        .send()
        .await;
    let activity_id = made.header("activityid").unwrap().to_owned();
    let log = log(&app, "").await;
    let id = app.audit().await[0].id;
    let authorization_id = made.pat()["authorizationId"].clone();
    let data = json!({
        "AuthorizationId": authorization_id, "DisplayName": "ci", "OwnerName": "mona@fabrikam.example",
        "Scopes": "vso.code", "TargetAccounts": [app.fabrikam.id],
        "ValidFrom": "2026-11-23T12:00:00Z", "ValidTo": "2026-12-23T12:00:00Z",
    });
    let entry = json!({
        "id": format!("1;{id}"), "correlationId": activity_id, "activityId": activity_id,
        "actorCUID": MONA, "actorUserId": MONA, "actorClientId": "0f0f0f0f-1111-4222-8333-444444444444",
        "actorUPN": "mona@fabrikam.example", "actorDisplayName": "Mona Lisa", "actorImageUrl": null,
        "authenticationMechanism": "UserAuthToken", "timestamp": "2026-11-23T12:00:00Z",
        "scopeType": "organization", "scopeDisplayName": "fabrikam", "scopeId": app.fabrikam.id,
        "projectId": "00000000-0000-0000-0000-000000000000", "projectName": null,
        "ipAddress": "203.0.113.9", "userAgent": "a client", "actionId": "Token.PatCreateEvent", "data": data,
        "details": "Personal Access Token \"ci\" was created.", "area": "Token", "category": "create",
        "categoryDisplayName": "Create",
    });
    let expected = json!({ "decoratedAuditLogEntries": [entry], "continuationToken": "", "hasMore": false });
    assert_eq!(log, expected);
}

#[tokio::test]
async fn every_change_has_its_sentence() {
    let app = TestApp::start().await;
    let made = app.create("ci", 30).await;
    let id = &made["authorizationId"];
    app.put(&json!({ "authorizationId": id, "displayName": "build" })).send().await.pat();
    app.delete(id.as_str().unwrap()).send().await;
    let log = log(&app, "").await;
    let told: Vec<_> = log["decoratedAuditLogEntries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            [&entry["actionId"], &entry["category"], &entry["details"]].map(|value| value.as_str().unwrap())
        })
        .collect();
    assert_eq!(
        told,
        [
            ["Token.PatRevokeEvent", "remove", "Personal Access Token \"build\" was revoked."],
            ["Token.PatUpdateEvent", "modify", "Personal Access Token \"build\" was updated."],
            ["Token.PatCreateEvent", "create", "Personal Access Token \"ci\" was created."],
        ]
    );
}

#[tokio::test]
async fn batches_follow_one_another_also_within_one_instant() {
    let app = TestApp::start().await;
    for number in 0..5 {
        app.create(&format!("pat {number}"), 30).await;
    }
    let mut seen = Vec::new();
    let mut token = String::new();
    loop {
        let batch = log(&app, &format!("batchSize=2&continuationToken={token}&skipAggregation=true")).await;
        seen.extend(names(&batch).into_iter().map(str::to_owned));
        token = batch["continuationToken"].as_str().unwrap().to_owned();
        assert_eq!(batch["hasMore"], !token.is_empty());
        if token.is_empty() {
            break;
        }
        assert_eq!(names(&batch).len(), 2);
        // Newer records do not move what follows.
        app.create("newer", 30).await;
    }
    assert_eq!(seen, ["pat 4", "pat 3", "pat 2", "pat 1", "pat 0"]);
}

#[tokio::test]
async fn a_window_has_its_start_and_not_its_end() {
    let app = TestApp::start().await;
    for name in ["noon", "one", "two"] {
        app.create(name, 30).await;
        app.clock.advance(SignedDuration::from_mins(10));
    }
    let window = log(&app, "startTime=2026-11-23T12:10:00.0000000Z&endTime=2026-11-23T12:20:00Z").await;
    assert_eq!(names(&window), ["one"]);
    assert_eq!(names(&log(&app, "startTime=2026-11-23T12:10:00Z").await), ["two", "one"]);
    assert_eq!(names(&log(&app, "endTime=2026-11-23T12:10:00Z").await), ["noon"]);
    assert_eq!(names(&log(&app, "startTime=2026-11-24").await), [""; 0]);
}

#[tokio::test]
async fn a_continuation_token_is_for_one_reader_and_one_window() {
    let app = TestApp::start().await;
    for name in ["a", "b"] {
        app.create(name, 30).await;
    }
    let batch = log(&app, "batchSize=1").await;
    let next = batch["continuationToken"].as_str().unwrap();
    let mut bent = next.to_owned();
    bent.replace_range(3..4, if &bent[3..4] == "A" { "B" } else { "A" });
    for query in [
        format!("batchSize=1&continuationToken={bent}"),
        format!("startTime=2026-11-01&continuationToken={next}"),
        "continuationToken=x".to_owned(),
    ] {
        let reply = app.get(&format!("{LOG}?{query}")).bearer(&token(ADA)).send().await;
        reply.error(400, "ArgumentException");
    }
}

#[tokio::test]
async fn other_organizations_are_not_told_of() {
    let app = TestApp::start().await;
    app.create("here", 30).await;
    let body = json!({ "displayName": "elsewhere", "scope": "vso.code" });
    app.request(Method::POST, "/few/_apis/tokens/pats").json(&body).send().await.pat();
    assert_eq!(names(&log(&app, "").await), ["here"]);
}

#[tokio::test]
async fn it_is_for_administrators_only() {
    let app = TestApp::start().await;
    app.assert_for_administrators_only(Method::GET, LOG).await;
    let reply = app.get(LOG).bearer(&token(OTTO)).send().await;
    reply.error(401, "UnauthorizedRequestException");
    let narrow = signed(&claims(ADA, "vso.auditlog"));
    assert_eq!(app.get(LOG).bearer(&narrow).send().await.status, 200);
}

#[tokio::test]
async fn versions_and_values_are_checked() {
    let app = TestApp::start().await;
    for (version, status) in [
        (Some("5.1-preview.1"), 200),
        (Some("7.2-preview"), 200),
        (None, 200),
        (Some("5.0-preview.1"), 400),
        (Some("7.1"), 400),
    ] {
        let reply = app.get(LOG).bearer(&token(ADA)).version(version).send().await;
        assert_eq!(reply.status, status, "{version:?}");
    }
    for query in ["startTime=soon", "endTime=later", "batchSize=0"] {
        let reply = app.get(&format!("{LOG}?{query}")).bearer(&token(ADA)).send().await;
        assert_eq!(reply.status, 400, "{query}");
    }
    app.break_store(Some(Fault::Unavailable));
    assert_eq!(app.get(LOG).bearer(&token(ADA)).send().await.status, 503);
}
