//! One-time codes.

use jiff::SignedDuration;
use serde_json::json;
use totp_rs::Builder;

use crate::support::{EVE, PASSWORD, TOTP_SEED, World, decode_part};

fn code_at(world: &World) -> String {
    let seed = totp_rs::Secret::try_from_base32(TOTP_SEED).unwrap();
    let totp = Builder::new().with_secret(seed).build().unwrap();
    totp.generate(u64::try_from(world.now().as_second()).unwrap()).to_string()
}

#[tokio::test]
async fn the_code_is_asked_for_and_shows_in_the_token() {
    let world = World::new().await;
    let mut browser = world.browser();
    let page = browser.get(&world.authorize(&[])).await;
    let page = browser.sign_in(&page, EVE, PASSWORD).await;
    let form = page.form("one-time-code");
    let input = form.inputs.iter().find(|input| input["name"] == "otp").unwrap();
    assert_eq!(input["autocomplete"], "one-time-code");
    let page = browser.submit(&form.with("otp", "000000")).await;
    assert!(page.body.contains("role=\"alert\"") && page.has_form("one-time-code"));
    let page = browser.submit(&page.form("one-time-code").with("otp", &code_at(&world))).await;
    let back = browser.submit(&page.form("accept")).await;
    let body = world.redeem(&back.returned()["code"], &[]).await.json();
    let claims = decode_part(body["access_token"].as_str().unwrap(), 1);
    assert_eq!(claims["amr"], json!(["pwd", "mfa"]));
    let renewed = world.refresh(body["refresh_token"].as_str().unwrap()).await.json();
    let claims = decode_part(renewed["access_token"].as_str().unwrap(), 1);
    assert_eq!(claims["amr"], json!(["pwd", "mfa"]));
    assert!(browser.get(&world.authorize(&[("prompt", "none")])).await.returned().contains_key("code"));
}

#[tokio::test]
async fn the_password_alone_opens_nothing() {
    let world = World::new().await;
    let mut browser = world.browser();
    let page = browser.get(&world.authorize(&[])).await;
    let page = browser.sign_in(&page, EVE, PASSWORD).await;
    let silent = browser.get(&world.authorize(&[("prompt", "none")])).await;
    assert_eq!(silent.returned()["error"], "login_required");
    let accepted = browser.submit(&page.form("one-time-code").with("action", "accept")).await;
    assert!(accepted.has_form("sign-in"), "accepting before the code starts over");
    world.clock.advance(SignedDuration::from_mins(11));
    let late = browser.submit(&page.form("one-time-code").with("otp", &code_at(&world))).await;
    assert!(late.has_form("sign-in"), "the password counts for ten minutes");
}

#[tokio::test]
async fn a_session_without_a_code_is_stepped_up() {
    let world = World::new().await;
    let mut browser = world.browser();
    let eve = world.user(EVE).await.id;
    world.tenant.set_mfa(eve, None).await.unwrap();
    browser.pass(&world.authorize(&[]), EVE, PASSWORD).await;
    let seed = patcycle_primitives::Secret::new(TOTP_SEED);
    world.tenant.set_mfa(eve, Some(&seed)).await.unwrap();
    let silent = browser.get(&world.authorize(&[("prompt", "none")])).await;
    assert_eq!(silent.returned()["error"], "interaction_required");
    assert!(silent.returned()["error_description"].starts_with("AADSTS50076: "));
    assert!(silent.returned().contains_key("claims"));
    let page = browser.get(&world.authorize(&[])).await;
    let back = browser.submit(&page.form("one-time-code").with("otp", &code_at(&world))).await;
    assert!(back.returned().contains_key("code"));
}
