//! The legacy endpoint of session tokens (contract.md §10.6, §1.7).

use http::Method;
use patcycle_contract::SubjectDescriptor;
use serde_json::{Value, json};

use crate::support::issuer::{ADA, MONA, OTHER_TENANT, OTTO, changed, claims, signed, token};
use crate::support::{PATS, TestApp};

/// As Git Credential Manager asks.
const CREATE: &str = "/fabrikam/_apis/token/sessiontokens?api-version=1.0&tokentype=compact";
const LIST: &str = "/fabrikam/_apis/Token/SessionTokens?displayFilterOption=1&createdByOption=3&sortByOption=3\
                    &isSortAscending=false&startRowNumber=1&pageSize=100&api-version=5.0-preview.1";

fn body() -> Value {
    json!({ "scope": "vso.code_write vso.packaging", "displayName": "Git: https://dev.azure.com/fabrikam on box" })
}

async fn create(app: &TestApp, body: &Value) -> crate::support::reply::Reply {
    app.request(Method::POST, CREATE).version(None).json(body).send().await
}

#[tokio::test]
async fn makes_what_git_credential_manager_asks_for() {
    let app = TestApp::start().await;
    let reply = create(&app, &body()).await;
    let made = reply.ok();
    let secret = made["token"].as_str().unwrap();
    assert_eq!(secret.len(), 84);
    // The client takes the first text behind "token".
    let first = reply.body.split("\"token\":\"").nth(1).unwrap();
    assert!(first.starts_with(secret));
    assert_eq!(made["validFrom"], "2026-11-23T12:00:00");
    assert_eq!(made["validTo"], "2027-02-21T12:00:00", "90 days");
    assert_eq!(made["scope"], "vso.code_write vso.packaging");
    assert_eq!(made["targetAccounts"], json!([app.fabrikam.id]));
    assert_eq!((&made["userId"], &made["isValid"]), (&json!(MONA), &json!(true)));

    // It is a PAT like any other: its owner lists and revokes it, the audit tells by which door it came.
    let own = app.get(PATS).send().await.ok();
    assert_eq!(own["patTokens"][0]["authorizationId"], made["authorizationId"]);
    assert!(!app.get(PATS).send().await.body.contains(secret));
    let data: Value = serde_json::from_str(&app.audit().await[0].data).unwrap();
    assert_eq!(data["Kind"], "compactSessionToken");
    let tokens = format!("/fabrikam/_apis/tokenadmin/personalaccesstokens/{}", SubjectDescriptor(MONA));
    let listed = app.get(&tokens).bearer(&token(ADA)).send().await.ok();
    assert_eq!(listed["value"][0]["authorizationId"], made["authorizationId"]);
    let ids = json!([{ "authorizationId": made["authorizationId"] }]);
    let revoke = app.request(Method::POST, "/fabrikam/_apis/tokenadmin/revocations").bearer(&token(ADA));
    assert_eq!(revoke.json(&ids).send().await.status, 204);
    assert_eq!(app.get(LIST).version(None).send().await.ok(), json!({ "count": 0, "value": [] }));
}

#[tokio::test]
async fn refusals_are_bare_names_with_status_400() {
    let app = TestApp::start().await;
    for (change, expected) in [
        (json!({ "scope": "vso.nothing" }), "InvalidScope"),
        (json!({ "scope": null }), "InvalidScope"),
        (json!({ "displayName": " " }), "DisplayNameRequired"),
        (json!({ "validTo": "2020-01-01" }), "InvalidValidTo"),
        (json!({ "targetAccounts": [] }), "InvalidTargetAccounts"),
        (json!({ "targetAccounts": ["x"] }), "InvalidTargetAccounts"),
        (json!({ "targetAccounts": [app.fabrikam.id, MONA] }), "InvalidTargetAccounts"),
    ] {
        let reply = create(&app, &changed(body(), change)).await;
        assert_eq!(reply.error(400, "SessionTokenCreateException"), expected);
    }
    for (query, expected) in [
        ("tokentype=selfdescribing", "InvalidTokenType"),
        ("", "InvalidTokenType"),
        ("tokentype=compact&isPublic=true", "SshPolicyDisabled"),
    ] {
        let address = format!("/fabrikam/_apis/token/sessiontokens?api-version=1.0&{query}");
        let reply = app.request(Method::POST, &address).version(None).json(&body()).send().await;
        assert_eq!(reply.error(400, "SessionTokenCreateException"), expected);
    }
    assert!(app.audit().await.is_empty());
    let wished = json!({ "targetAccounts": [app.fabrikam.id], "validTo": "2026-12-01T00:00:00Z" });
    assert_eq!(create(&app, &changed(body(), wished)).await.ok()["validTo"], "2026-12-01T00:00:00");
}

