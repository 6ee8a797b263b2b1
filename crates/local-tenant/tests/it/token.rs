//! The token endpoint: codes, and what is refused.

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use patcycle_local_tenant::NewApplication;
use patcycle_primitives::Secret;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::support::{
    ADA, ADO, BASE, CONTOSO, FABRIKAM, PASSWORD, REDIRECT, ROOT, SECRET, World, application, assert_aadsts,
    decode_part, verify,
};

const BAD: StatusCode = StatusCode::BAD_REQUEST;
const UNAUTHORIZED: StatusCode = StatusCode::UNAUTHORIZED;

#[tokio::test]
async fn a_code_becomes_tokens_of_entras_shape() {
    let world = World::new().await;
    let ada = world.user(ADA).await;
    let code = world.code(&[("nonce", "n-é-1"), ("max_age", "1000")]).await;
    let answer = world.redeem(&code, &[("client_info", "1")]).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.header("cache-control").contains("no-store"));
    assert_eq!(answer.header("pragma"), "no-cache");
    let body = answer.json();
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["expires_in"], 3600);
    assert_eq!(body["ext_expires_in"], 3600);
    assert_eq!(body["scope"], format!("{ADO}/user_impersonation"));
    assert!(body.get("foci").is_none());
    let info: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body["client_info"].as_str().unwrap()).unwrap())
            .unwrap();
    assert_eq!(info, json!({"uid": ada.id, "utid": FABRIKAM}));

    let keys = world.key_set().await;
    let now = world.now().as_second();
    let access = body["access_token"].as_str().unwrap();
    let claims = verify(access, &keys);
    let header = decode_part(access, 0);
    assert_eq!(header["x5t"], header["kid"]);
    assert!(header.get("nonce").is_none());
    assert_eq!(claims["aud"], ADO);
    assert_eq!(claims["iss"], format!("https://sts.windows.net/{FABRIKAM}/"));
    assert_eq!(claims["ver"], "1.0");
    assert_eq!(claims["tid"], FABRIKAM.to_string());
    assert_eq!(claims["oid"], ada.id.to_string());
    assert_eq!(claims["scp"], "user_impersonation");
    assert_eq!(claims["amr"], json!(["pwd"]));
    assert_eq!(claims["appid"], world.web.id.to_string());
    assert_eq!(claims["appidacr"], "1");
    assert_eq!(claims["upn"], ADA);
    assert_eq!(claims["unique_name"], ADA);
    assert_eq!(claims["name"], "ada Lovelace");
    assert_eq!(claims["family_name"], "Lovelace");
    assert_eq!((claims["iat"].as_i64(), claims["nbf"].as_i64()), (Some(now), Some(now)));
    assert_eq!(claims["exp"], now + 3600);
    assert_ne!(claims["sub"], claims["oid"]);
    assert!(claims.get("groups").is_none() && claims.get("roles").is_none());

    let id = body["id_token"].as_str().unwrap();
    let id = verify(id, &keys);
    assert_eq!(id["aud"], world.web.id.to_string());
    assert_eq!(id["iss"], format!("{BASE}/{FABRIKAM}/v2.0"));
    assert_eq!(id["ver"], "2.0");
    assert_eq!(id["nonce"], "n-é-1");
    assert_eq!(id["auth_time"], now);
    assert_eq!(id["preferred_username"], ADA);
    assert_eq!(id["oid"], claims["oid"]);
    assert_ne!(id["sub"], claims["sub"]);
    assert!(id.get("email").is_none());
}

#[tokio::test]
async fn claims_come_only_when_asked_for() {
    let world = World::new().await;
    let plain = decode_part(world.tokens().await["id_token"].as_str().unwrap(), 1);
    for absent in ["nonce", "auth_time", "email", "login_hint", "sid"] {
        assert!(plain.get(absent).is_none(), "{absent}");
    }
    let asked = json!({"id_token": {"login_hint": null, "sid": {"essential": false}, "unknown": 1},
                       "access_token": {"xms_cc": {"values": ["CP1"]}}});
    let scope = format!("openid email {ADO}/vso.pats {ADO}/.default");
    let code = world.code(&[("claims", &asked.to_string()), ("scope", &scope)]).await;
    let body = world.redeem(&code, &[]).await.json();
    let id = decode_part(body["id_token"].as_str().unwrap(), 1);
    assert_eq!(id["email"], ADA);
    assert!(id["login_hint"].is_string() && id["sid"].is_string());
    assert!(id.get("name").is_none(), "the scope profile was not asked for");
    assert_eq!(body["scope"], format!("{ADO}/vso.pats {ADO}/user_impersonation {ADO}/.default"));
    assert!(body.get("refresh_token").is_none(), "offline_access was not asked for");
    assert!(body.get("client_info").is_none());
    let access = decode_part(body["access_token"].as_str().unwrap(), 1);
    assert_eq!(access["scp"], "vso.pats user_impersonation");
}

