//! Sign-in, second factor, consent: from an application to the tenant and back.

use patcycle_tests::{Chromium, Dev};

use super::{Application, assert_kept_to_themselves};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_signs_in_consents_and_is_back_at_the_application() {
    let dev = Dev::start("pages-sign-in");
    let application = Application::start().await;
    let browser = Chromium::start(&dev).await;
    browser.open(&application.authorize(&dev, "CLIENT_ID", &[])).await;
    assert_eq!(browser.title().await, "Sign in");
    browser.assert_accessible().await;

    browser.fill("User name", dev.var("USER")).await;
    browser.fill("Password", "wrong").await;
    browser.press("Sign in").await;
    browser.sees("password").await;
    assert_eq!(browser.value("User name").await, dev.var("USER"));
    assert_eq!(browser.value("Password").await, "");
    browser.assert_accessible().await;

    browser.enter_password(&dev, "USER").await;
    assert_eq!(browser.title().await, "Permissions requested");
    browser.assert_accessible().await;
    browser.press("Accept").await;
    browser.sees("Back at the application").await;
    let received = application.received().await;
    assert!(received.iter().any(|(name, value)| name == "code" && !value.is_empty()), "{received:?}");
    assert!(received.contains(&("state".to_owned(), "a state".to_owned())), "{received:?}");
    assert_kept_to_themselves(&browser, &dev, Some(&application)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_factor_is_asked_for() {
    let dev = Dev::start("pages-second-factor");
    let application = Application::start().await;
    let browser = Chromium::start(&dev).await;
    browser.open(&application.authorize(&dev, "CLIENT_ID", &[])).await;
    browser.enter_password(&dev, "MFA_USER").await;
    assert_eq!(browser.title().await, "Enter code");
    browser.assert_accessible().await;
    browser.fill("Code", "000000").await;
    browser.press("Verify").await;
    browser.sees("code").await;
    assert_eq!(browser.title().await, "Enter code");
    browser.assert_accessible().await;
    browser.fill("Code", &dev.one_time_code()).await;
    browser.press("Verify").await;
    browser.press("Accept").await;
    browser.sees("Back at the application").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_of_it_works_without_scripts() {
    let dev = Dev::start("pages-no-script");
    let application = Application::start().await;
    let browser = Chromium::start(&dev).await;
    browser.without_scripts().await;
    browser.open(&application.authorize(&dev, "CLIENT_ID", &[("response_mode", "form_post")])).await;
    browser.sign_in(&dev, "MFA_USER").await;
    browser.sees("Almost there").await;
    browser.press("Continue").await;
    browser.sees("Back at the application").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_of_it_works_with_the_keyboard_alone() {
    let dev = Dev::start("pages-keyboard");
    let application = Application::start().await;
    let browser = Chromium::start(&dev).await;
    browser.open(&application.authorize(&dev, "CLIENT_ID", &[("login_hint", dev.var("USER"))])).await;
    browser.fill("Password", dev.var("PASSWORD")).await;
    browser.enter_by_keyboard("Sign in").await;
    browser.sees("Permissions requested").await;
    browser.enter_by_keyboard("Accept").await;
    browser.sees("Back at the application").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_by_form_goes_on_by_itself() {
    let dev = Dev::start("pages-form-post");
    let application = Application::start().await;
    let browser = Chromium::start(&dev).await;
    browser.open(&application.authorize(&dev, "CLIENT_ID", &[("response_mode", "form_post")])).await;
    browser.sign_in(&dev, "USER").await;
    browser.sees("Back at the application").await;
    assert_eq!(browser.address().await.query(), None, "the code travels in the body");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_declines_is_back_at_the_application_too() {
    let dev = Dev::start("pages-decline");
    let application = Application::start().await;
    let browser = Chromium::start(&dev).await;
    browser.open(&application.authorize(&dev, "CLIENT_ID", &[])).await;
    browser.enter_password(&dev, "USER").await;
    browser.press("Cancel").await;
    browser.sees("Back at the application").await;
    let received = application.received().await;
    assert!(received.contains(&("error".to_owned(), "access_denied".to_owned())), "{received:?}");
}
