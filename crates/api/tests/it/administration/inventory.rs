//! `GET …/_patcycle/inventory`.

use http::Method;
use jiff::SignedDuration;
use patcycle_contract::SubjectDescriptor;
use patcycle_primitives::Clock as _;
use serde_json::{Value, json};

use crate::policies::{BLOCK, set};
use crate::support::TestApp;
use crate::support::issuer::{ADA, MONA, OTTO, changed, claims, signed, token};
use crate::support::store::Fault;

const INVENTORY: &str = "/fabrikam/_apis/_patcycle/inventory";

async fn inventory(app: &TestApp, query: &str) -> Value {
    app.get(&format!("{INVENTORY}{query}")).bearer(&token(ADA)).version(None).send().await.ok()
}

fn names(page: &Value) -> Vec<&str> {
    let mut names: Vec<&str> =
        page["pats"].as_array().unwrap().iter().map(|pat| pat["displayName"].as_str().unwrap()).collect();
    names.sort_unstable();
    names
}

async fn create(app: &TestApp, owner: uuid::Uuid, name: &str, scope: &str, days: i64) -> Value {
    let end = app.clock.now() + SignedDuration::from_hours(24 * days);
    let body = json!({ "displayName": name, "scope": scope, "validTo": end.to_string() });
    app.post(&body).bearer(&token(owner)).send().await.pat()
}

#[tokio::test]
async fn it_shows_everybodys_pats_with_their_owners() {
    let app = TestApp::start().await;
    let made = create(&app, MONA, "hers", "vso.code", 30).await;
    create(&app, OTTO, "his", "app_token", 30).await;
    let elsewhere = json!({ "displayName": "elsewhere", "scope": "vso.code" });
    app.request(Method::POST, "/few/_apis/tokens/pats").json(&elsewhere).send().await.pat();

    let page = inventory(&app, "").await;
    assert_eq!(names(&page), ["hers", "his"]);
    assert_eq!(page["continuationToken"], "");
    let counts = json!({
        "count": 2, "neverUsed": 2, "unusedFor90Days": 0, "fullScope": 1, "global": 0, "ownerDisabled": 0,
    });
    assert_eq!(page["counts"], counts);
    let hers = page["pats"].as_array().unwrap().iter().find(|pat| pat["displayName"] == "hers").unwrap();
    let expected = json!({
        "authorizationId": made["authorizationId"], "displayName": "hers", "scope": "vso.code", "global": false,
        "validFrom": "2026-11-23T12:00:00Z", "validTo": "2026-12-23T12:00:00Z", "state": "active",
        "owner": {
            "descriptor": SubjectDescriptor(MONA), "objectId": MONA, "userName": "mona@fabrikam.example",
            "displayName": "Mona Lisa", "disabled": false,
        },
        "lastUsedAt": null, "lastUsedAddress": null,
    });
    assert_eq!(hers, &expected);
}

#[tokio::test]
async fn filters_are_met_together() {
    let app = TestApp::start().await;
    create(&app, MONA, "full", "app_token", 300).await;
    create(&app, MONA, "narrow", "vso.code", 300).await;
    create(&app, OTTO, "short", "vso.code", 1).await;
    let gone = create(&app, MONA, "gone", "vso.code", 300).await;
    app.delete(gone["authorizationId"].as_str().unwrap()).send().await;
    set(&app, BLOCK, "/Value", json!(false)).await;
    let global = json!({ "displayName": "global", "scope": "vso.code", "allOrgs": true });
    app.post(&global).bearer(&token(ADA)).send().await.pat();
    let otto = format!("/fabrikam/_apis/graph/users/{}", SubjectDescriptor(OTTO));
    assert_eq!(app.request(Method::DELETE, &otto).bearer(&token(ADA)).send().await.status, 204);
    let mona = SubjectDescriptor(MONA);
    for (query, expected) in [
        ("?fullScope=true", vec!["full"]),
        ("?fullScope=false", vec!["full", "global", "narrow", "short"]),
        ("?state=all", vec!["full", "global", "gone", "narrow", "short"]),
        ("?state=revoked", vec!["gone"]),
        (&format!("?owner={mona}"), vec!["full", "narrow"]),
        (&format!("?owner={mona}&neverUsed=true&fullScope=true"), vec!["full"]),
        (&format!("?owner={}", SubjectDescriptor(ADA)), vec!["global"]),
        ("?unusedForDays=1", vec![]),
        ("?global=true", vec!["global"]),
        ("?ownerDisabled=true", vec!["short"]),
        ("?ownerDisabled=true&global=true", vec![]),
        ("?violates=TenantPolicy.RestrictFullScopePersonalAccessToken", vec!["full"]),
        ("?violates=restrict-pat-creation", vec!["full", "global", "narrow", "short"]),
    ] {
        assert_eq!(names(&inventory(&app, query).await), expected, "{query}");
    }
    let page = inventory(&app, "").await;
    assert_eq!((&page["counts"]["global"], &page["counts"]["ownerDisabled"]), (&json!(1), &json!(1)));
    let short = page["pats"].as_array().unwrap().iter().find(|pat| pat["displayName"] == "short").unwrap();
    assert_eq!(short["owner"]["disabled"], true);
}

