//! `patcycle login` and the browser that it opens.

use patcycle_tests::{Chromium, Dev};

use crate::sign_in::login_that_opened_a_browser;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_signs_in_and_returns_to_the_shell() {
    let dev = Dev::start("pages-login");
    let (login, address) = login_that_opened_a_browser(&dev);
    let browser = Chromium::start(&dev).await;
    browser.open(&address).await;
    browser.sign_in(&dev, "USER").await;
    browser.sees("close this").await;
    browser.assert_accessible().await;
    let output = login.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    dev.note_kept_tokens();
    assert_eq!(dev.cli().run(&["whoami", "-o", "json"]).json()["userName"], dev.var("USER"));
}
