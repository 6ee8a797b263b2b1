//! For everybody: other languages, the keyboard, and administrators.

use patcycle_tests::{Chromium, Dev};

use super::{NEW, PATS, Visit};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_browser_chooses_the_language_and_a_person_another() {
    let dev = Dev::start("console-spanish");
    let browser = Chromium::start_in(&dev, "es").await;
    let visit = Visit { browser, dev };
    let browser = &visit.browser;
    visit.open("/").await;
    browser.sees("Iniciar sesión").await;
    browser.assert_accessible().await;
    visit.sign_in("USER").await;
    browser.assert_accessible().await;
    visit.open(NEW).await;
    browser.assert_accessible().await;
    browser.press("English").await;
    browser.arrives_at(NEW).await;
    browser.sees("Make the token").await;
    browser.press("Español").await;
    browser.arrives_at(NEW).await;
    assert!(!browser.text().await.contains("Make the token"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_keyboard_is_enough() {
    let visit = Visit::of("keyboard", "USER").await;
    let browser = &visit.browser;
    visit.open(&format!("{NEW}?scope=vso.code&name=typed")).await;
    browser.enter_by_keyboard("Make the token").await;
    browser.sees("This is the only time it is shown").await;
    visit.secret().await;
    browser.enter_by_keyboard("I have stored it").await;
    browser.sees("What happened").await;
    visit.open(PATS).await;
    browser.enter_by_keyboard("typed").await;
    browser.sees("What happened").await;
}
