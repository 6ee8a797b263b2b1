//! Where to sign in: the organization itself, challenges, and the sign-in page (contract.md §2.2, §2.3, §12 #24,
//! #25, #33, #44).

use http::Method;
use patcycle_api::ApiSettings;
use patcycle_lifecycle::Settings;

use crate::support::issuer::{MONA, OTHER_TENANT, TENANT, claims, signed};
use crate::support::reply::Reply;
use crate::support::{PATS, TestApp};

const ANONYMOUS: &str =
    "TF400813: Resource not available for anonymous access. Client authentication required.";

fn assert_challenge(reply: &Reply, organization: &str, tenant: uuid::Uuid, reply_to: &str) {
    let authority = format!("https://login.example/{tenant}");
    assert_eq!(
        reply.all("www-authenticate"),
        [format!("Bearer authorization_uri={authority}"), "TFS-Federated".to_owned()]
    );
    let page = format!("https://login.example/sign-in?from=api&realm={organization}&reply_to={reply_to}");
    for (name, value) in [
        ("x-vss-resourcetenant", tenant.to_string()),
        ("x-vss-authorizationendpoint", authority.clone()),
        ("x-tfs-fedauthrealm", organization.to_owned()),
        ("x-tfs-fedauthissuer", authority),
        ("x-tfs-fedauthredirect", page),
    ] {
        assert_eq!(reply.all(name), [value], "{name}");
    }
}

#[tokio::test]
async fn head_of_an_organization_names_its_tenant() {
    let app = TestApp::start().await;
    for (path, name, tenant) in [
        ("/fabrikam", "fabrikam", TENANT),
        ("/FABRIKAM/", "fabrikam", TENANT),
        ("/contoso", "contoso", OTHER_TENANT),
    ] {
        for accept in ["*/*", "text/html"] {
            let head = app.request(Method::HEAD, path).anonymous().version(None).header("accept", accept);
            let reply = head.send().await;
            assert_eq!(reply.status, 401);
            assert_challenge(&reply, name, tenant, &path.replace('/', "%2F"));
        }
    }
    let reply = app.get("/fabrikam").version(None).send().await;
    assert_eq!(reply.error(401, "UnauthorizedRequestException"), ANONYMOUS);
}

#[tokio::test]
async fn an_unknown_organization_is_not_found_whoever_asks() {
    let app = TestApp::start().await;
    for path in
        ["/nobody", "/nobody/_apis/tokens/pats", "/fabrikam2/_apis/tokens/pats", "/_x/_apis/tokens/pats"]
    {
        for method in [Method::GET, Method::HEAD, Method::POST, Method::OPTIONS, Method::PATCH] {
            let call = || app.request(method.clone(), path).header("accept", "text/html");
            for reply in
                [call().send().await, call().anonymous().send().await, call().bearer("x").send().await]
            {
                assert_eq!(reply.status, 404, "{method} {path}");
                assert!(reply.header("www-authenticate").is_none() && reply.header("location").is_none());
                if method != Method::HEAD {
                    reply.error(404, "VssServiceException");
                }
            }
        }
    }
}

#[tokio::test]
async fn programs_get_401_with_everything_to_sign_in() {
    let app = TestApp::start().await;
    for (method, accept) in [
        (Method::GET, Some("application/json;api-version=7.1-preview.1")),
        (Method::GET, Some("*/*")),
        (Method::GET, None),
        (Method::POST, Some("text/html")),
        (Method::PUT, Some("text/html")),
        (Method::DELETE, Some("text/html")),
    ] {
        let call = app.request(method, PATS).anonymous();
        let reply = if let Some(accept) = accept { call.header("accept", accept) } else { call }.send().await;
        assert_eq!(reply.error(401, "UnauthorizedRequestException"), ANONYMOUS);
        assert_challenge(&reply, "fabrikam", TENANT, "%2Ffabrikam%2F_apis%2Ftokens%2Fpats");
    }
}

#[tokio::test]
async fn browsers_are_sent_to_the_sign_in_page() {
    let app = TestApp::start().await;
    let bad = signed(&claims(MONA, "vso.code"));
    for method in [Method::GET, Method::HEAD] {
        for accept in ["text/html,application/xhtml+xml,*/*;q=0.8", "application/json, Text/HTML;q=0.9"] {
            let call = || app.request(method.clone(), PATS).header("accept", accept);
            for call in [call().anonymous(), call().bearer("x"), call().bearer(&bad)] {
                let reply = call.send().await;
                assert_eq!(reply.status, 302);
                assert_eq!(reply.header("content-type"), Some("text/html; charset=utf-8"));
                assert_eq!(reply.header("location"), reply.header("x-tfs-fedauthredirect"));
                assert_challenge(&reply, "fabrikam", TENANT, "%2Ffabrikam%2F_apis%2Ftokens%2Fpats");
                if method == Method::GET {
                    assert!(reply.body.contains("<title>Object moved</title>"));
                    assert!(reply.body.contains("sign-in?from=api&amp;realm=fabrikam&amp;reply_to="));
                }
            }
            let suppressed = call().anonymous().header("x-tfs-fedauthredirect", "suppress").send().await;
            assert_eq!(suppressed.status, 401);
        }
    }
    let root = app.get("/fabrikam").anonymous().version(None).header("accept", "text/html").send().await;
    assert_eq!(root.status, 302);
}

#[tokio::test]
async fn the_page_after_the_redirect_can_be_imitated() {
    let settings = ApiSettings { sign_in_page_203: true, ..ApiSettings::default() };
    let app = TestApp::start_with(settings, Settings::default()).await;
    for method in [Method::GET, Method::HEAD, Method::POST] {
        let reply = app.request(method.clone(), PATS).anonymous().send().await;
        assert_eq!(reply.status, 203, "{method}");
        assert_eq!(reply.header("content-type"), Some("text/html; charset=utf-8"));
        assert_challenge(&reply, "fabrikam", TENANT, "%2Ffabrikam%2F_apis%2Ftokens%2Fpats");
        let suppressed = app.request(method, PATS).anonymous().header("x-tfs-fedauthredirect", "Suppress");
        assert_eq!(suppressed.send().await.status, 401);
    }
    for method in [Method::PUT, Method::DELETE] {
        assert_eq!(app.request(method, PATS).anonymous().send().await.status, 401);
    }
    assert_eq!(app.get(PATS).send().await.status, 200);
}
