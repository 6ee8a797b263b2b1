//! An API that is slow, throttling, down, or answers something else.

use serde_json::{Value, json};

use super::{NEW, PATS, Visit};

/// Every call of the organization's API.
const API: &str = "/fabrikam/_apis/**";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_is_told_with_what_to_do_next() {
    let visit = Visit::of("faults", "USER").await;
    let browser = &visit.browser;
    let retry = json!({ "Retry-After": "1" });
    let cases: [(Value, &str); 5] = [
        (json!({ "status": 429, "headers": retry }), "Too many calls"),
        (json!({ "status": 503, "headers": retry }), "The service has a fault"),
        (json!({ "close": true }), "The service does not answer"),
        (
            json!({ "status": 200, "html": "<html><title>Hotel network</title>" }),
            "That was a web page, not an answer",
        ),
        // Azure DevOps' own answer to a token that it does not take.
        (json!({ "status": 203, "html": true }), "You are not signed in for this"),
    ];
    for (answer, expected) in cases {
        visit.faults(json!([{ "path": API, "answer": answer }])).await;
        visit.open(PATS).await;
        browser.sees(expected).await;
        browser.assert_accessible().await;
        visit.dev.control(reqwest::Method::DELETE, "/_dev/faults", None).await;
        if browser.has_link("Try again").await {
            browser.follow("Try again").await;
        } else {
            browser.follow("Sign in with another account").await;
            browser.press(&format!("Ana Almeida {}", visit.dev.var("USER"))).await;
        }
        browser.arrives_at(PATS).await;
        browser.sees("No active tokens").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_service_is_waited_for() {
    let visit = Visit::of("slow", "USER").await;
    visit.faults(json!([{ "path": API, "times": 1, "answer": { "delayMs": 1500 } }])).await;
    visit.open(PATS).await;
    visit.browser.sees("No active tokens").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn throttling_for_a_moment_is_not_noticed() {
    let visit = Visit::of("throttled-once", "USER").await;
    let answer = json!({ "status": 429, "headers": { "Retry-After": "1" } });
    visit.faults(json!([{ "path": API, "times": 1, "answer": answer }])).await;
    visit.open(PATS).await;
    visit.browser.sees("No active tokens").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_create_that_was_refused_keeps_what_was_filled_in() {
    let visit = Visit::of("create-fault", "USER").await;
    let browser = &visit.browser;
    visit.open(&format!("{NEW}?scope=vso.code")).await;
    browser.fill("Name", "kept").await;
    let fault = json!({ "path": API, "method": "POST", "answer": { "patTokenError": "fullScopePatPolicyViolation" } });
    visit.faults(json!([fault])).await;
    browser.press("Make the token").await;
    browser.sees("Full access is not allowed").await;
    browser.assert_accessible().await;
    assert_eq!(browser.value("Name").await, "kept");
    visit.dev.control(reqwest::Method::DELETE, "/_dev/faults", None).await;
    browser.press("Make the token").await;
    browser.sees("This is the only time it is shown").await;
    visit.secret().await;
    assert_eq!(visit.pats("active").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_create_that_broke_off_is_not_repeated_blindly() {
    let visit = Visit::of("create-broke-off", "USER").await;
    let browser = &visit.browser;
    visit.open(&format!("{NEW}?scope=vso.code")).await;
    browser.fill("Name", "broke off").await;
    visit.faults(json!([{ "path": API, "method": "POST", "answer": { "close": true } }])).await;
    browser.press("Make the token").await;
    browser.sees("The token was not made").await;
    visit.dev.control(reqwest::Method::DELETE, "/_dev/faults", None).await;
    assert_eq!(visit.pats("all").await.len(), 0);
}
