//! Who is let in, and what the others learn.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use jiff::SignedDuration;
use patcycle_contract::SubjectDescriptor;
use patcycle_lifecycle::Storage as _;
use patcycle_lifecycle::audit::Actor;
use patcycle_lifecycle::epoch::RaiseEpoch;
use patcycle_lifecycle::model::{Revocation, RevocationReason};
use patcycle_primitives::SeededRandom;
use patcycle_token::{Signature, mint};
use uuid::Uuid;

use super::{CODE, basic, bearer, created, imported, status, verify};
use crate::support::issuer::{ADA, MONA, OTHER_TENANT, noon, token};
use crate::support::store::Fault;
use crate::support::{PATS, TestApp};

/// The token of the official example: of the old form, with a right checksum (contract.md §5.2).
const OLD: &str = "dip55dwf4vpitomw63jzvomefmi2jluguprzwwqwuc6xq4fhocwq";

#[tokio::test]
async fn a_good_pat_is_told_with_all_that_a_gateway_hands_on() {
    let app = TestApp::start().await;
    let (id, pat) = created(&app, "vso.code_write vso.work").await;
    app.clock.advance(SignedDuration::from_secs(1));
    for header in [
        basic("", &pat),
        basic("mona", &pat),
        basic("żółw@fabrikam.example", &pat),
        basic("", &pat).replacen("Basic", "bASIC ", 1),
        bearer(&pat),
        bearer(&pat).replacen("Bearer", "BEARER\t", 1),
    ] {
        let reply = verify(&app, CODE, &[&header]).await;
        assert_eq!((reply.status.as_u16(), reply.body.as_str()), (200, ""));
        for (name, value) in [
            ("x-patcycle-user", "mona%40fabrikam.example"),
            ("x-patcycle-user-id", &MONA.to_string()),
            ("x-patcycle-authorization-id", &id),
            ("x-patcycle-organization", "fabrikam"),
            ("x-patcycle-scope", "vso.code_write vso.work"),
            ("x-patcycle-expires", "2026-12-03T12:00:00Z"),
            ("x-patcycle-days-left", "9"),
        ] {
            assert_eq!(reply.all(name), [value], "{name}");
        }
    }
}

#[tokio::test]
async fn every_pat_that_is_not_good_gets_the_same_answer() {
    let app = TestApp::start().await;
    let (_, good) = created(&app, "vso.code").await;
    let (revoked_id, revoked) = created(&app, "vso.code").await;
    assert_eq!(app.delete(&revoked_id).send().await.status, 204);
    let unknown = mint(&SeededRandom::new(99), noon(), Signature::Patcycle).unwrap();
    let stopped = Revocation { at: noon(), reason: RevocationReason::Leaked };
    let leaked = imported(&app, |pat, _| pat.revoked = Some(stopped)).await;
    let expired = imported(&app, |pat, _| pat.valid_to = noon()).await;
    let future = imported(&app, |pat, _| pat.valid_from = noon() + SignedDuration::from_secs(1)).await;
    let gone = Uuid::from_u128(0xD15A);
    let disabled = imported(&app, |pat, owner| (owner.id, pat.owner) = (gone, gone)).await;
    let gone = format!("/fabrikam/_apis/graph/users/{}", SubjectDescriptor(gone));
    assert_eq!(app.request(Method::DELETE, &gone).bearer(&token(ADA)).send().await.status, 204);
    let elsewhere = "/_patcycle/verify?scope=vso.code&organization=contoso";
    let closed = "/_patcycle/verify?scope=vso.code&organization=few";
    let global = imported(&app, |pat, _| pat.all_organizations = true).await;
    let mut broken = good.clone();
    broken.replace_range(..1, if good.starts_with('A') { "B" } else { "A" });

    let mut answers = Vec::new();
    for (address, headers) in [
        (CODE, vec![]),
        (CODE, vec![String::new()]),
        (CODE, vec!["Negotiate abc".to_owned()]),
        (CODE, vec!["Basic not-base64".to_owned()]),
        (CODE, vec![bearer(&good), bearer(&good)]),
        (CODE, vec![bearer(&good), basic("", &good)]),
        (CODE, vec![bearer("nonsense")]),
        (CODE, vec![bearer(&token(MONA))]),
        (CODE, vec![bearer(OLD)]),
        (CODE, vec![bearer(&broken)]),
        (CODE, vec![basic(&good, "")]),
        (CODE, vec![basic(&good, "x")]),
        (CODE, vec![bearer(unknown.expose())]),
        (CODE, vec![bearer(&revoked)]),
        (CODE, vec![bearer(&leaked)]),
        (CODE, vec![bearer(&expired)]),
        (CODE, vec![bearer(&future)]),
        (CODE, vec![bearer(&disabled)]),
        (elsewhere, vec![bearer(&good)]),
        (elsewhere, vec![bearer(&global)]),
        (closed, vec![bearer(&good)]),
        (closed, vec![bearer(&global)]),
    ] {
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        let reply = verify(&app, address, &headers).await;
        reply.error(401, "VssServiceException");
        assert_eq!(reply.all("www-authenticate").len(), 2);
        answers.push((reply.status, reply.headers, reply.body));
    }
    for pair in answers.windows(2) {
        assert_eq!(pair[0], pair[1]);
    }
    assert_eq!(status(&app, CODE, &good).await, 200);
}

