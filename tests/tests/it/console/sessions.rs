//! What a session lives through: tokens that end, a sign-out elsewhere, a sign-in that is not fresh any more.

use super::{NEW, PATS, Visit};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_expired_access_token_is_renewed_without_a_word() {
    let visit = Visit::of("expired-access-token", "USER").await;
    visit.dev.advance("3h").await;
    visit.browser.requests().await;
    visit.browser.reload().await;
    visit.browser.sees("No active tokens").await;
    let asked = visit.browser.requests().await;
    assert!(
        asked.iter().all(|(url, _)| !url.path().contains("authorize")),
        "no trip to the tenant: {asked:?}"
    );
    visit.create("made after three hours").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_expired_refresh_token_leads_through_the_sign_in_and_back() {
    let visit = Visit::of("expired-refresh-token", "USER").await;
    visit.dev.advance("91d").await;
    visit.open(NEW).await;
    if visit.browser.title().await == "Sign in" {
        visit.browser.sign_in(&visit.dev, "USER").await;
    }
    visit.browser.arrives_at(NEW).await;
    visit.create("made after ninety-one days").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_who_was_disabled_is_told_so_when_the_access_token_ends() {
    let visit = Visit::of("disabled-person", "USER").await;
    let data = visit.dev.data();
    let disable = ["dev", "user", "disable", visit.dev.var("USER"), "--data-dir", data.to_str().unwrap()];
    visit.dev.cli().run(&disable).ok();
    visit.dev.advance("3h").await;
    visit.browser.reload().await;
    visit.browser.sees("The sign-in service refuses").await;
    visit.browser.sees("AADSTS50057").await;
    visit.browser.assert_accessible().await;
    visit.browser.follow("Sign in with another account").await;
    visit.browser.sign_in(&visit.dev, "ADMIN_USER").await;
    visit.browser.sees("Ada Marsh").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_was_ended_in_another_tab_changes_nothing_any_more() {
    let visit = Visit::of("two-tabs", "USER").await;
    let browser = &visit.browser;
    visit.open(&format!("{NEW}?scope=vso.code")).await;
    browser.fill("Name", "never made").await;
    browser.open_tab().await;
    visit.open(PATS).await;
    browser.press("Sign out").await;
    browser.arrives_at("/").await;
    browser.go_to_tab(0).await;
    browser.press("Make the token").await;
    browser.sees("You are signed out").await;
    browser.sees("Nothing was changed").await;
    browser.assert_accessible().await;
    assert_eq!(visit.pats("all").await.len(), 0);
    browser.follow("Sign in").await;
    browser.sign_in(&visit.dev, "USER").await;
    browser.arrives_at(NEW).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_of_an_earlier_sign_in_changes_nothing() {
    let visit = Visit::of("earlier-sign-in", "USER").await;
    let browser = &visit.browser;
    visit.open(&format!("{NEW}?scope=vso.code")).await;
    browser.fill("Name", "never made").await;
    browser.open_tab().await;
    visit.open("/login?to=pats&choose=1").await;
    browser.press("Use another account").await;
    browser.sign_in(&visit.dev, "ADMIN_USER").await;
    browser.sees("Ada Marsh").await;
    browser.go_to_tab(0).await;
    browser.press("Make the token").await;
    browser.sees("This page is from an earlier sign-in").await;
    assert_eq!(visit.pats("all").await.len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_tabs_make_two_tokens() {
    let visit = Visit::of("two-forms", "USER").await;
    let browser = &visit.browser;
    visit.open(&format!("{NEW}?scope=vso.code")).await;
    browser.fill("Name", "of the first tab").await;
    browser.open_tab().await;
    visit.create("of the second tab").await;
    browser.go_to_tab(0).await;
    browser.press("Make the token").await;
    browser.sees("This is the only time it is shown").await;
    visit.secret().await;
    assert_eq!(visit.pats("active").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn making_a_secret_needs_a_fresh_sign_in() {
    let visit = Visit::of("step-up", "USER").await;
    let browser = &visit.browser;
    visit.dev.advance("11h").await;
    visit.open(PATS).await;
    visit.dev.advance("2h").await;
    visit.open(PATS).await;
    browser.sees("No active tokens").await;
    visit.open(NEW).await;
    browser.sees("Please prove that it is you").await;
    browser.assert_accessible().await;
    browser.follow("Sign in again").await;
    browser.fill("Password", visit.dev.var("PASSWORD")).await;
    browser.press("Sign in").await;
    browser.arrives_at(NEW).await;
    visit.create("made after proving it").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_idle_session_ends() {
    let visit = Visit::of("idle", "USER").await;
    visit.dev.advance("13h").await;
    visit.browser.requests().await;
    visit.open(PATS).await;
    let asked = visit.browser.requests().await;
    assert!(asked.iter().any(|(url, _)| url.path().ends_with("/authorize")), "{asked:?}");
}
