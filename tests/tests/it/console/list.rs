//! The list: filters, order, search, pages.

use serde_json::json;

use super::{PATS, Visit};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_searched_filtered_and_sorted() {
    let visit = Visit::of("list", "USER").await;
    let browser = &visit.browser;
    visit.give("USER", "alpha", 2).await;
    visit.give("USER", "beta", 1).await;
    visit.open(PATS).await;
    browser.sees("beta 1").await;
    browser.assert_accessible().await;
    // As it is typed, by a script; the address can be given to somebody else.
    browser.fill("Search name or scope", "alpha").await;
    browser.waits_until_gone("beta 1").await;
    browser.sees("alpha 2").await;
    assert!(browser.address().await.query().unwrap().contains("q=alpha"));
    browser.reload().await;
    browser.sees("alpha 2").await;
    assert_eq!(browser.value("Search name or scope").await, "alpha");
    browser.fill("Search name or scope", "").await;
    browser.sees("beta 1").await;
    browser.choose("Order by", "name").await;
    browser.choose("Direction", "last to first").await;
    browser.press("Show").await;
    let text = browser.text().await;
    assert!(
        text.find("beta 1") < text.find("alpha 2") && text.find("alpha 2") < text.find("alpha 1"),
        "{text}"
    );
    browser.choose("State", "revoked").await;
    browser.press("Show").await;
    browser.sees("No token fits.").await;
    browser.assert_accessible().await;
    visit.assert_kept_to_itself().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn states_are_told_in_words() {
    let visit = Visit::of("list-states", "USER").await;
    let browser = &visit.browser;
    visit.give("USER", "thirty days", 1).await;
    browser.reload().await;
    browser.sees("ends soon").await;
    visit.dev.advance("25d").await;
    visit.sign_in_again_if_asked().await;
    browser.sees("ends very soon").await;
    visit.dev.advance("6d").await;
    visit.sign_in_again_if_asked().await;
    browser.sees("No active tokens").await;
    visit.open(&format!("{PATS}?state=all")).await;
    browser.sees("expired").await;
    browser.assert_accessible().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_list_comes_in_pages() {
    let visit = Visit::of("list-pages", "USER").await;
    let browser = &visit.browser;
    visit.give("USER", "one of many", 130).await;
    visit.open(&format!("{PATS}?sort=displayName")).await;
    browser.sees("one of many 1").await;
    browser.follow("Next page").await;
    browser.sees("First page").await;
    browser.sees("one of many 99").await;
    browser.follow("First page").await;
    browser.sees("one of many 1").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_page_is_small() {
    let visit = Visit::of("list-size", "USER").await;
    visit.browser.requests().await;
    visit.open(PATS).await;
    visit.browser.sees("No active tokens").await;
    let requests = visit.browser.requests().await;
    let bytes: u64 = requests.iter().map(|(_, bytes)| bytes).sum();
    assert!((1..60_000).contains(&bytes), "{bytes} bytes: {requests:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_search_that_fails_says_so() {
    let visit = Visit::of("list-fault", "USER").await;
    let browser = &visit.browser;
    visit.give("USER", "searched", 1).await;
    browser.reload().await;
    let answer = json!({ "status": 503, "headers": { "Retry-After": "1" } });
    visit.faults(json!([{ "path": "/fabrikam/_apis/**", "answer": answer }])).await;
    browser.fill("Search name or scope", "searched").await;
    browser.sees("The service has a fault").await;
    visit.dev.control(reqwest::Method::DELETE, "/_dev/faults", None).await;
    browser.follow("Try again").await;
    browser.sees("searched 1").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_search_after_a_sign_out_elsewhere_leads_to_the_sign_in() {
    let visit = Visit::of("list-signed-out", "USER").await;
    let browser = &visit.browser;
    visit.give("USER", "searched", 1).await;
    browser.reload().await;
    browser.open_tab().await;
    visit.open(PATS).await;
    browser.press("Sign out").await;
    browser.arrives_at("/").await;
    browser.go_to_tab(0).await;
    browser.fill("Search name or scope", "searched").await;
    browser.sees("to continue to").await;
    browser.sign_in(&visit.dev, "USER").await;
    browser.arrives_at(PATS).await;
}
