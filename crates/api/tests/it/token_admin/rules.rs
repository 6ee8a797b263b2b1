//! `…/tokenadmin/revocationrules`.

use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{RULES, by_ada, listed, tokens_of, valid};
use crate::support::issuer::{ADA, MONA, changed, claims, noon, signed, token};
use crate::support::store::Fault;
use crate::support::{PATS, TestApp};

async fn rule(app: &TestApp, body: &Value) {
    let reply = by_ada(app, Method::POST, RULES).json(body).send().await;
    assert_eq!((reply.status.as_u16(), reply.body.as_str()), (201, ""), "{reply:?}");
}

async fn create(app: &TestApp, scope: &str) -> Value {
    app.post(&json!({ "displayName": scope, "scope": scope })).send().await.pat()
}

#[tokio::test]
async fn ends_what_carries_one_of_its_scopes() {
    let app = TestApp::start().await;
    for scope in ["vso.code", "vso.work vso.packaging", "vso.code_write", "app_token"] {
        create(&app, scope).await;
    }
    rule(&app, &json!({ "scopes": " VSO.Code  vso.packaging " })).await;
    assert_eq!(valid(&listed(&app, MONA).await), [false, false, true, true], "by name, not by inclusion");
    for (filter, count) in [("active", 2), ("revoked", 2), ("expired", 0), ("all", 4)] {
        let page = app.get(&format!("{PATS}?displayFilterOption={filter}")).send().await.ok();
        assert_eq!(page["patTokens"].as_array().unwrap().len(), count, "{filter}");
    }
    // Made afterwards, at the same reading of the clock.
    create(&app, "vso.code").await;
    assert_eq!(valid(&listed(&app, MONA).await), [false, false, true, true, true]);

    let records = app.audit().await;
    let record = records.iter().find(|record| record.action == "Token.RevocationRuleCreateEvent").unwrap();
    assert_eq!(record.actor.object_id, Some(ADA));
    let data: Value = serde_json::from_str(&record.data).unwrap();
    assert_eq!(data["Scopes"], "vso.code vso.packaging");
}

#[tokio::test]
async fn an_earlier_instant_leaves_what_is_younger() {
    let app = TestApp::start().await;
    create(&app, "vso.code").await;
    app.clock.advance(SignedDuration::from_mins(30));
    create(&app, "vso.code").await;
    // Seven digits, another offset, as the published example has it.
    rule(&app, &json!({ "scopes": "vso.code", "createdBefore": "2026-11-23T05:00:00.0000001-07:00" })).await;
    assert_eq!(valid(&listed(&app, MONA).await), [false, true]);
    let rules = by_ada(&app, Method::GET, RULES).send().await.ok();
    assert_eq!(rules["count"], 1);
    assert_eq!(rules["value"][0]["scope"], "vso.code");
    assert_eq!(rules["value"][0]["createdBefore"], "2026-11-23T12:00:00Z");
}

#[tokio::test]
async fn measures_each_secret_of_a_rotation_by_its_own_beginning() {
    let app = TestApp::start().await;
    let made = create(&app, "vso.code").await;
    app.clock.advance(SignedDuration::from_mins(30));
    let id = made["authorizationId"].as_str().unwrap();
    let rotated = app.rotate(id, 1, &json!({ "overlapSeconds": 3600 })).send().await.pat();
    rule(&app, &json!({ "scopes": "vso.code", "createdBefore": "2026-11-23T12:10:00Z" })).await;
    for (pat, expected) in [(&made, 401), (&rotated, 200)] {
        let call = app.get("/_patcycle/verify?scope=vso.code&organization=fabrikam").version(None);
        let reply = call.bearer(pat["token"].as_str().unwrap()).send().await;
        assert_eq!(reply.status, expected);
    }
}

