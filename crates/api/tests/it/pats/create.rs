//! `POST …/tokens/pats` (contract.md §1.5, §1.8, §12 #13 to #21).

use jiff::SignedDuration;
use patcycle_api::ApiSettings;
use patcycle_lifecycle::Settings;
use serde_json::{Value, json};

use crate::support::issuer::{OTHER_TENANT, OTTO, changed, claims, signed};
use crate::support::{PATS, TestApp};

#[tokio::test]
async fn shows_the_secret_once_and_everything_in_its_order() {
    let app = TestApp::start().await;
    app.clock.advance(SignedDuration::from_millis(319));
    let body = json!({
        "displayName": " ci ", "scope": "vso.code", "validTo": "2026-12-01T23:46:23.319Z", "allOrgs": false,
    });
    let reply = app.post(&body).send().await;
    let pat = reply.pat();
    let (id, token) = (pat["authorizationId"].as_str().unwrap(), pat["token"].as_str().unwrap());
    assert_eq!(
        reply.body,
        format!(
            "{{\"patToken\":{{\"displayName\":\"ci\",\"validTo\":\"2026-12-01T23:46:23.32Z\",\"scope\":\"vso.code\",\
             \"targetAccounts\":[\"{}\"],\"validFrom\":\"2026-11-23T12:00:00.32Z\",\"authorizationId\":\"{id}\",\
             \"token\":\"{token}\"}},\"patTokenError\":\"none\",\"patTokenErrorMessage\":null}}",
            app.fabrikam.id
        )
    );
    assert_eq!(id.parse::<uuid::Uuid>().unwrap().get_version_num(), 4);
    assert_eq!((token.len(), &token[52..58], &token[76..80]), (84, "JQQJ99", "PTCY"));
    assert!(patcycle_token::parse(token).is_ok());
    assert!(!app.get(PATS).send().await.body.contains(token));
}

#[tokio::test]
async fn only_a_name_and_a_scope_are_needed() {
    let app = TestApp::start().await;
    let pat = app.post(&json!({ "displayName": "ci", "scope": "app_token" })).send().await.pat();
    assert_eq!(pat["validTo"], "2026-12-23T12:00:00Z", "30 days");
    assert_eq!(pat["targetAccounts"], json!([app.fabrikam.id]));
    // Names are not unique: rotation makes a second one of the same name.
    let again = app.post(&json!({ "displayName": "ci", "scope": "app_token" })).send().await.pat();
    assert_ne!(again["authorizationId"], pat["authorizationId"]);
    assert_ne!(again["token"], pat["token"]);
}

#[tokio::test]
async fn reads_what_lenient_clients_send() {
    let app = TestApp::start().await;
    for (valid_to, expected) in [
        ("2026-12-01T10:00:00Z", "2026-12-01T10:00:00Z"),
        ("2026-12-01T10:00:00.1234567Z", "2026-12-01T10:00:00.1233333Z"),
        ("2026-12-01T10:00:00.123456789+01:00", "2026-12-01T09:00:00.1233333Z"),
        ("2026-12-01T10:00:00", "2026-12-01T10:00:00Z"),
        ("2026-12-01", "2026-12-01T00:00:00Z"),
        ("/Date(1796119200000)/", "2026-12-01T10:00:00Z"),
        ("/Date(1796119200000+0100)/", "2026-12-01T10:00:00Z"),
    ] {
        let body =
            json!({ "displayName": "ci", "scope": "vso.code ", "validTo": valid_to, "allOrgs": "false" });
        let pat = app.post(&body).send().await.pat();
        assert_eq!((&pat["validTo"], &pat["scope"]), (&expected.into(), &"vso.code".into()), "{valid_to}");
    }
    let body = json!({
        "DisplayName": "first", "displayname": "last", "SCOPE": "VSO.Code  vso.build vso.code", "validTo": null,
        "allOrgs": "False", "unknown": { "deep": [1, 2] },
    });
    let pat = app.post(&body).send().await.pat();
    assert_eq!(pat["scope"], "vso.code vso.build");
    let pat = app.post(&json!({ "displayName": "ci", "scope": "vso.code app_token" })).send().await.pat();
    assert_eq!(pat["scope"], "app_token");
}

