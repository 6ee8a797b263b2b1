//! Taking a person's access away and giving it back: `DELETE` and `POST …/graph/users` (contract.md §4.3).

use http::{Method, StatusCode};
use patcycle_contract::SubjectDescriptor;
use patcycle_lifecycle::Storage as _;
use patcycle_lifecycle::audit::Actor;
use patcycle_lifecycle::person_access::{PersonAccess, SetPersonAccess};
use patcycle_primitives::Clock as _;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::issuer::{ADA, MONA, OTTO, claims, signed, token};
use crate::support::reply::Reply;
use crate::support::{PATS, TestApp};

const USERS: &str = "/fabrikam/_apis/graph/users";

async fn disable(app: &TestApp, person: Uuid) -> Reply {
    let address = format!("{USERS}/{}", SubjectDescriptor(person));
    app.request(Method::DELETE, &address).bearer(&token(ADA)).send().await
}

async fn enable(app: &TestApp, body: Value) -> Reply {
    let call = app.request(Method::POST, USERS).bearer(&token(ADA)).header("host", "pats.example");
    call.json(&body).send().await
}

async fn verify(app: &TestApp, pat: &Value, organization: &str) -> StatusCode {
    let address = format!("/_patcycle/verify?scope=vso.code&organization={organization}");
    app.get(&address).bearer(pat["token"].as_str().unwrap()).version(None).send().await.status
}

#[tokio::test]
async fn nothing_of_a_disabled_person_works_until_they_are_enabled() {
    let app = TestApp::start().await;
    let pat = app.create("ci", 30).await;
    let session = json!({ "scope": "vso.code", "displayName": "git" });
    let make_session = || {
        let address = "/fabrikam/_apis/token/sessiontokens?api-version=1.0&tokentype=compact";
        app.request(Method::POST, address).version(None).json(&session).send()
    };
    let session_token = make_session().await.ok();
    let elsewhere = json!({ "displayName": "elsewhere", "scope": "vso.code" });
    let elsewhere = app.request(Method::POST, "/few/_apis/tokens/pats").json(&elsewhere).send().await.pat();
    assert_eq!(verify(&app, &pat, "fabrikam").await, 200);
    assert_eq!(verify(&app, &session_token, "fabrikam").await, 200);

    assert_eq!(disable(&app, MONA).await.status, 204);
    assert_eq!(verify(&app, &pat, "fabrikam").await, 401);
    assert_eq!(verify(&app, &session_token, "fabrikam").await, 401);
    let refused = app.post(&json!({ "displayName": "again", "scope": "vso.code" })).send().await;
    assert_eq!(refused.refusal(), "invalidUserId");
    assert!(refused.body.contains("Ask one of its administrators"), "{}", refused.body);
    let id = pat["authorizationId"].as_str().unwrap();
    let update = app.put(&json!({ "authorizationId": id, "displayName": "new" })).send().await;
    assert_eq!(update.refusal(), "invalidUserId");
    assert_eq!(make_session().await.status, 400);
    assert_eq!(app.get(PATS).send().await.status, 401);
    assert_eq!(app.get(&format!("{PATS}?authorizationId={id}")).send().await.status, 401);
    assert_eq!(verify(&app, &elsewhere, "few").await, 200, "another organization decides for itself");

    let count = app.audit().await.len();
    assert_eq!(disable(&app, MONA).await.status, 204, "it is so already");
    assert_eq!(app.audit().await.len(), count);
    let listed = app.get(USERS).bearer(&token(ADA)).header("host", "pats.example").send().await.ok();
    assert_eq!(listed["value"][0]["isDeletedInOrigin"], true);

    let answer = enable(&app, json!({ "principalName": "MONA@fabrikam.example" })).await;
    assert_eq!(answer.status, 201);
    let user: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!((&user["originId"], &user["isDeletedInOrigin"]), (&json!(MONA), &json!(false)));
    assert_eq!(verify(&app, &pat, "fabrikam").await, 200);
    app.create("again", 30).await;
    assert_eq!(enable(&app, json!({ "originId": MONA })).await.status, 201, "it is so already");

    let records = app.audit().await;
    let actions: Vec<&str> = records.iter().map(|record| record.action.as_str()).collect();
    assert_eq!(
        actions[count - 1..],
        ["Organization.UserDisableEvent", "Organization.UserEnableEvent", "Token.PatCreateEvent"]
    );
    let data: Value = serde_json::from_str(&records[count - 1].data).unwrap();
    assert_eq!(data, json!({ "UserId": MONA, "UserName": "mona@fabrikam.example" }));
    assert_eq!(records[count - 1].actor.object_id, Some(ADA));
}