#[tokio::test]
async fn administrators_and_groups_show_in_the_token() {
    let world = World::new().await;
    let back = world.browser().pass(&world.authorize(&[]), ROOT, PASSWORD).await;
    let body = world.redeem(&back.returned()["code"], &[]).await.json();
    let claims = decode_part(body["access_token"].as_str().unwrap(), 1);
    assert_eq!(claims["groups"], json!(["00000000-0000-0000-0000-000000000063"]));
    assert_eq!(claims["wids"], json!(["62e90394-69f5-4237-9190-012177145e10"]));
}

#[tokio::test]
async fn openid_scopes_alone_give_no_token_for_the_resource() {
    let world = World::new().await;
    let code = world.code(&[("scope", "openid profile offline_access")]).await;
    let body = world.redeem(&code, &[]).await.json();
    assert_eq!(body["scope"], "openid profile");
    let claims = decode_part(body["access_token"].as_str().unwrap(), 1);
    assert_eq!(claims["aud"], "00000003-0000-0000-c000-000000000000");
}

#[tokio::test]
async fn a_code_is_good_once_and_for_ten_minutes() {
    let world = World::new().await;
    let code = world.code(&[]).await;
    assert_eq!(world.redeem(&code, &[]).await.status, 200);
    assert_aadsts(&world.redeem(&code, &[]).await, BAD, 54_005, "invalid_grant", None);
    let code = world.code(&[]).await;
    world.clock.advance(SignedDuration::from_mins(10));
    assert_aadsts(&world.redeem(&code, &[]).await, BAD, 70_008, "invalid_grant", Some("token_expired"));
}

#[tokio::test]
async fn of_two_redemptions_at_once_one_wins() {
    let world = World::new().await;
    let code = world.code(&[]).await;
    let (one, two) = tokio::join!(world.redeem(&code, &[]), world.redeem(&code, &[]));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
}

#[tokio::test]
async fn pkce_is_enforced_in_both_forms() {
    let world = World::new().await;
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let s256 = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    for (method, challenge) in [("S256", s256.as_str()), ("plain", verifier), ("", verifier)] {
        let code = world.code(&[("code_challenge", challenge), ("code_challenge_method", method)]).await;
        assert_aadsts(&world.redeem(&code, &[]).await, BAD, 50_148, "invalid_grant", None);
        let wrong = world.redeem(&code, &[("code_verifier", &"x".repeat(43))]).await;
        assert_aadsts(&wrong, BAD, 501_481, "invalid_grant", None);
        let right = world.redeem(&code, &[("code_verifier", verifier)]).await;
        assert_eq!(right.status, 200, "a failed try does not burn the code: {right:?}");
    }
    let code = world.code(&[]).await;
    let stray = world.redeem(&code, &[("code_verifier", verifier)]).await;
    assert_aadsts(&stray, BAD, 501_481, "invalid_grant", None);
}

#[tokio::test]
async fn a_code_belongs_to_its_client_tenant_and_redirect_uri() {
    let world = World::new().await;
    let other = NewApplication { client_secret: Some(Secret::new(SECRET)), ..application("Other") };
    let other = world.tenant.create_application(other).await.unwrap().id.to_string();
    let code = world.code(&[]).await;
    let stranger = world.redeem(&code, &[("client_id", &other)]).await;
    assert_aadsts(&stranger, BAD, 70_000, "invalid_grant", Some("bad_token"));
    let moved = world.redeem(&code, &[("redirect_uri", "http://localhost:5001/getAToken")]).await;
    assert_aadsts(&moved, UNAUTHORIZED, 500_112, "invalid_client", None);
    let web = world.web.id.to_string();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", REDIRECT),
        ("client_id", web.as_str()),
        ("client_secret", SECRET),
    ];
    let elsewhere = world.post(&format!("/{CONTOSO}/oauth2/v2.0/token"), &form).await;
    assert_aadsts(&elsewhere, BAD, 70_000, "invalid_grant", Some("bad_token"));
    let anywhere = world.post("/common/oauth2/v2.0/token", &form).await;
    assert_eq!(anywhere.status, 200);
    for (code, number) in [("nonsense", 9_002_313), ("1.AAAA", 9_002_313)] {
        let answer = world.redeem(code, &[]).await;
        assert_aadsts(&answer, BAD, number, "invalid_grant", Some("bad_token"));
    }
    let unknown = format!("1.{}", "A".repeat(64));
    assert_aadsts(&world.redeem(&unknown, &[]).await, BAD, 70_000, "invalid_grant", Some("bad_token"));
}

