//! What is asked: by the query, by a rule.

use http::Method;
use patcycle_api::{ApiSettings, VerifyRule};
use patcycle_contract::scope;
use patcycle_lifecycle::Settings;

use super::{CODE, bearer, created, status, verify};
use crate::support::TestApp;

#[tokio::test]
async fn a_query_that_leaves_a_doubt_lets_nobody_in() {
    let app = TestApp::start().await;
    let (_, pat) = created(&app, "app_token").await;
    for query in [
        "",
        "?scope=vso.code",
        "?organization=fabrikam",
        "?scope=&organization=fabrikam",
        "?scope=vso.code&organization=",
        "?scope=vso.code&scope=vso.code&organization=fabrikam",
        "?scope=vso.code&SCOPE=vso.work&organization=fabrikam",
        "?scope=vso.code&organization=fabrikam&organization=contoso",
        "?scope=vso.codex&organization=fabrikam",
        "?scope=vso.code%20vso.work&organization=fabrikam",
        "?scope=user_impersonation&organization=fabrikam",
        "?scope=vso.pats_manage&organization=fabrikam",
        "?scope=vso.code&organization=nowhere",
        "?scope=%00&organization=fabrikam",
    ] {
        let reply = verify(&app, &format!("/_patcycle/verify{query}"), &[&bearer(&pat)]).await;
        reply.error(400, "ArgumentException");
        assert!(reply.header("x-patcycle-user").is_none());
    }
    let address = format!("{CODE}&pat={pat}");
    let told = verify(&app, &address, &[&bearer(&pat)]).await.error(400, "ArgumentException");
    assert!(told.contains("carries a token") && !told.contains(&pat));
    let long = format!("{CODE}&x={}", "x".repeat(5000));
    assert_eq!(status(&app, &long, &pat).await, 414);
}

#[tokio::test]
async fn names_and_the_address_itself_match_in_any_case() {
    let app = TestApp::start().await;
    let (_, pat) = created(&app, "vso.code").await;
    for address in [
        "/_PatCycle/Verify?Scope=VSO.Code&Organization=FabriKam",
        "/_patcycle/verify/?scope=vso.code&organization=fabrikam&unknown=1",
    ] {
        assert_eq!(status(&app, address, &pat).await, 200, "{address}");
    }
}

#[tokio::test]
async fn every_verb_is_answered() {
    let app = TestApp::start().await;
    let (_, pat) = created(&app, "vso.code").await;
    for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"] {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let call = app.request(method.clone(), CODE).anonymous().version(None);
        assert_eq!(call.header("authorization", &bearer(&pat)).send().await.status, 200, "{method}");
        let anonymous = app.request(method.clone(), CODE).anonymous().version(None);
        assert_eq!(anonymous.header("x-http-method-override", "GET").send().await.status, 401, "{method}");
    }
}

fn rule(name: &str, scope: &str, organization: &str) -> VerifyRule {
    VerifyRule {
        name: name.to_owned(),
        scope: scope::find(scope).unwrap(),
        organization: organization.to_owned(),
    }
}

#[tokio::test]
async fn a_rule_decides_whatever_else_the_address_says() {
    let rules = vec![rule("code", "vso.code", "fabrikam"), rule("work", "vso.work", "fabrikam")];
    let settings = ApiSettings { verify_rules: rules, ..ApiSettings::default() };
    let app = TestApp::start_with(settings, Settings::default()).await;
    let (_, pat) = created(&app, "vso.code").await;
    for suffix in [
        "",
        "/",
        "/a/b//c?d=e",
        "?scope=vso.work&organization=contoso",
        "/x?access_token=theirs&scope=",
        "/%2e%2e/%zz",
    ] {
        assert_eq!(status(&app, &format!("/_patcycle/verify/code{suffix}"), &pat).await, 200, "{suffix}");
        assert_eq!(status(&app, &format!("/_patcycle/verify/work{suffix}"), &pat).await, 403, "{suffix}");
        let anonymous = verify(&app, &format!("/_patcycle/verify/code{suffix}"), &[]).await;
        assert_eq!(anonymous.status, 401, "{suffix}");
    }
    for name in ["Code", "cod", "code%20", "unknown"] {
        let reply = verify(&app, &format!("/_patcycle/verify/{name}"), &[&bearer(&pat)]).await;
        reply.error(404, "VssServiceException");
    }
}
