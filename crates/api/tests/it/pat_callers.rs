//! PATs as callers: where a route takes them, and nowhere else (contract.md §5.3, §12 #22; properties 15 and 20).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use patcycle_contract::SubjectDescriptor;
use patcycle_primitives::SeededRandom;
use patcycle_token::{Signature, mint};
use serde_json::json;

use crate::support::issuer::{ADA, MONA, noon, token};
use crate::support::reply::Reply;
use crate::support::store::Fault;
use crate::support::{PATS, TestApp};

const CONNECTION_DATA: &str = "/fabrikam/_apis/connectionData";
const REVOCATIONS: &str = "/fabrikam/_apis/tokenadmin/revocations";

fn tokens_of_mona() -> String {
    format!("/fabrikam/_apis/tokenadmin/personalaccesstokens/{}", SubjectDescriptor(MONA))
}

/// Id and secret of a new PAT.
async fn created(app: &TestApp, owner: uuid::Uuid, scope: &str) -> (String, String) {
    let body = json!({ "displayName": "ci", "scope": scope });
    let pat = app.request(Method::POST, PATS).bearer(&token(owner)).json(&body).send().await.pat();
    (pat["authorizationId"].as_str().unwrap().to_owned(), pat["token"].as_str().unwrap().to_owned())
}

async fn get(app: &TestApp, address: &str, authorization: &str) -> Reply {
    let call = app.request(Method::GET, address).anonymous().version(Some("7.1-preview"));
    call.header("authorization", authorization).header("host", "patcycle.example").send().await
}

fn basic(pat: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!(":{pat}")))
}

#[tokio::test]
async fn any_good_pat_may_ask_who_its_owner_is() {
    let app = TestApp::start().await;
    let (id, pat) = created(&app, MONA, "vso.wiki").await;
    for authorization in [basic(&pat), format!("Bearer {pat}")] {
        let reply = get(&app, CONNECTION_DATA, &authorization).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        assert_eq!(reply.header("x-vss-userdata"), Some(format!("{MONA}:mona@fabrikam.example").as_str()));
    }
    for address in
        ["/few/_apis/connectionData", "/apart/_apis/connectionData", "/contoso/_apis/connectionData"]
    {
        assert_eq!(get(&app, address, &basic(&pat)).await.status, 401, "{address}");
    }
    assert_eq!(app.delete(&id).send().await.status, 204);
    let reply = get(&app, CONNECTION_DATA, &basic(&pat)).await;
    reply.error(401, "UnauthorizedRequestException");
    let challenges = reply.all("www-authenticate");
    assert!(challenges.contains(&"Basic realm=\"patcycle\", charset=\"UTF-8\""), "{challenges:?}");
    for broken in ["Basic", "Basic !", "Basic Zm9v", &basic("x")] {
        assert_eq!(get(&app, CONNECTION_DATA, broken).await.status, 401);
    }
}

#[tokio::test]
async fn token_admin_opens_to_an_administrators_pat_with_the_scope() {
    let app = TestApp::start().await;
    let (_, right) = created(&app, ADA, "vso.tokenadministration").await;
    let (_, full) = created(&app, ADA, "app_token").await;
    let (_, narrow) = created(&app, ADA, "vso.tokens vso.code_full").await;
    let (_, no_administrator) = created(&app, MONA, "vso.tokenadministration").await;
    for (pat, status) in [(&right, 200), (&full, 200), (&narrow, 401), (&no_administrator, 401)] {
        assert_eq!(get(&app, &tokens_of_mona(), &basic(pat)).await.status, status);
        assert_eq!(get(&app, &tokens_of_mona(), &format!("Bearer {pat}")).await.status, status);
    }
    assert_eq!(get(&app, PATS, &basic(&right)).await.status, 401, "rule 1: never the PATs themselves");
    assert_eq!(get(&app, "/fabrikam/_apis/_patcycle/policies", &basic(&full)).await.status, 401);
    assert_eq!(get(&app, "/fabrikam/_apis/audit/auditlog", &basic(&full)).await.status, 401);
}

