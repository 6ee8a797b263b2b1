//! The page where the code of a device is entered.

use patcycle_tests::{Chromium, Dev};
use serde_json::Value;

use super::assert_kept_to_themselves;

async fn device_code(dev: &Dev) -> Value {
    let form = [("client_id", dev.var("PUBLIC_CLIENT_ID")), ("scope", "openid profile")];
    let address = format!("{}/oauth2/v2.0/devicecode", dev.var("AUTHORITY"));
    dev.http().post(address).form(&form).send().await.unwrap().json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_lets_a_device_in_without_scripts() {
    let dev = Dev::start("pages-device");
    let device = device_code(&dev).await;
    let browser = Chromium::start(&dev).await;
    browser.without_scripts().await;
    let page = device["verification_uri"].as_str().unwrap();
    browser.open(page).await;
    browser.fill("Code", "AAAAAAAAA").await;
    browser.press("Next").await;
    browser.sees("That code is not right").await;
    browser.fill("Code", device["user_code"].as_str().unwrap()).await;
    browser.press("Next").await;
    browser.enter_password(&dev, "USER").await;
    browser.sees("Are you trying to sign in").await;
    browser.press("Continue").await;
    if browser.title().await == "Permissions requested" {
        browser.press("Accept").await;
    }
    browser.sees("You’re signed in").await;
    assert_kept_to_themselves(&browser, &dev, None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_can_use_the_pages_of_a_device() {
    let dev = Dev::start("pages-device-accessible");
    let device = device_code(&dev).await;
    let browser = Chromium::start(&dev).await;
    browser.open(device["verification_uri"].as_str().unwrap()).await;
    browser.assert_accessible().await;
    browser.fill("Code", "AAAAAAAAA").await;
    browser.press("Next").await;
    browser.sees("That code is not right").await;
    browser.assert_accessible().await;
    browser.fill("Code", device["user_code"].as_str().unwrap()).await;
    browser.press("Next").await;
    browser.assert_accessible().await;
    browser.enter_password(&dev, "USER").await;
    browser.sees("Are you trying to sign in").await;
    browser.assert_accessible().await;
    browser.press("Cancel").await;
    browser.sees("You declined").await;
    browser.assert_accessible().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_needs_a_second_factor_is_told_another_way() {
    let dev = Dev::start("pages-device-second-factor");
    let device = device_code(&dev).await;
    let browser = Chromium::start(&dev).await;
    browser.open(device["verification_uri"].as_str().unwrap()).await;
    browser.fill("Code", device["user_code"].as_str().unwrap()).await;
    browser.press("Next").await;
    browser.enter_password(&dev, "MFA_USER").await;
    browser.sees("More information is needed").await;
    browser.assert_accessible().await;
}
