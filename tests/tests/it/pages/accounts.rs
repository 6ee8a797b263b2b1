//! Which account, and what only an administrator may permit.

use patcycle_tests::dev::RESOURCE;
use patcycle_tests::{Chromium, Dev};

use super::Application;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_picks_among_the_accounts_that_are_signed_in() {
    let dev = Dev::start("pages-accounts");
    let application = Application::start().await;
    let browser = Chromium::start(&dev).await;
    browser.open(&application.authorize(&dev, "CLIENT_ID", &[])).await;
    browser.sign_in(&dev, "USER").await;
    browser.sees("Back at the application").await;

    browser.open(&application.authorize(&dev, "CLIENT_ID", &[("prompt", "select_account")])).await;
    assert_eq!(browser.title().await, "Pick an account");
    browser.assert_accessible().await;
    browser.press("Use another account").await;
    browser.sign_in(&dev, "ADMIN_USER").await;
    browser.sees("Back at the application").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_application_under_review_needs_an_administrator() {
    let dev = Dev::start("pages-approval");
    let application = Application::start().await;
    let browser = Chromium::start(&dev).await;
    browser.open(&application.authorize(&dev, "ADMIN_CONSENT_CLIENT_ID", &[])).await;
    browser.enter_password(&dev, "USER").await;
    assert_eq!(browser.title().await, "Need admin approval");
    browser.assert_accessible().await;
    browser.press("Details").await;
    browser.sees("AADSTS90094").await;
    browser.assert_accessible().await;

    browser.press("Have an admin account? Sign in with that account").await;
    browser.enter_password(&dev, "ADMIN_USER").await;
    assert_eq!(browser.title().await, "Permissions requested");
    browser.assert_accessible().await;
    browser.tick("Consent on behalf of your organization (Fabrikam)").await;
    browser.press("Accept").await;
    browser.sees("Back at the application").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_consents_for_everybody() {
    let dev = Dev::start("pages-admin-consent");
    let application = Application::start().await;
    let browser = Chromium::start(&dev).await;
    let address = format!(
        "{}/v2.0/adminconsent?client_id={}&scope={RESOURCE}/.default&redirect_uri={}",
        dev.var("AUTHORITY"),
        dev.var("CLIENT_ID"),
        application.redirect_uri()
    );
    browser.open(&address).await;
    browser.enter_password(&dev, "ADMIN_USER").await;
    browser.sees("Permissions requested for your organization").await;
    browser.assert_accessible().await;
    browser.press("Accept").await;
    browser.sees("Back at the application").await;
    let received = application.received().await;
    assert!(received.contains(&("admin_consent".to_owned(), "True".to_owned())), "{received:?}");
}
