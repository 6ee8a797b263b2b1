//! `POST …/tokens/pats/{authorizationId}/rotate` (design.md §6; properties 30 to 32, faults 14 and 15).

use futures::future::join_all;
use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::app::{idempotency_key, unknown_id};
use crate::support::issuer::{OTTO, token};
use crate::support::store::Fault;
use crate::support::{PATS, TestApp};

fn id(pat: &Value) -> &str {
    pat["authorizationId"].as_str().unwrap()
}

#[tokio::test]
async fn gives_a_new_secret_and_as_long_a_life_again() {
    let app = TestApp::start().await;
    let made = app.create("ci", 30).await;
    app.clock.advance(SignedDuration::from_mins(50));
    let reply = app.rotate(id(&made), 1, &json!({})).send().await;
    let rotated = reply.pat();
    let (id, secret) = (id(&made), rotated["token"].as_str().unwrap());
    assert_eq!(
        reply.body,
        format!(
            "{{\"patToken\":{{\"displayName\":\"ci\",\"validTo\":\"2026-12-23T12:50:00Z\",\"scope\":\"vso.code\",\
             \"targetAccounts\":[\"{}\"],\"validFrom\":\"2026-11-23T12:50:00Z\",\"authorizationId\":\"{id}\",\
             \"token\":\"{secret}\"}},\"patTokenError\":\"none\",\"patTokenErrorMessage\":null}}",
            app.fabrikam.id
        )
    );
    assert_ne!(rotated["token"], made["token"]);
    assert_eq!((secret.len(), &secret[52..60], &secret[76..80]), (84, "JQQJ99CK", "PTCY"));
    assert!(patcycle_token::parse(secret).is_ok());
    let shown = app.get(&format!("{PATS}?authorizationId={id}")).send().await;
    assert_eq!((&shown.pat()["validTo"], &shown.pat()["token"]), (&rotated["validTo"], &Value::Null));
    let list = app.get(PATS).send().await.ok();
    assert_eq!(list["patTokens"].as_array().unwrap().len(), 1);
    let record = app.audit().await.pop().unwrap();
    assert_eq!(record.action, "Token.PatRotateEvent");
    let data: Value = serde_json::from_str(&record.data).unwrap();
    assert_eq!((&data["Generation"], &data["OldSecretEnds"]), (&json!(2), &json!("2026-11-23T12:50:00Z")));
}

#[tokio::test]
async fn the_same_request_gets_the_same_bytes_and_nothing_in_the_database_leads_to_them() {
    let app = TestApp::start().await;
    let made = app.create("ci", 30).await;
    let body = json!({ "overlapSeconds": 600, "validTo": "2026-12-01" });
    let first = app.rotate(id(&made), 1, &body).send().await;
    let secret = first.pat()["token"].as_str().unwrap().to_owned();
    let (records, stored) = (app.audit().await.len(), app.stored_bytes());

    let holds = |needle: &[u8]| stored.windows(needle.len()).any(|window| window == needle);
    assert!(holds(id(&made).as_bytes()), "what was read is the database");
    let key = idempotency_key(1);
    let key_bytes = *patcycle_contract::IdempotencyKey::parse(&key).unwrap().as_bytes();
    for part in
        secret.as_bytes()[..52].windows(8).chain(key.as_bytes().windows(8)).chain(key_bytes.windows(8))
    {
        assert!(!holds(part), "a part of the secret or the key is stored");
    }

    app.clock.advance(SignedDuration::from_mins(59));
    // A change in between is not seen in the answer, and the same asked for in other words is the same.
    app.put(&json!({ "authorizationId": id(&made), "displayName": "renamed" })).send().await.pat();
    let again =
        app.rotate(id(&made), 1, &json!({ "validTo": "2026-12-01T00:00:00Z", "overlapSeconds": "600" }));
    assert_eq!(again.send().await.body, first.body);
    assert_eq!(app.audit().await.len(), records + 1, "the renaming alone");
    app.clock.advance(SignedDuration::from_mins(1));
    app.rotate(id(&made), 1, &body).bearer(&token_now(&app)).send().await.error(409, "VssServiceException");
}

/// Mona's token, issued now.
fn token_now(app: &TestApp) -> String {
    use patcycle_primitives::Clock as _;
    let now = app.clock.now().as_second();
    let claims = crate::support::issuer::claims(crate::support::issuer::MONA, "user_impersonation");
    let times = json!({ "iat": now, "nbf": now, "exp": now + 3600 });
    crate::support::issuer::signed(&crate::support::issuer::changed(claims, times))
}

#[tokio::test]
async fn another_body_is_422_and_another_key_409() {
    let app = TestApp::start().await;
    let made = app.create("ci", 30).await;
    app.rotate(id(&made), 1, &json!({ "overlapSeconds": 600 })).send().await.pat();
    for body in
        [json!({}), json!({ "overlapSeconds": 0 }), json!({ "overlapSeconds": 600, "validTo": "2026-12-01" })]
    {
        let message = app.rotate(id(&made), 1, &body).send().await.error(422, "VssServiceException");
        assert!(message.contains("Idempotency-Key"), "{message}");
    }
    let message = app.rotate(id(&made), 2, &json!({})).send().await.error(409, "VssServiceException");
    assert!(message.contains("rotate/finish"), "{message}");
    assert_eq!(app.audit().await.len(), 2);
}