#[tokio::test]
async fn a_global_pat_is_good_where_its_owner_is_a_member() {
    let app = TestApp::start().await;
    let global = imported(&app, |pat, _| pat.all_organizations = true).await;
    for (organization, expected) in [("fabrikam", 200), ("apart", 200), ("few", 401), ("contoso", 401)] {
        let address = format!("/_patcycle/verify?scope=vso.code&organization={organization}");
        let reply = verify(&app, &address, &[&bearer(&global)]).await;
        assert_eq!(reply.status, expected, "{organization}");
        if expected == 200 {
            assert_eq!(reply.header("x-patcycle-organization"), Some(organization));
        }
    }
    assert_ne!(app.fabrikam.tenant_id, OTHER_TENANT, "contoso is of another tenant");
}

#[tokio::test]
async fn scopes_are_matched_whole_and_by_the_table() {
    let app = TestApp::start().await;
    for (held, required, expected) in [
        ("vso.code", "vso.code", 200),
        ("vso.code_full", "vso.code", 200),
        ("vso.code_manage", "vso.hooks_write", 200),
        ("vso.code_full", "vso.profile", 200),
        ("vso.code_full", "vso.work", 403),
        ("vso.code", "vso.code_write", 403),
        ("vso.code_status", "vso.code", 403),
        ("vso.packaging_manage", "vso.profile", 200),
        ("vso.work vso.build", "vso.hooks_write", 200),
        ("vso.work vso.build", "vso.code", 403),
        ("app_token", "vso.code_full", 200),
        ("app_token", "app_token", 200),
        ("vso.code_full", "app_token", 403),
    ] {
        let (_, pat) = created(&app, held).await;
        let address = format!("/_patcycle/verify?scope={required}&organization=fabrikam");
        let reply = verify(&app, &address, &[&bearer(&pat)]).await;
        assert_eq!(reply.status, expected, "{held} for {required}");
        if expected == 403 {
            assert!(reply.error(403, "VssServiceException").contains(required));
            assert!(reply.header("x-patcycle-user").is_none());
        }
    }
}

#[tokio::test]
async fn what_was_acknowledged_holds_from_the_next_request_on() {
    let app = TestApp::start().await;
    let (id, pat) = created(&app, "vso.code").await;
    assert_eq!(status(&app, CODE, &pat).await, 200);
    let update = serde_json::json!({ "authorizationId": id, "scope": "vso.work" });
    app.put(&update).send().await.pat();
    assert_eq!(status(&app, CODE, &pat).await, 403);
    assert_eq!(app.delete(&id).send().await.status, 204);
    assert_eq!(status(&app, CODE, &pat).await, 401);

    for owner in [Some(MONA), None] {
        let (_, pat) = created(&app, "vso.code").await;
        assert_eq!(status(&app, CODE, &pat).await, 200);
        let raise = RaiseEpoch {
            organization_id: app.fabrikam.id,
            owner,
            owner_name: None,
            reason: None,
            channels: patcycle_lifecycle::notice::Channels::default(),
            actor: Actor::default(),
            at: noon(),
            audit_id: app.random.uuid().unwrap(),
        };
        app.store.raise_epoch(raise).await.unwrap();
        assert_eq!(status(&app, CODE, &pat).await, 401);
    }
    let (_, pat) = created(&app, "vso.code").await;
    app.clock.advance(SignedDuration::from_hours(240) - SignedDuration::from_micros(1));
    assert_eq!(status(&app, CODE, &pat).await, 200);
    app.clock.advance(SignedDuration::from_micros(1));
    assert_eq!(status(&app, CODE, &pat).await, 401);
}

#[tokio::test]
async fn what_is_no_pat_by_its_form_never_reaches_the_store() {
    let app = TestApp::start().await;
    let (_, pat) = created(&app, "vso.code").await;
    let mut wrong_checksum = pat.clone();
    wrong_checksum.replace_range(80.., if pat.ends_with("0000") { "1111" } else { "0000" });
    app.break_store(Some(Fault::Panic));
    for text in [OLD, &wrong_checksum, &pat[..83], "x", &"x".repeat(9000)] {
        assert_eq!(status(&app, CODE, text).await, 401);
        assert_eq!(verify(&app, CODE, &[&basic("", text)]).await.status, 401);
    }
    assert_eq!(status(&app, CODE, &pat).await, 500, "this one does reach it");
}

#[tokio::test]
async fn a_store_that_cannot_tell_is_no_verdict() {
    let app = TestApp::start().await;
    let (_, pat) = created(&app, "vso.code").await;
    for fault in [Fault::Unavailable, Fault::Unconfirmed, Fault::Corrupt] {
        app.break_store(Some(fault));
        let reply = verify(&app, CODE, &[&bearer(&pat)]).await;
        reply.error(503, "VssServiceException");
        assert_eq!(reply.header("retry-after"), Some("1"));
        assert!(reply.header("www-authenticate").is_none());
    }
    app.break_store(None);
    assert_eq!(status(&app, CODE, &pat).await, 200);
}

#[tokio::test]
async fn what_is_stored_cannot_be_presented() {
    let app = TestApp::start().await;
    let (id, pat) = created(&app, "vso.code").await;
    let digest = app.peppers.digests(&pat).next().unwrap().1;
    let encoded = STANDARD.encode(digest.as_bytes());
    let id_without_dashes = id.parse::<Uuid>().unwrap().simple().to_string();
    for text in [
        &encoded,
        &encoded.repeat(2)[..84],
        &id,
        &id_without_dashes,
        &format!("{}{}", &encoded[..42], &pat[42..]),
    ] {
        assert_eq!(status(&app, CODE, text).await, 401);
    }
}

#[tokio::test]
async fn a_good_pat_is_no_way_to_the_pats() {
    let app = TestApp::start().await;
    let (_, pat) = created(&app, "app_token").await;
    assert_eq!(status(&app, CODE, &pat).await, 200);
    assert_eq!(app.get(PATS).bearer(&pat).send().await.status, 401);
}