#[tokio::test]
async fn the_last_use_counts() {
    let app = TestApp::start().await;
    let used = create(&app, MONA, "used", "vso.code", 300).await;
    create(&app, MONA, "idle", "vso.code", 300).await;
    let verify = app.get("/_patcycle/verify?scope=vso.code&organization=fabrikam").version(None);
    assert_eq!(verify.bearer(used["token"].as_str().unwrap()).send().await.status, 200);
    assert_eq!(names(&inventory(&app, "?neverUsed=true").await), ["idle"]);
    assert_eq!(inventory(&app, "").await["counts"]["neverUsed"], 1);

    // The one that was used is used again on the 60th day; on the 100th, it has rested for 40 days.
    app.clock.advance(SignedDuration::from_hours(24 * 60));
    let verify = app.get("/_patcycle/verify?scope=vso.code&organization=fabrikam").version(None);
    assert_eq!(verify.bearer(used["token"].as_str().unwrap()).send().await.status, 200);
    app.clock.advance(SignedDuration::from_hours(24 * 40));
    let now = app.clock.now().as_second();
    let later = json!({ "iat": now, "nbf": now, "exp": now + 3600 });
    let of_ada = signed(&changed(claims(ADA, "user_impersonation"), later));
    for (query, expected) in [
        ("?unusedForDays=100", vec!["idle"]),
        ("?unusedForDays=40", vec!["idle", "used"]),
        ("?unusedForDays=41", vec!["idle"]),
        ("?unusedForDays=101", vec![]),
    ] {
        let reply = app.get(&format!("{INVENTORY}{query}")).bearer(&of_ada).version(None).send().await;
        assert_eq!(names(&reply.ok()), expected, "{query}");
    }
}

#[tokio::test]
async fn pages_follow_one_another_and_only_the_first_counts() {
    let app = TestApp::start().await;
    for number in 0..7 {
        create(&app, if number % 2 == 0 { MONA } else { OTTO }, &format!("pat {number}"), "vso.code", 30)
            .await;
    }
    let (mut seen, mut next) = (Vec::new(), String::new());
    loop {
        let query =
            if next.is_empty() { "?$top=3".to_owned() } else { format!("?$top=3&continuationToken={next}") };
        let page = inventory(&app, &query).await;
        assert_eq!(page["counts"].is_null(), !next.is_empty());
        seen.extend(names(&page).into_iter().map(str::to_owned));
        next = page["continuationToken"].as_str().unwrap().to_owned();
        if next.is_empty() {
            break;
        }
        assert_eq!(names(&page).len(), 3);
    }
    seen.sort_unstable();
    assert_eq!(seen, (0..7).map(|number| format!("pat {number}")).collect::<Vec<_>>());

    let first = inventory(&app, "?$top=1").await;
    let token_of_first = first["continuationToken"].as_str().unwrap();
    for query in
        [format!("?fullScope=true&continuationToken={token_of_first}"), "?continuationToken=x".to_owned()]
    {
        let reply = app.get(&format!("{INVENTORY}{query}")).bearer(&token(ADA)).send().await;
        reply.error(400, "ArgumentException");
    }
}

#[tokio::test]
async fn a_parameter_that_is_not_known_does_not_mean_all() {
    let app = TestApp::start().await;
    for query in ["?never_used=true", "?neverUsed=", "?owner=mona", "?violates=x", "?state=", "?$top=0"] {
        let reply = app.get(&format!("{INVENTORY}{query}")).bearer(&token(ADA)).version(None).send().await;
        reply.error(400, "ArgumentException");
    }
}

#[tokio::test]
async fn it_is_for_administrators_only() {
    let app = TestApp::start().await;
    app.assert_for_administrators_only(Method::GET, INVENTORY).await;
    app.break_store(Some(Fault::Unavailable));
    let reply = app.get(INVENTORY).bearer(&token(ADA)).version(None).send().await;
    assert_eq!(reply.status, 503);
}
