//! `GET …/tokenadmin/personalaccesstokens/{subjectDescriptor}`.

use http::Method;
use jiff::SignedDuration;
use patcycle_contract::SubjectDescriptor;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{by_ada, listed, tokens_of, valid};
use crate::support::TestApp;
use crate::support::issuer::{ADA, MONA, OTTO, changed, claims, noon, signed, token};

#[tokio::test]
async fn shows_everything_but_secrets_to_the_letter() {
    let app = TestApp::start().await;
    let made = app.create("ci", 30).await;
    let expected = |version: &str, added: &str| {
        format!(
            "{{\"value\":[{{\"clientId\":\"{nil}\",\"accessId\":\"{nil}\",\"authorizationId\":{id},\
             \"hostAuthorizationId\":\"{nil}\",\"userId\":\"{MONA}\",\"validFrom\":\"2026-11-23T12:00:00\",\
             \"validTo\":\"2026-12-23T12:00:00\",\"displayName\":\"ci\",\"scope\":\"vso.code\",\
             \"targetAccounts\":[\"{organization}\"],\"token\":null,\"alternateToken\":null,\"isValid\":true,\
             \"isPublic\":false,\"publicData\":null,\"source\":null{added}}}],\"continuationToken\":null}}",
            nil = Uuid::nil(),
            id = made["authorizationId"],
            organization = app.fabrikam.id,
        )
        .replace("{version}", version)
    };
    for (version, added) in [
        ("5.0", ""),
        ("5.0-preview.1", ""),
        ("6.1-preview.1", ",\"claims\":null"),
        ("7.0", ",\"claims\":null"),
        ("7.1", ",\"claims\":null"),
        ("7.1-preview", ",\"claims\":null"),
        ("7.2-preview.1", ",\"claims\":null,\"crossCompanyCorrelatingId\":null"),
    ] {
        let reply = by_ada(&app, Method::GET, &tokens_of(MONA)).version(Some(version)).send().await;
        reply.ok();
        assert_eq!(reply.body, expected(version, added), "{version}");
    }
    for (version, type_key) in [
        ("4.1-preview", "VssVersionOutOfRangeException"),
        ("7.2", "VssInvalidPreviewVersionException"),
        ("7.3-preview", "VssVersionOutOfRangeException"),
    ] {
        let reply = by_ada(&app, Method::GET, &tokens_of(MONA)).version(Some(version)).send().await;
        reply.error(400, type_key);
    }
}

#[tokio::test]
async fn is_found_in_every_spelling_of_real_clients() {
    let app = TestApp::start().await;
    app.create("ci", 30).await;
    let descriptor = SubjectDescriptor(MONA);
    for path in [
        format!("/fabrikam/_apis/TokenAdmin/PersonalAccessTokens/{descriptor}"),
        format!("/FABRIKAM/_apis/tokenAdmin/personalAccessTokens/{descriptor}/"),
        format!("//fabrikam/_apis/tokenadmin//personalaccesstokens/{descriptor}?pageSize=20&isPublic=False"),
    ] {
        let page = by_ada(&app, Method::GET, &path).send().await.ok();
        assert_eq!(page["value"].as_array().unwrap().len(), 1, "{path}");
    }
    let by_header = by_ada(&app, Method::GET, &tokens_of(MONA)).version(None);
    by_header.header("accept", "application/json;api-version=7.1-preview.1").send().await.ok();
}

#[tokio::test]
async fn who_is_named_must_be_known_here() {
    let app = TestApp::start().await;
    app.create("ci", 30).await;
    let list = |descriptor: String| {
        by_ada(&app, Method::GET, &format!("/fabrikam/_apis/tokenadmin/personalaccesstokens/{descriptor}"))
    };
    list(SubjectDescriptor(OTTO).to_string()).send().await.error(404, "VssServiceException");
    list("msa.MjcwYjYwYzMtZThiMy03MGU1LWFjZDYtYzM5Zjk3ZDZmYTRh".to_owned())
        .send()
        .await
        .error(404, "VssServiceException");
    for malformed in
        ["x", "aad.", "aad.AAAA", &MONA.to_string(), &SubjectDescriptor(MONA).to_string().to_lowercase()]
    {
        list(malformed.to_owned()).send().await.error(400, "ArgumentException");
    }
    // Whom the configuration names is known before they made anything.
    assert!(listed(&app, ADA).await.is_empty());
    let otto = app.post(&json!({ "displayName": "his", "scope": "vso.code" })).bearer(&token(OTTO));
    otto.send().await.pat();
    assert_eq!(listed(&app, OTTO).await.len(), 1);
    assert_eq!(listed(&app, MONA).await.len(), 1);
}