#[tokio::test]
async fn refuses_access_tokens_issued_before() {
    let app = TestApp::start().await;
    let at = |person, scopes: &str, minutes: i64| {
        let issued = noon().as_second() + 60 * minutes;
        signed(&changed(claims(person, scopes), json!({ "iat": issued, "exp": noon().as_second() + 86_400 })))
    };
    app.clock.advance(SignedDuration::from_mins(30));
    let (old, fresh) = (at(MONA, "user_impersonation", 0), at(MONA, "user_impersonation", 31));
    let (manage, of_ada) = (at(MONA, "vso.pats_manage", 0), at(ADA, "vso.tokenadministration", 0));
    for token in [&old, &manage] {
        app.get(PATS).bearer(token).send().await.ok();
    }
    let create = by_ada(&app, Method::POST, RULES).bearer(&of_ada);
    let reply = create.json(&json!({ "scopes": "user_impersonation vso.pats" })).send().await;
    assert_eq!(reply.status, 201);
    let message = app.get(PATS).bearer(&old).send().await.error(401, "UnauthorizedRequestException");
    assert_eq!(message, "TF400813: The user '' is not authorized to access this resource.");
    app.post(&json!({ "displayName": "n", "scope": "vso.code" }))
        .bearer(&old)
        .send()
        .await
        .error(401, "UnauthorizedRequestException");
    // A scope counts for itself alone, and the rule for its organization alone.
    app.get(PATS).bearer(&manage).send().await.ok();
    app.get("/few/_apis/tokens/pats").bearer(&old).send().await.ok();
    app.clock.advance(SignedDuration::from_mins(2));
    app.get(PATS).bearer(&fresh).send().await.ok();
}

#[tokio::test]
async fn what_makes_no_rule_is_refused() {
    let app = TestApp::start().await;
    create(&app, "vso.code").await;
    for (body, named) in [
        (json!({}), "scopes"),
        (json!({ "scopes": " " }), "scopes"),
        (json!({ "scopes": "vso.code vso.nothing" }), "vso.nothing"),
        (json!({ "scopes": "vso.code", "createdBefore": "yesterday" }), "yesterday"),
        (json!({ "scopes": "vso.code", "createdBefore": "2026-11-23T12:06:00Z" }), "future"),
    ] {
        let message =
            by_ada(&app, Method::POST, RULES).json(&body).send().await.error(400, "ArgumentException");
        assert!(message.contains(named), "{message}");
    }
    assert_eq!(valid(&listed(&app, MONA).await), [true]);
    // A client whose clock is a little ahead means now.
    rule(&app, &json!({ "scopes": "vso.code", "createdBefore": "2026-11-23T12:04:00Z" })).await;
    app.clock.advance(SignedDuration::from_secs(1));
    create(&app, "vso.code").await;
    assert_eq!(valid(&listed(&app, MONA).await), [false, true]);
}

#[tokio::test]
async fn no_scope_is_moved_under_a_rule() {
    let app = TestApp::start().await;
    let pat = create(&app, "vso.work").await;
    rule(&app, &json!({ "scopes": "vso.code" })).await;
    let update = json!({ "authorizationId": pat["authorizationId"], "scope": "vso.code" });
    assert_eq!(app.put(&update).send().await.refusal(), "invalidScope");
    assert_eq!(valid(&listed(&app, MONA).await), [true]);
}

#[tokio::test]
async fn without_the_rules_nobody_is_let_in() {
    let app = TestApp::start().await;
    app.break_store(Some(Fault::Rules));
    for call in [app.get(PATS), by_ada(&app, Method::GET, &tokens_of(MONA))] {
        let reply = call.send().await;
        reply.error(503, "VssServiceException");
        assert_eq!(reply.header("retry-after"), Some("5"));
    }
    app.break_store(None);
    app.get(PATS).bearer(&token(MONA)).send().await.ok();
}

#[tokio::test]
async fn are_for_administrators_only() {
    let app = TestApp::start().await;
    app.assert_for_administrators_only(Method::POST, RULES).await;
    app.assert_for_administrators_only(Method::GET, RULES).await;
}
