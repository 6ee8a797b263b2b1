//! The device code flow.

use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::Value;

use crate::support::{
    ADA, ADO, Answer, BASE, BOB, Browser, CONTOSO, EVE, FABRIKAM, PASSWORD, SCOPE, SECRET, World,
    assert_aadsts, decode_part,
};

const BAD: StatusCode = StatusCode::BAD_REQUEST;
const URN: &str = "urn:ietf:params:oauth:grant-type:device_code";

async fn begin(world: &World) -> Value {
    let id = world.public.id.to_string();
    let answer = world
        .post(&format!("/{FABRIKAM}/oauth2/v2.0/devicecode"), &[("client_id", &id), ("scope", SCOPE)])
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

async fn poll(world: &World, grant_type: &str, device: &Value) -> Answer {
    let (id, code) = (world.public.id.to_string(), device["device_code"].as_str().unwrap());
    // As MSAL Python does it: the code twice, and no scope.
    world
        .token(&[
            ("grant_type", grant_type),
            ("client_id", &id),
            ("device_code", code),
            ("code", code),
            ("client_info", "1"),
        ])
        .await
}

/// Types the code; the page that follows.
async fn enter(browser: &mut Browser, user_code: &str) -> Answer {
    let page = browser.get("/device").await;
    let answer = browser.submit(&page.forms().remove(0).with("user_code", user_code)).await;
    let location = answer.location().to_owned();
    browser.get(&location).await
}

async fn allow(world: &World, device: &Value, user_name: &str) -> Answer {
    let mut browser = world.browser();
    let page = enter(&mut browser, device["user_code"].as_str().unwrap()).await;
    let page = browser.sign_in(&page, user_name, PASSWORD).await;
    let page = browser.submit(&page.form("confirm")).await;
    if page.has_form("accept") { browser.submit(&page.form("accept")).await } else { page }
}

#[tokio::test]
async fn a_device_waits_and_is_let_in_with_both_spellings() {
    let world = World::new().await;
    for grant_type in [URN, "device_code"] {
        let device = begin(&world).await;
        assert_eq!(device["user_code"].as_str().unwrap().len(), 9);
        assert_eq!(device["verification_uri"], format!("{BASE}/device"));
        assert_eq!((device["expires_in"].as_i64(), device["interval"].as_i64()), (Some(900), Some(5)));
        let message = device["message"].as_str().unwrap();
        assert!(message.contains(device["user_code"].as_str().unwrap()) && message.contains("/device"));
        let pending = poll(&world, grant_type, &device).await;
        assert_aadsts(&pending, BAD, 70_016, "authorization_pending", None);
        let done = allow(&world, &device, ADA).await;
        assert!(done.body.contains("signed in"), "{}", done.body);
        let answer = poll(&world, grant_type, &device).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let body = answer.json();
        assert_eq!(body["scope"], format!("{ADO}/user_impersonation"));
        assert!(body["refresh_token"].is_string() && body["id_token"].is_string());
        assert!(body["client_info"].is_string());
        let claims = decode_part(body["access_token"].as_str().unwrap(), 1);
        assert_eq!((&claims["appidacr"], &claims["upn"]), (&Value::from("0"), &Value::from(ADA)));
        let again = poll(&world, grant_type, &device).await;
        assert_aadsts(&again, BAD, 70_000, "invalid_grant", Some("bad_token"));
    }
}

#[tokio::test]
async fn people_type_codes_as_they_like_and_wrong_ones_are_said() {
    let world = World::new().await;
    let device = begin(&world).await;
    let code = device["user_code"].as_str().unwrap().to_lowercase();
    let typed = format!(" {}-{} ", &code[..4], &code[4..]);
    assert!(enter(&mut world.browser(), &typed).await.has_form("sign-in"));
    let wrong = enter(&mut world.browser(), "WRONGCODE").await;
    assert!(wrong.body.contains("role=\"alert\""));
    world.clock.advance(SignedDuration::from_mins(15));
    let late = enter(&mut world.browser(), &code).await;
    assert!(late.body.contains("role=\"alert\""));
    let expired = poll(&world, URN, &device).await;
    assert_aadsts(&expired, BAD, 70_020, "expired_token", None);
}

#[tokio::test]
async fn the_person_may_refuse() {
    let world = World::new().await;
    let device = begin(&world).await;
    let mut browser = world.browser();
    let page = enter(&mut browser, device["user_code"].as_str().unwrap()).await;
    let page = browser.sign_in(&page, ADA, PASSWORD).await;
    assert!(page.body.contains("Are you trying to sign in to Command line?"));
    browser.submit(&page.form("decline")).await;
    let declined = poll(&world, URN, &device).await;
    assert_aadsts(&declined, BAD, 65_004, "authorization_declined", None);
    assert!(enter(&mut browser, device["user_code"].as_str().unwrap()).await.body.contains("role=\"alert\""));
}

#[tokio::test]
async fn a_signed_in_browser_must_confirm_all_the_same() {
    let world = World::new().await;
    let first = begin(&world).await;
    let mut browser = world.browser();
    let page = enter(&mut browser, first["user_code"].as_str().unwrap()).await;
    let page = browser.sign_in(&page, ADA, PASSWORD).await;
    let page = browser.submit(&page.form("confirm")).await;
    browser.submit(&page.form("accept")).await;
    let second = begin(&world).await;
    let page = enter(&mut browser, second["user_code"].as_str().unwrap()).await;
    assert!(page.has_form("confirm"));
    assert_aadsts(&poll(&world, URN, &second).await, BAD, 70_016, "authorization_pending", None);
    let page = browser.submit(&page.form("other-account")).await;
    assert!(page.has_form("sign-in"));
}

#[tokio::test]
async fn who_needs_a_one_time_code_is_refused() {
    let world = World::new().await;
    let device = begin(&world).await;
    let mut browser = world.browser();
    let page = enter(&mut browser, device["user_code"].as_str().unwrap()).await;
    let page = browser.sign_in(&page, EVE, PASSWORD).await;
    assert!(page.body.contains("AADSTS50076") && !page.has_form("one-time-code"));
    let answer = poll(&world, URN, &device).await;
    assert_aadsts(&answer, BAD, 50_076, "invalid_grant", Some("basic_action"));
    assert!(answer.json()["claims"].is_string());
}

#[tokio::test]
async fn people_of_another_tenant_sign_in_at_their_own() {
    let world = World::new().await;
    let device = begin(&world).await;
    let mut browser = world.browser();
    let page = enter(&mut browser, device["user_code"].as_str().unwrap()).await;
    assert!(browser.sign_in(&page, BOB, PASSWORD).await.body.contains("AADSTS50034"));
    let id = world.public.id.to_string();
    let common =
        world.post("/common/oauth2/v2.0/devicecode", &[("client_id", &id), ("scope", SCOPE)]).await.json();
    allow(&world, &common, BOB).await;
    let code = common["device_code"].as_str().unwrap();
    let form = [("grant_type", URN), ("client_id", id.as_str()), ("device_code", code)];
    let answer = world.post("/common/oauth2/v2.0/token", &form).await;
    let claims = decode_part(answer.json()["access_token"].as_str().unwrap(), 1);
    assert_eq!(claims["tid"], CONTOSO.to_string());
}

#[tokio::test]
async fn bad_requests_are_refused() {
    let world = World::new().await;
    let path = format!("/{FABRIKAM}/oauth2/v2.0/devicecode");
    let (id, web) = (world.public.id.to_string(), world.web.id.to_string());
    let ask = |form: Vec<(&'static str, String)>| {
        let (world, path) = (&world, path.clone());
        async move {
            let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
            world.post(&path, &form).await
        }
    };
    assert_aadsts(&ask(vec![("scope", SCOPE.into())]).await, BAD, 900_144, "invalid_request", None);
    assert_aadsts(&ask(vec![("client_id", id.clone())]).await, BAD, 900_144, "invalid_request", None);
    let unknown = ask(vec![("client_id", FABRIKAM.to_string()), ("scope", SCOPE.into())]).await;
    assert_aadsts(&unknown, BAD, 700_016, "unauthorized_client", None);
    let scope = ask(vec![("client_id", id.clone()), ("scope", "nonsense".into())]).await;
    assert_aadsts(&scope, BAD, 70_011, "invalid_scope", None);
    for (code, number) in [("x".to_owned(), 9_002_313), (format!("1.{}", "C".repeat(64)), 70_000)] {
        let form = [("grant_type", URN), ("client_id", id.as_str()), ("device_code", code.as_str())];
        assert_aadsts(&world.token(&form).await, BAD, number, "invalid_grant", Some("bad_token"));
    }
    let device = begin(&world).await;
    let code = device["device_code"].as_str().unwrap();
    let bare = world.token(&[("grant_type", URN), ("client_id", &web), ("device_code", code)]).await;
    assert_aadsts(&bare, StatusCode::UNAUTHORIZED, 7_000_218, "invalid_client", None);
    let form =
        [("grant_type", URN), ("client_id", web.as_str()), ("client_secret", SECRET), ("device_code", code)];
    assert_aadsts(&world.token(&form).await, BAD, 70_000, "invalid_grant", Some("bad_token"));
}