#[tokio::test]
async fn confidential_clients_must_prove_themselves_and_public_ones_must_not() {
    let world = World::new().await;
    let code = world.code(&[]).await;
    let none = world.redeem(&code, &[("client_secret", "")]).await;
    assert_aadsts(&none, UNAUTHORIZED, 7_000_218, "invalid_client", None);
    let wrong = world.redeem(&code, &[("client_secret", "not-the-secret-at-all")]).await;
    assert_aadsts(&wrong, UNAUTHORIZED, 7_000_215, "invalid_client", None);
    assert!(!wrong.body.contains("not-the-secret"));
    let public = world.public.id.to_string();
    let answer = world.redeem(&code, &[("client_id", &public)]).await;
    assert_aadsts(&answer, UNAUTHORIZED, 700_025, "invalid_client", None);
    let unknown = world.redeem(&code, &[("client_id", "11111111-1111-4111-8111-111111111111")]).await;
    assert_aadsts(&unknown, BAD, 700_016, "unauthorized_client", None);
    assert_eq!(world.redeem(&code, &[]).await.status, 200, "the code is still good");
}

#[tokio::test]
async fn a_secret_ends() {
    let world = World::new().await;
    let later = world.now() + SignedDuration::from_hours(1);
    let second = "another-client-secret-with-an-end";
    world.tenant.add_client_secret(world.web.id, &Secret::new(second), Some(later)).await.unwrap();
    let code = world.code(&[]).await;
    assert_eq!(world.redeem(&code, &[("client_secret", second)]).await.status, 200);
    world.clock.advance(SignedDuration::from_hours(1));
    let code = world.code(&[]).await;
    let expired = world.redeem(&code, &[("client_secret", second)]).await;
    assert_aadsts(&expired, UNAUTHORIZED, 7_000_222, "invalid_client", None);
}

#[tokio::test]
async fn http_basic_serves_as_well_but_not_together_with_a_secret() {
    let world = World::new().await;
    let odd = "s+e c=r&e:t%-long-enough-äö";
    world.tenant.add_client_secret(world.web.id, &Secret::new(odd), None).await.unwrap();
    let encoded: String = url::form_urlencoded::byte_serialize(odd.as_bytes()).collect();
    let basic = format!("Basic {}", STANDARD.encode(format!("{}:{encoded}", world.web.id)));
    let path = format!("/{FABRIKAM}/oauth2/v2.0/token");
    let code = world.code(&[]).await;
    let mut form =
        vec![("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", REDIRECT)];
    form.push(("client_secret", SECRET));
    let twice = world.post_with(&path, &form, &[("authorization", &basic)]).await;
    assert_aadsts(&twice, BAD, 90_014, "invalid_request", None);
    form.pop();
    let broken = world.post_with(&path, &form, &[("authorization", "Basic !!!")]).await;
    assert_aadsts(&broken, BAD, 90_014, "invalid_request", None);
    let good = world.post_with(&path, &form, &[("authorization", &basic)]).await;
    assert_eq!(good.status, 200, "{good:?}");
}