#[tokio::test]
async fn the_audit_tells_that_a_pat_was_used() {
    let app = TestApp::start().await;
    let (pat_id, pat) = created(&app, ADA, "vso.tokenadministration").await;
    let (victim, _) = created(&app, MONA, "vso.code").await;
    let call = app.request(Method::POST, REVOCATIONS).anonymous().version(Some("7.1"));
    let body = json!([{ "authorizationId": victim }]);
    assert_eq!(call.header("authorization", &basic(&pat)).json(&body).send().await.status, 204);
    let record = app.audit().await.pop().unwrap();
    assert_eq!(record.action, "Token.PatRevokeEvent");
    assert_eq!((record.actor.object_id, record.actor.application_id), (Some(ADA), None));
    assert_eq!(record.actor.pat_id.map(|id| id.to_string()), Some(pat_id));
    let log =
        app.request(Method::GET, "/fabrikam/_apis/audit/auditlog").bearer(&token(ADA)).send().await.ok();
    let mechanism = |entry: usize| log["decoratedAuditLogEntries"][entry]["authenticationMechanism"].clone();
    assert_eq!((mechanism(0), mechanism(1)), ("PAT".into(), "UserAuthToken".into()));
    let history = app.get(&format!("{PATS}/{victim}/history")).send().await.ok();
    assert_eq!(history["value"][0]["authenticationMechanism"], "PAT");
    assert_eq!(history["value"][1]["authenticationMechanism"], "UserAuthToken");
}

#[tokio::test]
async fn a_store_that_cannot_tell_turns_nobody_away_for_good() {
    let app = TestApp::start().await;
    let (_, pat) = created(&app, MONA, "vso.wiki").await;
    app.break_store(Some(Fault::Unavailable));
    let reply = get(&app, CONNECTION_DATA, &basic(&pat)).await;
    reply.error(503, "VssServiceException");
    assert_eq!(reply.header("retry-after"), Some("5"));
}

#[tokio::test]
async fn the_checksum_saves_the_store_a_question_and_proves_nothing() {
    let app = TestApp::start().await;
    let (id, pat) = created(&app, ADA, "app_token").await;
    // Of the right form and with a right checksum, but nobody's (property 20).
    let nobodys = mint(&SeededRandom::new(99), noon(), Signature::Patcycle).unwrap().expose().to_owned();
    let mistyped = format!("{}{}", &pat[..80], if pat.ends_with("0000") { "1111" } else { "0000" });
    let tokens_of_mona = tokens_of_mona();
    for address in [CONNECTION_DATA, &tokens_of_mona] {
        for authorization in [basic(&nobodys), format!("Bearer {nobodys}")] {
            let reply = get(&app, address, &authorization).await;
            reply.error(401, "UnauthorizedRequestException");
        }
    }
    app.break_store(Some(Fault::Panic));
    for address in [CONNECTION_DATA, &tokens_of_mona] {
        for text in [mistyped.as_str(), &pat[..83], &id] {
            for authorization in [basic(text), format!("Bearer {text}")] {
                let reply = get(&app, address, &authorization).await;
                reply.error(401, "UnauthorizedRequestException");
            }
        }
        assert_eq!(get(&app, address, &basic(&pat)).await.status, 500, "this one does reach it");
    }
}

#[tokio::test]
async fn what_is_stored_of_a_pat_opens_nothing() {
    let app = TestApp::start().await;
    let (id, pat) = created(&app, ADA, "app_token").await;
    let digest = app.peppers.digests(&pat).next().unwrap().1;
    let encoded = STANDARD.encode(digest.as_bytes());
    for text in [&encoded, &encoded.repeat(2)[..84], &id] {
        for address in [CONNECTION_DATA, &tokens_of_mona()] {
            for authorization in [basic(text), format!("Bearer {text}")] {
                let reply = get(&app, address, &authorization).await;
                reply.error(401, "UnauthorizedRequestException");
            }
        }
    }
    assert_eq!(get(&app, CONNECTION_DATA, &basic(&pat)).await.status, 200);
}