#[tokio::test]
async fn revoked_and_expired_ones_are_listed_as_not_valid() {
    let app = TestApp::start().await;
    for (name, days) in [("active", 30), ("expired", 1), ("revoked", 30)] {
        let pat = app.create(name, days).await;
        if name == "revoked" {
            assert_eq!(app.delete(pat["authorizationId"].as_str().unwrap()).send().await.status, 204);
        }
    }
    app.clock.advance(SignedDuration::from_hours(48));
    let end = noon().as_second() + 400 * 86_400;
    let lasting = signed(&changed(claims(ADA, "vso.tokenadministration"), json!({ "exp": end })));
    let page = by_ada(&app, Method::GET, &tokens_of(MONA)).bearer(&lasting).send().await.ok();
    let tokens = page["value"].as_array().unwrap();
    let names: Vec<&str> = tokens.iter().map(|token| token["displayName"].as_str().unwrap()).collect();
    assert_eq!(names, ["active", "expired", "revoked"], "in the order in which they were made");
    assert_eq!(valid(tokens), [true, false, false]);
}

#[tokio::test]
async fn there_are_no_ssh_keys() {
    let app = TestApp::start().await;
    app.create("ci", 30).await;
    let page = by_ada(&app, Method::GET, &format!("{}?isPublic=true", tokens_of(MONA))).send().await.ok();
    assert_eq!(page, json!({ "value": [], "continuationToken": null }));
}

#[tokio::test]
async fn pages_meet_and_their_tokens_are_bound() {
    let app = TestApp::start().await;
    for number in 0..25 {
        app.create(&format!("pat {number:02}"), 30).await;
    }
    app.post(&json!({ "displayName": "his", "scope": "vso.code" })).bearer(&token(OTTO)).send().await.pat();
    let (mut seen, mut sizes, mut tokens) = (Vec::new(), Vec::new(), Vec::new());
    let mut address = tokens_of(MONA);
    loop {
        let page = by_ada(&app, Method::GET, &address).send().await.ok();
        let value = page["value"].as_array().unwrap();
        sizes.push(value.len());
        seen.extend(value.iter().map(|token| token["displayName"].as_str().unwrap().to_owned()));
        let Value::String(token) = &page["continuationToken"] else { break };
        let id: Uuid = token.parse().unwrap();
        assert_eq!((id.get_version_num(), token.len()), (8, 36));
        address = format!("{}?continuationToken={token}", tokens_of(MONA));
        tokens.push(id);
    }
    assert_eq!(sizes, [20, 5]);
    assert_eq!(seen, (0..25).map(|number| format!("pat {number:02}")).collect::<Vec<_>>());

    let next = |token: Uuid, query: &str| {
        by_ada(&app, Method::GET, &format!("{}?continuationToken={token}{query}", tokens_of(MONA)))
    };
    let good = tokens[0];
    next(good, "&pageSize=3").send().await.ok();
    for bit in 0..128 {
        let changed = Uuid::from_u128(good.as_u128() ^ (1 << bit));
        next(changed, "").send().await.error(400, "ArgumentException");
    }
    next(good, "&isPublic=true").send().await.error(400, "ArgumentException");
    let of_otto = format!("{}?continuationToken={good}", tokens_of(OTTO));
    by_ada(&app, Method::GET, &of_otto).send().await.error(400, "ArgumentException");
}

#[tokio::test]
async fn bad_parameters_are_named() {
    let app = TestApp::start().await;
    app.create("ci", 30).await;
    for (query, named) in [
        ("pageSize=0", "pageSize"),
        ("pageSize=-1", "pageSize"),
        ("pageSize=many", "pageSize"),
        ("continuationToken=x", "continuationToken"),
        ("continuationToken=00000000-0000-0000-0000-000000000000", "continuationToken"),
        ("isPublic=perhaps", "isPublic"),
    ] {
        let reply = by_ada(&app, Method::GET, &format!("{}?{query}", tokens_of(MONA))).send().await;
        let message = reply.error(400, "ArgumentException");
        assert!(message.contains(named), "{query}: {message}");
    }
    for query in ["pageSize=100000", "pageSize=&continuationToken=&isPublic=", "PAGESIZE=1&unknown=1"] {
        by_ada(&app, Method::GET, &format!("{}?{query}", tokens_of(MONA))).send().await.ok();
    }
}

#[tokio::test]
async fn is_for_administrators_only() {
    let app = TestApp::start().await;
    app.assert_for_administrators_only(Method::GET, &tokens_of(MONA)).await;
}
