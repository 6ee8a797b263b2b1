//! `POST …/tokenadmin/revocations`.

use http::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{REVOCATIONS, by_ada, listed, valid};
use crate::support::issuer::{ADA, MONA, OTTO, token};
use crate::support::store::Fault;
use crate::support::{PATS, TestApp};

fn body(ids: &[&Value]) -> Value {
    ids.iter().map(|id| json!({ "authorizationId": id })).collect()
}

#[tokio::test]
async fn ends_pats_of_anybody_at_once() {
    let app = TestApp::start().await;
    let hers = app.create("hers", 30).await;
    let kept = app.create("kept", 30).await;
    let create = app.post(&json!({ "displayName": "his", "scope": "app_token" })).bearer(&token(OTTO));
    let his = create.send().await.pat();
    let ids = body(&[&hers["authorizationId"], &his["authorizationId"], &hers["authorizationId"]]);
    let reply = by_ada(&app, Method::POST, &format!("{REVOCATIONS}?isPublic=false")).json(&ids).send().await;
    assert_eq!(reply.status, 204);
    assert_eq!(valid(&listed(&app, MONA).await), [false, true]);
    assert_eq!(valid(&listed(&app, OTTO).await), [false]);
    let own = app.get(PATS).send().await.ok();
    assert_eq!(own["patTokens"][0]["authorizationId"], kept["authorizationId"]);
    assert_eq!(own["patTokens"].as_array().unwrap().len(), 1);

    let records = app.audit().await;
    let revoked: Vec<_> = records.iter().filter(|record| record.action == "Token.PatRevokeEvent").collect();
    assert_eq!(revoked.len(), 2, "one record for each PAT");
    for record in revoked {
        assert_eq!(record.actor.object_id, Some(ADA));
        let data: Value = serde_json::from_str(&record.data).unwrap();
        assert_eq!(data["Reason"], "administrator");
    }
    // Again: fine, and no record more.
    assert_eq!(by_ada(&app, Method::POST, REVOCATIONS).json(&ids).send().await.status, 204);
    assert_eq!(app.audit().await.len(), records.len());
}

#[tokio::test]
async fn one_unknown_id_refuses_all_and_is_named() {
    let app = TestApp::start().await;
    let pat = app.create("ci", 30).await;
    let unknown = json!(crate::support::app::unknown_id());
    let ids = body(&[&pat["authorizationId"], &unknown]);
    let message =
        by_ada(&app, Method::POST, REVOCATIONS).json(&ids).send().await.error(400, "ArgumentException");
    assert!(message.contains(unknown.as_str().unwrap()), "{message}");
    assert_eq!(valid(&listed(&app, MONA).await), [true]);
    assert_eq!(app.audit().await.len(), 1);
}

#[tokio::test]
async fn what_is_no_list_of_ids_is_refused() {
    let app = TestApp::start().await;
    let good = app.create("ci", 30).await["authorizationId"].clone();
    for bad in [json!([]), body(&[&good, &json!("x")]), body(&[&json!(Uuid::nil())]), json!([{}])] {
        by_ada(&app, Method::POST, REVOCATIONS).json(&bad).send().await.error(400, "ArgumentException");
    }
    for bad in ["", "{}", "[", "[1]", "[{\"authorizationId\":1}]"] {
        let call = by_ada(&app, Method::POST, REVOCATIONS).header("content-type", "application/json");
        call.body(bad).send().await.error(400, "JsonReaderException");
    }
    let long = format!("[{}]", " ".repeat(256 * 1024));
    by_ada(&app, Method::POST, REVOCATIONS).body(long).send().await.error(413, "VssServiceException");
    assert_eq!(valid(&listed(&app, MONA).await), [true]);
}

#[tokio::test]
async fn takes_the_batches_of_the_published_script() {
    let app = TestApp::start().await;
    let id = app.create("ci", 30).await["authorizationId"].clone();
    let mut ids: Vec<Value> = (1..=989).map(|number| json!(Uuid::from_u128(number))).collect();
    ids.push(id);
    let indented = serde_json::to_string_pretty(&body(&ids.iter().collect::<Vec<_>>())).unwrap();
    assert!(indented.len() > 50_000);
    let message =
        by_ada(&app, Method::POST, REVOCATIONS).body(indented).send().await.error(400, "ArgumentException");
    assert!(message.contains(&Uuid::from_u128(1).to_string()), "the first unknown one is named: {message}");
}

#[tokio::test]
async fn a_store_that_fails_is_told() {
    let app = TestApp::start().await;
    let id = app.create("ci", 30).await["authorizationId"].clone();
    app.break_store(Some(Fault::Unavailable));
    let reply = by_ada(&app, Method::POST, REVOCATIONS).json(&body(&[&id])).send().await;
    reply.error(503, "VssServiceException");
    app.break_store(None);
    assert_eq!(valid(&listed(&app, MONA).await), [true]);
}

#[tokio::test]
async fn is_for_administrators_only() {
    let app = TestApp::start().await;
    app.assert_for_administrators_only(Method::POST, REVOCATIONS).await;
}
