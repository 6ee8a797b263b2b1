//! `DELETE …/tokens/pats?authorizationId=…` (contract.md §1.2, §12 #8, #10).

use http::Method;
use patcycle_api::ApiSettings;
use patcycle_lifecycle::Settings;

use crate::support::app::unknown_id;
use crate::support::issuer::{OTTO, token};
use crate::support::{PATS, TestApp};

#[tokio::test]
async fn ends_a_pat_and_may_be_repeated() {
    let app = TestApp::start().await;
    let made = app.create("ci", 30).await;
    let id = made["authorizationId"].as_str().unwrap();
    for _ in 0..2 {
        let reply = app.delete(id).header("content-type", "application/json").body("{}").send().await;
        assert_eq!((reply.status.as_u16(), reply.body.as_str()), (204, ""));
        assert_eq!(reply.header("content-length"), None);
    }
    assert_eq!(app.audit().await.len(), 2, "the second time there was nothing to do");
    let page = app.get(&format!("{PATS}?displayFilterOption=revoked")).send().await.ok();
    assert_eq!(page["patTokens"][0]["authorizationId"], id);
}

#[tokio::test]
async fn unknown_and_foreign_are_the_same() {
    let app = TestApp::start().await;
    let made = app.create("mine", 30).await;
    let id = made["authorizationId"].as_str().unwrap();
    let unknown = app.delete(&unknown_id().to_string()).bearer(&token(OTTO)).send().await;
    let foreign = app.delete(id).bearer(&token(OTTO)).send().await;
    unknown.error(404, "VssServiceException");
    assert_eq!(foreign.masked(), unknown.masked());
    assert_eq!(app.get(PATS).send().await.ok()["patTokens"][0]["authorizationId"], id);
}

#[tokio::test]
async fn the_operator_may_want_204_for_both() {
    let settings = ApiSettings { revoke_unknown_is_204: true, ..ApiSettings::default() };
    let app = TestApp::start_with(settings, Settings::default()).await;
    let made = app.create("mine", 30).await;
    let id = made["authorizationId"].as_str().unwrap();
    let unknown = app.delete(&unknown_id().to_string()).bearer(&token(OTTO)).send().await;
    let foreign = app.delete(id).bearer(&token(OTTO)).send().await;
    assert_eq!(unknown.status, 204);
    assert_eq!(foreign.masked(), unknown.masked());
    assert_eq!(app.get(PATS).send().await.ok()["patTokens"][0]["authorizationId"], id);
}

#[tokio::test]
async fn bad_ids_never_look_like_success() {
    let app = TestApp::start().await;
    app.create("ci", 30).await;
    for query in ["", "?authorizationId=", "?authorizationId=x", "?authorizationId=*", "?authorizationId=%00"]
    {
        let reply = app.request(Method::DELETE, &format!("{PATS}{query}")).send().await;
        assert!(reply.error(400, "ArgumentException").contains("authorizationId"), "{query}");
    }
    let zero = app.delete(&uuid::Uuid::nil().to_string()).send().await;
    assert!(zero.error(400, "ArgumentException").starts_with("invalidAuthorizationId"));
    assert_eq!(app.audit().await.len(), 1);
}
