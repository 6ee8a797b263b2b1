//! Signing in and out.

use patcycle_tests::{Chromium, Dev};

use super::{NEW, PATS, Visit};
use crate::console_alone;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_signs_in_and_out() {
    let visit = Visit::new("sign-in").await;
    let browser = &visit.browser;
    visit.open("/").await;
    browser.assert_accessible().await;
    browser.follow("Sign in").await;
    browser.sign_in(&visit.dev, "USER").await;
    browser.arrives_at(PATS).await;
    browser.sees("No active tokens").await;
    browser.sees("Ana Almeida").await;
    assert!(!browser.has_link("Inventory").await, "no administrator");

    browser.press("Sign out").await;
    browser.arrives_at("/").await;
    visit.open(PATS).await;
    assert_eq!(browser.title().await, "Sign in", "the tenant's session has ended, too");
    visit.assert_kept_to_itself().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_factor_is_no_hindrance() {
    let visit = Visit::of("second-factor", "MFA_USER").await;
    visit.browser.sees("Mia Fischer").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sign_in_leads_back_to_the_page_that_was_wanted() {
    let visit = Visit::new("sign-in-destination").await;
    visit.open(NEW).await;
    visit.browser.sign_in(&visit.dev, "USER").await;
    visit.browser.arrives_at(NEW).await;
    visit.open("/login?to=//evil.example/").await;
    visit.browser.arrives_at(PATS).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_session_gets_a_new_id_and_a_closed_cookie() {
    let visit = Visit::new("session-id").await;
    visit.open(PATS).await;
    let tenant = visit.browser.address().await;
    // The tenant's page shows no cookies of the console.
    visit.open("/").await;
    let before = visit.browser.cookies().await;
    visit.browser.open(tenant.as_str()).await;
    visit.browser.sign_in(&visit.dev, "USER").await;
    visit.browser.arrives_at(PATS).await;
    let after = visit.browser.cookies().await;
    let [before, after] = [before, after].map(|cookies| {
        let session = cookies.into_iter().find(|cookie| cookie.name().starts_with("patcycle-console-"));
        session.expect("a session's cookie")
    });
    assert_eq!(before.name(), after.name());
    assert_ne!(before.value(), after.value(), "an id from before the sign-in is worth nothing after it");
    assert_eq!(after.http_only(), Some(true));
    assert_eq!(after.same_site().map(|same_site| same_site.to_string()).as_deref(), Some("Lax"));
    assert_eq!(after.name().len(), "patcycle-console-".len() + 8);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tampered_or_repeated_answer_signs_nobody_in() {
    let visit = Visit::new("tampered-state").await;
    let browser = &visit.browser;
    visit.open(PATS).await;
    let tenant = browser.address().await;
    let state = tenant.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    visit.open(&format!("/getAToken?code=guessed&state={state}x")).await;
    browser.sees("This sign-in cannot be finished").await;
    browser.assert_accessible().await;
    assert!(!browser.has_button("Sign out").await);
    // The right state is good once, whatever came with it.
    visit.open(&format!("/getAToken?code=guessed&state={state}")).await;
    browser.sees("You could not be signed in").await;
    visit.open(&format!("/getAToken?code=guessed&state={state}")).await;
    browser.sees("This sign-in cannot be finished").await;
    // Another browser's answer is not this one's.
    visit.open(PATS).await;
    let other = browser.address().await;
    visit.open("/").await;
    browser.forget_cookies().await;
    browser.open(other.as_str()).await;
    browser.sign_in(&visit.dev, "USER").await;
    browser.sees("This sign-in cannot be finished").await;
    browser.follow("Sign in").await;
    browser.arrives_at(PATS).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_after_ten_minutes_is_too_late() {
    let visit = Visit::new("late-answer").await;
    visit.open(PATS).await;
    visit.browser.enter_password(&visit.dev, "USER").await;
    visit.dev.advance("11m").await;
    visit.browser.press("Accept").await;
    visit.browser.sees("This sign-in cannot be finished").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_declines_is_told_what_that_means() {
    let visit = Visit::new("declined").await;
    visit.open(PATS).await;
    visit.browser.enter_password(&visit.dev, "USER").await;
    visit.browser.press("Cancel").await;
    visit.browser.sees("The console has no permission").await;
    visit.browser.assert_accessible().await;
    visit.browser.follow("Sign in").await;
    visit.browser.press("Accept").await;
    visit.browser.arrives_at(PATS).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_of_another_tenant_is_told_that_nothing_is_here_for_them() {
    let visit = Visit::new("other-tenant").await;
    visit.open(PATS).await;
    visit.browser.fill("User name", visit.dev.var("OTHER_USER")).await;
    visit.browser.fill("Password", visit.dev.var("OTHER_PASSWORD")).await;
    visit.browser.press("Sign in").await;
    assert_eq!(visit.browser.title().await, "Sign in", "the authority is one tenant");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_approves_the_console_by_the_link_that_it_shows() {
    let dev = Dev::start("console-approval");
    let settings = console_alone::patcycle(&dev).env("CLIENT_ID", dev.var("ADMIN_CONSENT_CLIENT_ID"));
    let server = console_alone::start(&settings, &dev);
    let console = server.url("public_url").trim_end_matches('/');
    let browser = Chromium::start(&dev).await;
    browser.open(&format!("{console}{PATS}")).await;
    browser.enter_password(&dev, "USER").await;
    browser.press("Return to the application without granting consent").await;
    browser.sees("An administrator must approve the console first").await;
    browser.assert_accessible().await;
    let approve = browser.link("Approve for the organization (administrators)").await;

    let administrator = Chromium::start(&dev).await;
    administrator.open(&approve).await;
    administrator.enter_password(&dev, "ADMIN_USER").await;
    administrator.press("Accept").await;
    administrator.sees("The console is approved").await;
    administrator.assert_accessible().await;

    browser.follow("Sign in").await;
    browser.arrives_at(PATS).await;
    browser.sees("No active tokens").await;
}
