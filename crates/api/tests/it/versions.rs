//! `api-version` (contract.md §1.4, §12 #42).

use http::Method;
use serde_json::json;

use crate::support::{PATS, TestApp};

#[tokio::test]
async fn all_served_spellings_are_understood() {
    let app = TestApp::start().await;
    for version in [
        "6.1-preview",
        "6.1-preview.1",
        "7.0-preview.1",
        "7.1-preview",
        "7.1-PREVIEW.1",
        "v7.2-preview.1",
        "7.01-preview.1",
    ] {
        assert_eq!(app.get(PATS).version(Some(version)).send().await.status, 200, "{version}");
        let accept = format!("application/json; api-version={version}; excludeUrls=true");
        let reply = app.get(PATS).version(None).header("accept", &accept).send().await;
        assert_eq!(reply.status, 200, "{version}");
    }
}

#[tokio::test]
async fn a_change_needs_a_version_and_a_look_does_not() {
    let app = TestApp::start().await;
    let body = json!({ "displayName": "ci", "scope": "vso.code" });
    assert_eq!(app.get(PATS).version(None).send().await.status, 200);
    assert_eq!(app.request(Method::HEAD, PATS).version(None).send().await.status, 200);
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let reply = app.request(method.clone(), PATS).version(None).json(&body).send().await;
        let message = reply.error(400, "VssVersionNotSpecifiedException");
        assert_eq!(
            message,
            format!(
                "No api-version was supplied for the \"{method}\" request. The version must be supplied either as part \
                 of the Accept header (e.g. \"application/json; api-version=1.0\") or as a query parameter (e.g. \
                 \"?api-version=1.0\")."
            )
        );
    }
    let by_header =
        app.post(&body).version(None).header("accept", "application/json;api-version=7.1-preview.1");
    by_header.send().await.pat();
    assert_eq!(app.audit().await.len(), 1);
}

#[tokio::test]
async fn what_is_not_served_is_refused_in_known_words() {
    let app = TestApp::start().await;
    for (version, type_key, message) in [
        (
            "7.1",
            "VssInvalidPreviewVersionException",
            "The requested version \"7.1\" of the resource is under preview. The -preview flag must be supplied in the \
             api-version for such requests. For example: \"7.1-preview\"",
        ),
        (
            "7.3-preview",
            "VssVersionOutOfRangeException",
            "The requested REST API version of 7.3 is out of range for this server. The latest REST API version this \
             server supports is 7.2.",
        ),
        (
            "5.0-preview.1",
            "VssVersionOutOfRangeException",
            "The request matched route _apis/{area}/{resource}, but the requested REST API version 5.0 was outside the \
             valid version range for this route.",
        ),
        (
            "latest",
            "VssInvalidApiResourceVersionException",
            "Invalid api version string: \"latest\". Api version string must be in the format: \
             {Major}.{Minor}[-preview[.{ResourceVersion}]].",
        ),
    ] {
        for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE] {
            let reply = app.request(method, PATS).version(Some(version)).send().await;
            assert_eq!(reply.error(400, type_key), message);
            assert_eq!(reply.json()["eventId"], 3000);
        }
    }
}

#[tokio::test]
async fn the_query_wins_over_the_header() {
    let app = TestApp::start().await;
    let accept = "application/json;api-version=7.1-preview.1";
    let reply = app.get(PATS).version(Some("9.9-preview")).header("accept", accept).send().await;
    reply.error(400, "VssVersionOutOfRangeException");
    let reply = app.get(PATS).version(Some("")).header("accept", accept).send().await;
    assert_eq!(reply.status, 200);
}

#[tokio::test]
async fn values_newer_than_the_asked_version_become_access_denied() {
    let app = TestApp::start().await;
    let body = json!({ "displayName": "ci", "scope": "vso.code", "allOrgs": true });
    let mut messages = Vec::new();
    for (version, expected) in [
        ("6.1-preview.1", "accessDenied"),
        ("7.0-preview.1", "accessDenied"),
        ("7.1-preview.1", "accessDenied"),
        ("7.2-preview.1", "globalPATCreationBlocked"),
    ] {
        let reply = app.post(&body).version(Some(version)).send().await;
        assert_eq!(reply.refusal(), expected, "{version}");
        messages.push(reply.json()["patTokenErrorMessage"].clone());
    }
    assert!(messages.windows(2).all(|pair| pair[0] == pair[1]), "the real cause is told in every version");
}