#[tokio::test]
async fn unsupported_grants_and_missing_or_doubled_parameters_are_named() {
    let world = World::new().await;
    let on_behalf_of = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    for grant in ["password", on_behalf_of, "implicit"] {
        let answer =
            world.web_token(&[("grant_type", grant), ("username", ADA), ("password", PASSWORD)]).await;
        assert_aadsts(&answer, BAD, 70_003, "unsupported_grant_type", None);
    }
    for form in [
        vec![],
        vec![("grant_type", "authorization_code")],
        vec![("grant_type", "refresh_token")],
        vec![("grant_type", "device_code")],
        vec![("grant_type", "client_credentials")],
    ] {
        let answer = world.web_token(&form).await;
        assert_aadsts(&answer, BAD, 900_144, "invalid_request", None);
    }
    let answer = world.token(&[("grant_type", "refresh_token")]).await;
    assert_aadsts(&answer, BAD, 900_144, "invalid_request", None);
    assert!(answer.body.contains("'client_id'"));
    let twice = world
        .web_token(&[("grant_type", "refresh_token"), ("refresh_token", "a"), ("refresh_token", "b")])
        .await;
    assert_aadsts(&twice, BAD, 9_000_411, "invalid_request", None);
}

#[tokio::test]
async fn the_correlation_id_is_echoed_from_header_query_and_form() {
    let world = World::new().await;
    let id = "12345678-1234-4234-8234-123456789012";
    let path = format!("/{FABRIKAM}/oauth2/v2.0/token");
    let by_header = world.post_with(&path, &[], &[("client-request-id", id)]).await;
    let by_query = world.post(&format!("{path}?client-request-id={id}"), &[]).await;
    let by_form = world.post(&path, &[("client-request-id", id)]).await;
    for answer in [by_header, by_query, by_form] {
        assert_eq!(answer.json()["correlation_id"], id);
        assert_eq!(answer.header("client-request-id"), id);
    }
    let odd = world.post_with(&path, &[], &[("client-request-id", "not-a-guid")]).await;
    assert_ne!(odd.json()["correlation_id"], "not-a-guid");
}

#[tokio::test]
async fn bodies_of_any_kind_are_refused_without_a_server_error() {
    let world = World::new().await;
    let path = format!("/{FABRIKAM}/oauth2/v2.0/token");
    for body in
        [vec![0xff, 0xfe, 0x00], b"{\"grant_type\":1}".to_vec(), b"%%%=&&&==".to_vec(), vec![b'a'; 200_000]]
    {
        let request = axum::http::Request::post(&path).body(axum::body::Body::from(body)).unwrap();
        let answer = world.browser().send(request).await;
        assert!(answer.status.is_client_error(), "{answer:?}");
    }
}

#[tokio::test]
async fn a_single_page_application_needs_pkce_and_no_secret() {
    let world = World::new().await;
    let redirect = "https://spa.example/cb";
    let spa = NewApplication { spa_redirect_uris: vec![redirect.into()], ..application("Page") };
    let spa = world.tenant.create_application(spa).await.unwrap();
    let refused = world.browser().get(&world.authorize_for(&spa, redirect, &[])).await;
    assert_eq!(refused.returned()["error"], "invalid_request");
    assert!(refused.returned()["error_description"].starts_with("AADSTS9002325: "));
    let verifier = "v".repeat(50);
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
    let more = [("code_challenge", challenge.as_str()), ("code_challenge_method", "S256")];
    let back = world.browser().pass(&world.authorize_for(&spa, redirect, &more), ADA, PASSWORD).await;
    let (code, id) = (back.returned()["code"].clone(), spa.id.to_string());
    let path = format!("/{FABRIKAM}/oauth2/v2.0/token");
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", id.as_str()),
        ("code", code.as_str()),
        ("redirect_uri", redirect),
        ("code_verifier", verifier.as_str()),
    ];
    let answer = world.post_with(&path, &form, &[("origin", "https://spa.example")]).await;
    assert_eq!(answer.header("access-control-allow-origin"), "https://spa.example");
    let body = answer.json();
    assert_eq!(body["refresh_token_expires_in"], 86_400);
    world.clock.advance(SignedDuration::from_hours(20));
    let refresh = |token: String| {
        let (world, id) = (&world, id.clone());
        async move {
            world
                .token(&[("grant_type", "refresh_token"), ("client_id", &id), ("refresh_token", &token)])
                .await
        }
    };
    let renewed = refresh(body["refresh_token"].as_str().unwrap().to_owned()).await.json();
    assert_eq!(renewed["refresh_token_expires_in"], 4 * 3600, "renewing does not move the end");
    world.clock.advance(SignedDuration::from_hours(4));
    let ended = refresh(renewed["refresh_token"].as_str().unwrap().to_owned()).await;
    assert_aadsts(&ended, BAD, 700_084, "invalid_grant", None);
}