#[tokio::test]
async fn of_64_callers_one_makes_the_successor() {
    for body in [json!({}), json!({ "overlapSeconds": 3600 })] {
        let app = TestApp::start().await;
        let made = app.create("ci", 30).await;
        let replies = join_all((0..64).map(|seed| app.rotate(id(&made), seed, &body).send())).await;
        let (won, lost): (Vec<_>, Vec<_>) = replies.into_iter().partition(|reply| reply.status == 200);
        assert_eq!((won.len(), lost.len()), (1, 63));
        won[0].pat();
        for reply in lost {
            reply.error(409, "VssServiceException");
        }
        assert_eq!(app.audit().await.len(), 2);

        let shared = app.create("shared", 30).await;
        let replies = join_all((0..64).map(|_| app.rotate(id(&shared), 99, &body).send())).await;
        assert!(replies.iter().all(|reply| reply.status == 200 && reply.body == replies[0].body));
        assert_eq!(app.audit().await.len(), 4);
    }
}

#[tokio::test]
async fn the_key_is_required_and_has_its_form() {
    let app = TestApp::start().await;
    let made = app.create("ci", 30).await;
    let path = format!("{PATS}/{}/rotate", id(&made));
    let good = idempotency_key(1);
    let padded = format!("{good}=");
    for keys in [
        &[][..],
        &[""],
        &["x"],
        &["not base64url, not base64url, not base64url"],
        &[&good[1..]],
        &[padded.as_str()],
        &[good.as_str(), good.as_str()],
    ] {
        let call = keys
            .iter()
            .fold(app.request(Method::POST, &path), |call, key| call.header("idempotency-key", key));
        let message = call.json(&json!({})).send().await.error(400, "ArgumentException");
        assert!(message.contains("Idempotency-Key"), "{message}");
    }
    assert_eq!(app.audit().await.len(), 1);
}

#[tokio::test]
async fn a_body_may_be_missing_but_not_wrong() {
    let app = TestApp::start().await;
    let made = app.create("ci", 30).await;
    let call = |body: &'static str| app.rotate(id(&made), 1, &json!({})).body(body).send();
    for body in ["{", "[]", r#"{"overlapSeconds":true}"#, r#"{"overlapSeconds":1.5}"#, r#"{"validTo":1}"#] {
        call(body).await.error(400, "JsonReaderException");
    }
    for body in [r#"{"overlapSeconds":-1}"#, r#"{"overlapSeconds":604801}"#] {
        assert!(call(body).await.error(400, "ArgumentException").contains("overlapSeconds"));
    }
    for body in [r#"{"validTo":"soon"}"#, r#"{"validTo":"2020-01-01"}"#, r#"{"validTo":"2027-11-25"}"#] {
        assert_eq!(call(body).await.refusal(), "invalidValidTo");
    }
    assert_eq!(app.audit().await.len(), 1);
    call("").await.pat();
}

#[tokio::test]
async fn an_overlap_ends_with_the_old_secret_at_the_latest() {
    let app = TestApp::start().await;
    let made = app.create("ci", 2).await;
    let body = json!({ "overlapSeconds": 604_800, "validTo": "2027-11-23" });
    let rotated = app.rotate(id(&made), 1, &body).send().await.pat();
    assert_eq!(rotated["validTo"], "2027-11-23T00:00:00Z");
    let data: Value = serde_json::from_str(&app.audit().await[1].data).unwrap();
    assert_eq!(data["OldSecretEnds"], made["validTo"]);
}

#[tokio::test]
async fn what_is_over_or_not_the_callers_is_not_rotated() {
    let app = TestApp::start().await;
    let (mine, revoked) = (app.create("mine", 30).await, app.create("revoked", 30).await);
    app.delete(id(&revoked)).send().await;
    let unknown = unknown_id().to_string();
    let as_otto = |id: &str| app.rotate(id, 1, &json!({})).bearer(&token(OTTO)).send();
    let absent = as_otto(&unknown).await;
    assert_eq!(absent.refusal(), "authorizationNotFound");
    assert_eq!(as_otto(id(&mine)).await.masked(), absent.masked());
    assert_eq!(app.rotate(id(&revoked), 1, &json!({})).send().await.refusal(), "authorizationNotFound");
    let elsewhere = format!("/few/_apis/tokens/pats/{}/rotate", id(&mine));
    let elsewhere = app.request(Method::POST, &elsewhere).header("idempotency-key", &idempotency_key(1));
    assert_eq!(elsewhere.send().await.refusal(), "authorizationNotFound");
    let zero = app.rotate(&uuid::Uuid::nil().to_string(), 1, &json!({})).send().await;
    assert_eq!(zero.refusal(), "invalidAuthorizationId");
    for malformed in ["x", "123", "%20", "3d3aca0c-0000-4000-8000-00000000000"] {
        let message = app.rotate(malformed, 1, &json!({})).send().await.error(400, "ArgumentException");
        assert!(message.contains("authorizationId"), "{message}");
    }
    let short = json!({ "displayName": "short", "scope": "vso.code", "validTo": "2026-11-23T12:10:00Z" });
    let short = app.post(&short).send().await.pat();
    app.clock.advance(SignedDuration::from_mins(10));
    let expired = app.rotate(id(&short), 1, &json!({}));
    assert_eq!(expired.send().await.refusal(), "expiredPatCannotBeExtended");
    let old = app.rotate(id(&short), 1, &json!({})).version(Some("7.1-preview.1"));
    assert_eq!(old.send().await.refusal(), "accessDenied");
    let actions: Vec<_> = app.audit().await.into_iter().map(|record| record.action).collect();
    assert!(!actions.contains(&"Token.PatRotateEvent".to_owned()));
}

#[tokio::test]
async fn a_lost_answer_of_the_store_is_recovered_by_the_key() {
    let app = TestApp::start().await;
    let made = app.create("ci", 30).await;
    app.break_store(Some(Fault::Unconfirmed));
    let call = || app.rotate(id(&made), 1, &json!({})).send();
    assert_eq!(call().await.status, 503);
    app.break_store(None);
    let first = call().await;
    first.pat();
    assert_eq!(call().await.body, first.body);
}
