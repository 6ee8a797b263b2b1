//! `GET /_patcycle`.

use http::Method;
use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn tells_what_it_is_to_anybody() {
    let app = TestApp::start().await;
    for path in ["/_patcycle", "/_PATCYCLE", "/_patcycle/", "/_patcycle?x=1"] {
        let reply = app.get(path).anonymous().version(None).send().await;
        let expected = json!({ "product": "patcycle", "version": env!("CARGO_PKG_VERSION"), "features": ["rotate", "verify", "usage", "history", "limits"] });
        assert_eq!(reply.ok(), expected);
        assert_eq!(reply.header("www-authenticate"), None);
    }
    let head = app.request(Method::HEAD, "/_patcycle").anonymous().send().await;
    assert_eq!((head.status.as_u16(), head.body.as_str()), (200, ""));
}

#[tokio::test]
async fn takes_nothing() {
    let app = TestApp::start().await;
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
        let reply = app.request(method, "/_patcycle").send().await;
        reply.error(405, "VssServiceException");
        assert_eq!(reply.header("allow"), Some("OPTIONS, GET, HEAD"));
    }
}
