//! Refresh tokens.

use axum::http::StatusCode;
use jiff::SignedDuration;
use patcycle_local_tenant::NewApplication;
use patcycle_primitives::Secret;

use crate::support::{
    ADA, ADO, FABRIKAM, PASSWORD, SECRET, TOTP_SEED, World, application, assert_aadsts, decode_part,
};

const BAD: StatusCode = StatusCode::BAD_REQUEST;

fn refresh_token(body: &serde_json::Value) -> String {
    body["refresh_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn each_use_gives_a_new_token_and_the_old_one_stays_good() {
    let world = World::new().await;
    let first = world.tokens().await;
    let answer = world.refresh(&refresh_token(&first)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let second = answer.json();
    assert_ne!(refresh_token(&second), refresh_token(&first));
    assert_eq!(second["scope"], first["scope"]);
    let id = decode_part(second["id_token"].as_str().unwrap(), 1);
    assert!(id.get("nonce").is_none());
    assert_eq!(world.refresh(&refresh_token(&first)).await.status, 200);
    assert_eq!(world.refresh(&refresh_token(&second)).await.status, 200);
}

#[tokio::test]
async fn ninety_days_without_use_end_it_and_use_prolongs_it() {
    let world = World::new().await;
    let first = refresh_token(&world.tokens().await);
    world.clock.advance(SignedDuration::from_hours(89 * 24));
    let second = refresh_token(&world.refresh(&first).await.json());
    world.clock.advance(SignedDuration::from_hours(24));
    let expired = world.refresh(&first).await;
    assert_aadsts(&expired, BAD, 700_082, "invalid_grant", Some("token_expired"));
    assert_eq!(world.refresh(&second).await.status, 200);
    world.clock.advance(SignedDuration::from_hours(90 * 24));
    let expired = world.refresh(&second).await;
    assert_aadsts(&expired, BAD, 700_082, "invalid_grant", Some("token_expired"));
}

#[tokio::test]
async fn it_belongs_to_its_client_which_must_prove_itself() {
    let world = World::new().await;
    let token = refresh_token(&world.tokens().await);
    let (web, public) = (world.web.id.to_string(), world.public.id.to_string());
    let bare =
        world.token(&[("grant_type", "refresh_token"), ("client_id", &web), ("refresh_token", &token)]).await;
    assert_aadsts(&bare, StatusCode::UNAUTHORIZED, 7_000_218, "invalid_client", None);
    let stranger = world
        .token(&[("grant_type", "refresh_token"), ("client_id", &public), ("refresh_token", &token)])
        .await;
    assert_aadsts(&stranger, BAD, 70_000, "invalid_grant", Some("bad_token"));
    assert_aadsts(&world.refresh("nonsense").await, BAD, 9_002_313, "invalid_grant", Some("bad_token"));
    let unknown = format!("1.{}", "B".repeat(64));
    assert_aadsts(&world.refresh(&unknown).await, BAD, 70_000, "invalid_grant", Some("bad_token"));
}

#[tokio::test]
async fn a_new_password_a_disabled_person_and_a_lost_consent_end_it() {
    let world = World::new().await;
    let ada = world.user(ADA).await.id;
    let token = refresh_token(&world.tokens().await);
    world.tenant.disable_user(ada).await.unwrap();
    assert_aadsts(&world.refresh(&token).await, BAD, 50_057, "invalid_grant", None);
    world.tenant.enable_user(ada).await.unwrap();
    assert_eq!(world.refresh(&token).await.status, 200);
    world.tenant.revoke_consents(FABRIKAM, world.web.id).await.unwrap();
    assert_aadsts(&world.refresh(&token).await, BAD, 65_001, "invalid_grant", Some("consent_required"));
    let token = refresh_token(&world.tokens().await);
    world.clock.advance(SignedDuration::from_secs(1));
    world.tenant.set_password(ada, Secret::new("a new password")).await.unwrap();
    assert_aadsts(&world.refresh(&token).await, BAD, 50_173, "invalid_grant", Some("bad_token"));
    let page = world.browser().pass(&world.authorize(&[]), ADA, PASSWORD).await;
    assert!(page.body.contains("AADSTS50126"));
    let back = world.browser().pass(&world.authorize(&[]), ADA, "a new password").await;
    assert!(back.returned().contains_key("code"));
}

#[tokio::test]
async fn one_time_codes_introduced_later_need_a_new_sign_in() {
    let world = World::new().await;
    let token = refresh_token(&world.tokens().await);
    world.tenant.set_mfa(world.user(ADA).await.id, Some(&Secret::new(TOTP_SEED))).await.unwrap();
    let answer = world.refresh(&token).await;
    assert_aadsts(&answer, BAD, 50_076, "invalid_grant", Some("basic_action"));
    let claims = answer.json()["claims"].as_str().unwrap().to_owned();
    assert!(serde_json::from_str::<serde_json::Value>(&claims).unwrap().is_object(), "JSON in a text");
}

#[tokio::test]
async fn scopes_can_be_named_again_and_others_need_consent() {
    let world = World::new().await;
    let token = refresh_token(&world.tokens().await);
    let ask = |scope: String| {
        let (world, token) = (&world, token.clone());
        async move {
            world
                .web_token(&[("grant_type", "refresh_token"), ("refresh_token", &token), ("scope", &scope)])
                .await
        }
    };
    let same = ask(format!("{ADO}/.default openid profile offline_access")).await.json();
    assert_eq!(same["scope"], format!("{ADO}/user_impersonation {ADO}/.default"));
    assert!(same["id_token"].is_string() && same["refresh_token"].is_string());
    let unasked = ask(format!("{ADO}/vso.pats_manage")).await;
    assert_aadsts(&unasked, BAD, 65_001, "invalid_grant", Some("consent_required"));
    assert_aadsts(&ask("User.Read".into()).await, BAD, 70_011, "invalid_scope", None);
    let strange = ask("https://graph.microsoft.com/.default".into()).await;
    assert_aadsts(&strange, BAD, 500_011, "invalid_resource", None);
    let email = ask("openid email".into()).await.json();
    assert!(decode_part(email["id_token"].as_str().unwrap(), 1).get("email").is_none(), "never granted");
}

#[tokio::test]
async fn other_applications_are_told_apart_by_their_own_secret() {
    let world = World::new().await;
    let other = NewApplication { client_secret: Some(Secret::new(SECRET)), ..application("Other") };
    let other = world.tenant.create_application(other).await.unwrap().id.to_string();
    let token = refresh_token(&world.tokens().await);
    let answer = world
        .web_token(&[("grant_type", "refresh_token"), ("refresh_token", &token), ("client_id", &other)])
        .await;
    assert_aadsts(&answer, BAD, 70_000, "invalid_grant", Some("bad_token"));
}
