//! Bodies of every kind (contract.md §1.5, §12 #30; property 43).

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use futures::stream;
use http::Method;
use patcycle_api::ApiSettings;
use patcycle_contract::MAX_BODY_BYTES;
use patcycle_lifecycle::Settings;

use crate::support::{PATS, TestApp};

const GOOD: &str = "{\"displayName\":\"ci\",\"scope\":\"vso.code\"}";

#[tokio::test]
async fn what_is_no_readable_object_gets_the_known_answer() {
    let app = TestApp::start().await;
    let deep = format!("{{\"displayName\":\"ci\",\"x\":{}{}}}", "[".repeat(30_000), "]".repeat(30_000));
    let unclosed = "[".repeat(60_000);
    let bodies: [&[u8]; 18] = [
        b"",
        b" ",
        b"{",
        b"{\"displayName\":}",
        b"{'displayName':'ci'}",
        b"[]",
        b"null",
        b"1",
        b"\"text\"",
        b"{} {}",
        b"\xff\xfe{}",
        b"{\"displayName\":5}",
        b"{\"displayName\":[\"ci\"]}",
        b"{\"scope\":{}}",
        b"{\"allOrgs\":\"perhaps\"}",
        b"{\"validTo\":1796119200}",
        deep.as_bytes(),
        unclosed.as_bytes(),
    ];
    for body in bodies {
        for method in [Method::POST, Method::PUT] {
            let call = app.request(method, PATS).header("content-type", "application/json");
            let reply = call.body(body.to_vec()).send().await;
            let message = reply.error(400, "JsonReaderException");
            let activity = reply.header("activityid").unwrap();
            assert_eq!(message, format!("TF400898: An Internal Error Occurred. Activity Id: {activity}."));
            let envelope = reply.json();
            assert_eq!(envelope["typeName"], "Newtonsoft.Json.JsonReaderException, Newtonsoft.Json");
            assert_eq!(envelope["eventId"], 0);
        }
    }
    assert!(app.audit().await.is_empty());
}

#[tokio::test]
async fn content_types_of_json_pass_and_others_are_named() {
    let app = TestApp::start().await;
    for content_type in [
        "application/json",
        "Application/JSON; charset=utf-8",
        "application/json; charset=utf-8; api-version=7.2-preview.1",
        "text/json",
    ] {
        let call = app.request(Method::POST, PATS).header("content-type", content_type);
        call.body(GOOD).send().await.pat();
    }
    app.request(Method::POST, PATS).body(GOOD).send().await.pat();
    for content_type in
        ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x", ""]
    {
        for method in [Method::POST, Method::PUT] {
            let call = app.request(method.clone(), PATS).header("content-type", content_type);
            let message =
                call.body(GOOD).send().await.error(415, "VssRequestContentTypeNotSupportedException");
            assert_eq!(
                message,
                format!(
                    "The request indicated a Content-Type of \"{content_type}\" for method type \"{method}\" which is \
                     not supported. Valid content types for this method are: application/json."
                )
            );
        }
    }
}

#[tokio::test]
async fn long_bodies_are_refused_announced_or_not() {
    let app = TestApp::start().await;
    let padding = MAX_BODY_BYTES - GOOD.len();
    let fits = format!("{GOOD}{}", " ".repeat(padding));
    let call = || app.request(Method::POST, PATS).header("content-type", "application/json");
    call().body(fits.clone()).send().await.pat();
    call().body(format!("{fits} ")).send().await.error(413, "VssServiceException");
    let announced = call().header("content-length", "1000000000").body(GOOD).send().await;
    announced.error(413, "VssServiceException");
    let endless = stream::repeat_with(|| Ok::<_, Infallible>(" ".repeat(1000)));
    call().body(Body::from_stream(endless)).send().await.error(413, "VssServiceException");
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let settings = ApiSettings { body_timeout: Duration::from_millis(20), ..ApiSettings::default() };
    let app = TestApp::start_with(settings, Settings::default()).await;
    let call = || app.request(Method::POST, PATS).header("content-type", "application/json");
    let never = Body::from_stream(stream::pending::<Result<String, Infallible>>());
    call().body(never).send().await.error(408, "VssServiceException");
    let broken =
        Body::from_stream(stream::iter([Ok("{\"displayName\":"), Err(std::io::Error::other("gone"))]));
    call().body(broken).send().await.error(400, "VssServiceException");
}

#[tokio::test]
async fn callers_who_may_not_are_told_before_their_body_is_read() {
    let app = TestApp::start().await;
    let never = || Body::from_stream(stream::pending::<Result<String, Infallible>>());
    let call = || app.request(Method::POST, PATS).header("content-type", "application/json");
    call().anonymous().body(never()).send().await.error(401, "UnauthorizedRequestException");
    let versionless = call().version(None).body(never());
    versionless.send().await.error(400, "VssVersionNotSpecifiedException");
    assert_eq!(app.get(PATS).body(never()).send().await.status, 200);
}
