//! Paths, verbs and addresses (contract.md §1.1, §12 #30, #37, #39; properties 5 and 18).

use http::{Method, Request};

use crate::support::{PATS, TestApp};

#[tokio::test]
async fn clients_spell_the_path_in_many_ways() {
    let app = TestApp::start().await;
    for path in [
        "/fabrikam/_apis/Tokens/Pats",
        "/FABRIKAM/_APIS/TOKENS/PATS",
        "//fabrikam/_apis/tokens/pats",
        "/fabrikam//_apis/tokens//pats",
        "/fabrikam/_apis/tokens/pats/",
    ] {
        app.get(path).send().await.ok();
        app.get(path).anonymous().send().await.error(401, "UnauthorizedRequestException");
    }
    app.get("https://vssps.dev.azure.com/fabrikam/_apis/tokens/pats").send().await.ok();
}

#[tokio::test]
async fn anything_else_is_not_found() {
    let app = TestApp::start().await;
    for path in [
        "/",
        "//",
        "/fabrikam/_apis",
        "/fabrikam/_apis/",
        "/fabrikam/_apis/tokens",
        "/fabrikam/_apis/tokens/other",
        "/fabrikam/_apis/tokens/pats/extra",
        "/fabrikam/_apis/tokens%2fpats",
        "/fabrikam%2f_apis/tokens/pats",
        "/fabrikam/%5fapis/tokens/pats",
        "/fabrikam/tokens/pats",
        "/_apis/tokens/pats",
        "//_patcycle",
        "//fabrikam",
        "/fabrikam/../contoso/_apis/tokens/pats",
    ] {
        for method in [Method::GET, Method::POST, Method::TRACE] {
            app.request(method, path).send().await.error(404, "VssServiceException");
            app.get(path).anonymous().send().await.error(404, "VssServiceException");
        }
        // What follows `_apis` directly may be the name of an area, which can be asked about.
        let area = path.starts_with("/fabrikam/_apis") && path.trim_end_matches('/').matches('/').count() < 4;
        if !area {
            app.request(Method::OPTIONS, path).send().await.error(404, "VssServiceException");
        }
    }
}

#[tokio::test]
async fn other_verbs_are_refused_with_those_that_there_are() {
    let app = TestApp::start().await;
    for (method, shown) in [
        ("PATCH", "the method `PATCH`"),
        ("TRACE", "the method `TRACE`"),
        ("PROPFIND", "the method `PROPFIND`"),
        ("get", "the method `get`"),
        ("AVERYLONGVERBTHATSAYSNOTHING", "the method of this request"),
    ] {
        let reply = app.request(method.parse().unwrap(), PATS).send().await;
        let message = reply.error(405, "VssServiceException");
        assert!(message.contains(shown), "{message}");
        assert_eq!(reply.header("allow"), Some("OPTIONS, GET, HEAD, POST, PUT, DELETE"), "{method}");
    }
}

#[tokio::test]
async fn no_header_overrides_the_verb() {
    let app = TestApp::start().await;
    let pat = app.create("ci", 30).await;
    let id = pat["authorizationId"].as_str().unwrap();
    let call = app.get(&format!("{PATS}?authorizationId={id}&_method=DELETE"));
    let reply =
        call.header("x-http-method-override", "DELETE").header("x-method-override", "DELETE").send().await;
    assert_eq!(reply.pat()["displayName"], "ci");
    assert_eq!(app.audit().await.len(), 1);
}

#[tokio::test]
async fn head_is_a_get_without_its_body() {
    let app = TestApp::start().await;
    app.create("ci", 30).await;
    let get = app.get(PATS).send().await;
    let head = app.request(Method::HEAD, PATS).send().await;
    assert_eq!((head.status, head.body.as_str()), (get.status, ""));
    assert_eq!(head.header("content-length"), Some(get.body.len().to_string().as_str()));
    assert_eq!(head.header("content-type"), get.header("content-type"));
}

#[tokio::test]
async fn pages_of_other_origins_may_ask_first() {
    let app = TestApp::start().await;
    let preflight = app.request(Method::OPTIONS, PATS).anonymous().version(None);
    let preflight = preflight
        .header("origin", "https://pages.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization,content-type");
    let reply = preflight.send().await;
    assert_eq!(reply.status, 204);
    for (name, value) in [
        ("access-control-allow-origin", "*"),
        ("access-control-max-age", "3600"),
        ("access-control-allow-methods", "OPTIONS,GET,POST,PATCH,PUT,DELETE"),
        ("access-control-expose-headers", "ActivityId,X-TFS-Session,X-MS-ContinuationToken"),
    ] {
        assert_eq!(reply.all(name), [value]);
    }
    let allowed = reply.header("access-control-allow-headers").unwrap();
    assert!(allowed.split(',').any(|name| name == "authorization"));
    assert!(allowed.split(',').any(|name| name == "content-type"));
    assert!(allowed.split(',').any(|name| name == "idempotency-key"));
    assert_eq!(reply.header("access-control-allow-credentials"), None);
    assert_eq!(app.get(PATS).send().await.header("access-control-allow-headers"), Some("authorization"));
}

#[tokio::test]
async fn a_token_in_the_address_is_refused() {
    let app = TestApp::start().await;
    let pat = app.create("ci", 30).await;
    let pat = pat["token"].as_str().unwrap();
    let access_token = crate::support::issuer::token(crate::support::issuer::MONA);
    for address in [
        format!("{PATS}?access_token={access_token}"),
        format!("{PATS}?access_token=anything"),
        format!("{PATS}?note={pat}"),
        format!("{PATS}?{pat}"),
        format!("{PATS}?note={access_token}"),
        format!("{PATS}/{pat}"),
        format!("/{pat}"),
        format!("/_patcycle?x={pat}"),
    ] {
        for call in [app.get(&address), app.get(&address).anonymous()] {
            let reply = call.send().await;
            let message = reply.error(400, "ArgumentException");
            assert!(message.contains("Authorization header"));
            assert!(!reply.body.contains(&pat[..8]) && !reply.body.contains(&access_token[..8]));
        }
    }
}

#[tokio::test]
async fn an_endless_address_is_refused() {
    let app = TestApp::start().await;
    for address in [format!("{PATS}?x={}", "a".repeat(17_000)), format!("/{}", "a".repeat(17_000))] {
        app.get(&address).send().await.error(414, "VssServiceException");
    }
    app.get(&format!("{PATS}?x={}", "a".repeat(15_000))).send().await.ok();
}

#[tokio::test]
async fn odd_targets_are_answered() {
    let app = TestApp::start().await;
    for (method, target) in [("OPTIONS", "*"), ("CONNECT", "fabrikam:443")] {
        let mut request = Request::new(axum::body::Body::empty());
        *request.method_mut() = method.parse().unwrap();
        *request.uri_mut() = target.parse().unwrap();
        app.send(request).await.error(404, "VssServiceException");
    }
}