#[tokio::test]
async fn refuses_in_the_decided_order() {
    let app = TestApp::start().await;
    let long = "x".repeat(257);
    let cases = [
        (json!({}), "displayNameRequired"),
        (json!({ "displayName": " \t ", "scope": "nonsense", "validTo": "never" }), "displayNameRequired"),
        (json!({ "displayName": null }), "displayNameRequired"),
        (json!({ "displayName": long, "scope": "nonsense" }), "invalidDisplayName"),
        (json!({ "displayName": "a\u{0}b", "scope": "vso.code" }), "invalidDisplayName"),
        (json!({ "displayName": "a\nb", "scope": "vso.code" }), "invalidDisplayName"),
        (json!({ "displayName": "ci" }), "invalidScope"),
        (json!({ "displayName": "ci", "scope": "", "validTo": "never" }), "invalidScope"),
        (json!({ "displayName": "ci", "scope": "vso.nonsense" }), "invalidScope"),
        (json!({ "displayName": "ci", "scope": "vso.code,vso.build" }), "invalidScope"),
        (json!({ "displayName": "ci", "scope": "user_impersonation" }), "invalidScope"),
        (json!({ "displayName": "ci", "scope": "vso.code vso.pats" }), "invalidScope"),
        (json!({ "displayName": "ci", "scope": "vso.pats_manage" }), "invalidScope"),
        (
            json!({ "displayName": "ci", "scope": "vso.code", "validTo": "never", "allOrgs": true }),
            "invalidValidTo",
        ),
        (
            json!({ "displayName": "ci", "scope": "vso.code", "validTo": "2026-11-23T12:00:00Z" }),
            "invalidValidTo",
        ),
        (json!({ "displayName": "ci", "scope": "vso.code", "validTo": "1999-01-01" }), "invalidValidTo"),
        (
            json!({ "displayName": "ci", "scope": "vso.code", "validTo": "2027-11-24T12:00:01Z" }),
            "invalidValidTo",
        ),
        (
            json!({ "displayName": "ci", "scope": "vso.code", "validTo": "9999-12-31T23:59:59Z" }),
            "invalidValidTo",
        ),
        (json!({ "displayName": "ci", "scope": "vso.code", "allOrgs": true }), "globalPATCreationBlocked"),
    ];
    for (body, expected) in cases {
        assert_eq!(app.post(&body).send().await.refusal(), expected, "{body}");
    }
    assert!(app.audit().await.is_empty());
    let longest =
        json!({ "displayName": "ü".repeat(256), "scope": "vso.tokens", "validTo": "2027-11-24T12:00:00Z" });
    assert_eq!(app.post(&longest).send().await.pat()["validTo"], "2027-11-24T12:00:00Z", "366 days");
}

#[tokio::test]
async fn an_organization_may_still_permit_global_pats() {
    let app = TestApp::start().await;
    let otto = signed(&changed(
        claims(OTTO, "user_impersonation"),
        json!({ "tid": OTHER_TENANT, "iss": format!("https://sts.windows.net/{OTHER_TENANT}/") }),
    ));
    let body = json!({ "displayName": "everywhere", "scope": "vso.code", "allOrgs": "TRUE" });
    let call = app.request(http::Method::POST, "/contoso/_apis/tokens/pats").json(&body).bearer(&otto);
    assert_eq!(call.send().await.pat()["targetAccounts"], Value::Null);
}

#[tokio::test]
async fn there_is_a_limit_of_active_ones() {
    let settings = Settings { maximum_active_pats_per_owner: 2, ..Settings::default() };
    let app = TestApp::start_with(ApiSettings::default(), settings).await;
    let first = app.create("a", 1).await;
    app.create("b", 30).await;
    let body = json!({ "displayName": "c", "scope": "vso.code" });
    let reply = app.post(&body).send().await;
    assert_eq!(reply.refusal(), "failedToIssueAccessToken");
    assert!(reply.json()["patTokenErrorMessage"].as_str().unwrap().contains('2'));
    app.delete(first["authorizationId"].as_str().unwrap()).send().await;
    app.post(&body).send().await.pat();
}

#[tokio::test]
async fn refusals_by_status_when_the_operator_wants_it() {
    let settings = ApiSettings { domain_errors_as_400: true, ..ApiSettings::default() };
    let app = TestApp::start_with(settings, Settings::default()).await;
    let reply = app.post(&json!({ "scope": "vso.code" })).send().await;
    assert_eq!(reply.status, 400);
    let result = reply.json();
    assert_eq!(
        (&result["patToken"], &result["patTokenError"]),
        (&Value::Null, &"displayNameRequired".into())
    );
    app.post(&json!({ "displayName": "ci", "scope": "vso.code" })).send().await.pat();
}