#[tokio::test]
async fn lists_as_older_tools_ask() {
    let app = TestApp::start().await;
    for name in ["b", "a", "c"] {
        app.create(name, 30).await;
    }
    create(&app, &body()).await.ok();
    let list = app.get(LIST).version(None).send().await.ok();
    assert_eq!(list["count"], 4);
    assert!(list["value"][0]["token"].is_null());
    let at = |query: &str| {
        app.get(&format!("/fabrikam/_apis/token/sessiontokens?{query}")).version(Some("7.1-preview.1"))
    };
    let page = at("sortByOption=1&startRowNumber=2&pageSize=2&pageRequestTimeStamp=x").send().await.ok();
    let shown = page["sessionTokens"].as_array().unwrap();
    let names: Vec<&str> = shown.iter().map(|token| token["displayName"].as_str().unwrap()).collect();
    assert_eq!((names.as_slice(), &page["nextRowNumber"]), (["b", "c"].as_slice(), &json!(4)));
    let end = at("startRowNumber=4&pageRequestTimeStamp=x").send().await.ok();
    assert_eq!(end["nextRowNumber"], 0);
    assert_eq!(at("isPublic=true&includePublicData=true").send().await.ok()["count"], 0);
    assert_eq!(at("displayFilterOption=2").send().await.ok()["count"], 0);
    for bad in ["startRowNumber=0", "pageSize=x", "displayFilterOption=9", "sortByOption=size", "isPublic=2"]
    {
        at(bad).send().await.error(400, "ArgumentException");
    }
    assert_eq!(at("").bearer(&token(OTTO)).send().await.ok()["count"], 0, "nobody else's");
}

#[tokio::test]
async fn is_a_making_and_so_no_pat_may() {
    let app = TestApp::start().await;
    let pat = app.post(&json!({ "displayName": "full", "scope": "app_token" })).send().await.pat();
    let foreign = json!({ "tid": OTHER_TENANT, "iss": format!("https://sts.windows.net/{OTHER_TENANT}/") });
    let of_mona = claims(MONA, "user_impersonation");
    for (credential, status) in [
        (pat["token"].as_str().unwrap().to_owned(), 401),
        (signed(&changed(of_mona.clone(), foreign)), 401),
        (signed(&claims(MONA, "vso.tokens vso.code")), 401),
        (signed(&changed(of_mona, json!({ "idtyp": "app", "scp": null }))), 403),
    ] {
        let create = app.request(Method::POST, CREATE).version(None).json(&body()).bearer(&credential);
        assert_eq!(create.send().await.status, status);
        assert_eq!(app.get(LIST).version(None).bearer(&credential).send().await.status, status);
    }
    let reader = app.request(Method::POST, CREATE).version(None).json(&body());
    assert_eq!(reader.bearer(&signed(&claims(MONA, "vso.pats"))).send().await.status, 401);
    let unversioned = app.request(Method::POST, "/fabrikam/_apis/token/sessiontokens?tokentype=compact");
    unversioned.version(None).json(&body()).send().await.error(400, "VssVersionNotSpecifiedException");
    assert_eq!(app.audit().await.len(), 1);
}