#[tokio::test]
async fn a_global_pat_is_good_only_where_its_owner_is_not_disabled() {
    let app = TestApp::start().await;
    super::policies::set(&app, super::policies::BLOCK, "/Value", json!(false)).await;
    let body = json!({ "displayName": "global", "scope": "vso.code", "allOrgs": true });
    let pat = app.post(&body).send().await.pat();
    assert_eq!(verify(&app, &pat, "few").await, 200);
    assert_eq!(disable(&app, MONA).await.status, 204);
    assert_eq!(verify(&app, &pat, "few").await, 401, "it belongs to where she is disabled");
    assert_eq!(enable(&app, json!({ "originId": MONA })).await.status, 201);
    let there = format!("/few/_apis/graph/users/{}", SubjectDescriptor(MONA));
    assert_eq!(app.request(Method::DELETE, &there).bearer(&token(ADA)).send().await.status, 204);
    assert_eq!(verify(&app, &pat, "few").await, 401);
    assert_eq!(verify(&app, &pat, "fabrikam").await, 200);
}

#[tokio::test]
async fn who_is_not_known_or_oneself_is_refused() {
    let app = TestApp::start().await;
    app.create("ci", 30).await;
    assert_eq!(disable(&app, OTTO).await.status, 404, "was never here");
    let oneself = disable(&app, ADA).await;
    oneself.error(400, "ArgumentException");
    assert!(oneself.body.contains("cannot disable yourself"), "{}", oneself.body);
    for (body, status) in [
        (json!({ "originId": OTTO }), 404),
        (json!({ "principalName": "nobody@fabrikam.example" }), 404),
        (json!({ "originId": "mona" }), 400),
        (json!({}), 400),
        (json!({ "principalName": 7 }), 400),
    ] {
        assert_eq!(enable(&app, body.clone()).await.status, status, "{body}");
    }
    let malformed = app.request(Method::DELETE, &format!("{USERS}/mona")).bearer(&token(ADA)).send().await;
    assert_eq!(malformed.status, 400);
    let stranger = format!("/few/_apis/graph/users/{}", SubjectDescriptor(OTTO));
    let body = json!({ "displayName": "his", "scope": "vso.code" });
    app.post(&body).bearer(&token(OTTO)).send().await.pat();
    let stranger = app.request(Method::DELETE, &stranger).bearer(&token(ADA)).send().await;
    assert_eq!(stranger.status, 404, "known in the tenant, but no member of this organization");
    assert_eq!(app.audit().await.len(), 2);
}

#[tokio::test]
async fn it_is_for_administrators_with_the_scope() {
    let app = TestApp::start().await;
    let address = format!("{USERS}/{}", SubjectDescriptor(OTTO));
    app.assert_for_administrators_only(Method::DELETE, &address).await;
    app.assert_for_administrators_only(Method::POST, USERS).await;
    let reader = signed(&claims(ADA, "vso.graph"));
    let manager = signed(&claims(ADA, "vso.graph_manage"));
    let body = json!({ "displayName": "his", "scope": "vso.code" });
    app.post(&body).bearer(&token(OTTO)).send().await.pat();
    let by = |credential: &str| app.request(Method::DELETE, &address).bearer(credential).send();
    assert_eq!(by(&reader).await.status, 401);
    assert_eq!(by(&manager).await.status, 204);
    let body = json!({ "displayName": "hers", "scope": "vso.graph_manage" });
    let pat = app.post(&body).bearer(&token(ADA)).send().await.pat();
    assert_eq!(by(pat["token"].as_str().unwrap()).await.status, 204, "as in Azure DevOps");
}

#[tokio::test]
async fn a_disabled_administrator_administers_nothing() {
    let app = TestApp::start().await;
    // Ada is the one administrator, so nobody can ask for it.
    let command = SetPersonAccess {
        organization_id: app.fabrikam.id,
        person: ADA,
        access: PersonAccess::Disabled,
        actor: Actor::default(),
        at: app.clock.now(),
        audit_id: Uuid::from_u128(1),
    };
    app.store.set_person_access(command).await.unwrap();
    for address in [USERS, "/fabrikam/_apis/_patcycle/policies", "/fabrikam/_apis/_patcycle/inventory"] {
        assert_eq!(app.get(address).bearer(&token(ADA)).version(None).send().await.status, 401, "{address}");
    }
    assert_eq!(enable(&app, json!({ "originId": ADA })).await.status, 401, "not even by oneself");
}
