//! What administrators have: the inventory, the policies, the audit, the leak desk.

use super::Visit;

const INVENTORY: &str = "/console/inventory";
const POLICIES: &str = "/console/policies";
const AUDIT: &str = "/console/audit";
const LEAKS: &str = "/console/leaks";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_are_for_administrators_alone() {
    let visit = Visit::of("not-for-everybody", "USER").await;
    for page in [INVENTORY, POLICIES, AUDIT, LEAKS] {
        assert!(!visit.browser.source().await.contains(page), "{page} is offered");
    }
    for page in [INVENTORY, POLICIES, AUDIT, LEAKS] {
        visit.open(page).await;
        visit.browser.sees("This page is for administrators").await;
        visit.browser.assert_accessible().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_inventory_is_filtered_and_what_is_ticked_revoked_with_a_receipt() {
    let visit = Visit::of("inventory", "ADMIN_USER").await;
    let browser = &visit.browser;
    visit.give("USER", "of a person", 3).await;
    visit.give("ADMIN_USER", "of the administrator", 1).await;
    browser.follow("Inventory").await;
    browser.arrives_at(INVENTORY).await;
    browser.sees("4 tokens fit.").await;
    browser.assert_accessible().await;
    browser.tick("full access").await;
    browser.press("Show").await;
    browser.sees("No token fits.").await;
    browser.assert_accessible().await;
    browser.follow("Reset").await;
    browser.tick("Tick of a person 2 of Ana Almeida").await;
    browser.press("Revoke…").await;
    browser.sees("Revoke tokens of others").await;
    browser.assert_accessible().await;
    browser.fill("Reason", "nobody knows what it is for").await;
    browser.press("Revoke them").await;
    browser.sees("1 token was revoked.").await;
    browser.assert_accessible().await;
    let receipt = browser.value("The receipt, for your records").await;
    assert!(receipt.contains("nobody knows what it is for"), "{receipt}");
    let left: Vec<String> = visit
        .pats("active")
        .await
        .iter()
        .map(|pat| pat["displayName"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(left.len(), 2);
    assert!(!left.contains(&"of a person 2".to_owned()), "{left:?}");

    browser.follow("Audit").await;
    browser.arrives_at(AUDIT).await;
    browser.sees("Token.PatRevokeEvent").await;
    browser.assert_accessible().await;
    browser.fill("Search", "no such thing").await;
    browser.press("Show").await;
    browser.sees("Nothing fits.").await;
    visit.assert_kept_to_itself().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_of_one_owner_is_revoked() {
    let visit = Visit::of("inventory-owner", "ADMIN_USER").await;
    let browser = &visit.browser;
    visit.give("USER", "of a person", 12).await;
    visit.open(INVENTORY).await;
    browser.follow("Ana Almeida").await;
    browser.press("Revoke everything of Ana Almeida…").await;
    browser.sees("12 tokens.").await;
    browser.assert_accessible().await;
    browser.fill("Reason", "left the company").await;
    browser.fill("To be sure, type their number: 12", "1").await;
    browser.press("Revoke them").await;
    browser.sees("That was not the number.").await;
    assert_eq!(browser.value("Reason").await, "left the company");
    assert_eq!(visit.pats("active").await.len(), 12);
    browser.fill("To be sure, type their number: 12", "12").await;
    browser.press("Revoke them").await;
    browser.sees("12 tokens were revoked.").await;
    visit.open(INVENTORY).await;
    browser.sees("No token fits.").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_policy_is_rehearsed_and_then_saved() {
    let visit = Visit::of("policies", "ADMIN_USER").await;
    let browser = &visit.browser;
    visit.give("USER", "thirty days", 2).await;
    browser.follow("Policies").await;
    browser.arrives_at(POLICIES).await;
    browser.assert_accessible().await;
    browser.follow("Longest life").await;
    browser.assert_accessible().await;
    browser.tick("on").await;
    browser.fill("Longest life in days", "7").await;
    browser.press("Try it first").await;
    browser.sees("2 tokens work today.").await;
    browser.sees("Nothing was changed.").await;
    browser.assert_accessible().await;
    browser.press("Save").await;
    browser.sees("Saved. It holds from now on.").await;
    browser.sees("7 days").await;
    browser.assert_accessible().await;
    browser.follow("Longest life").await;
    browser.set("Longest life in days", "500").await;
    browser.without_validation().await;
    browser.press("Save").await;
    browser.sees("The longest life is a whole number of days from 1 to 366.").await;
    browser.assert_accessible().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_policy_that_somebody_else_changed_is_not_overwritten() {
    let visit = Visit::of("policies-two-tabs", "ADMIN_USER").await;
    let browser = &visit.browser;
    let page = "/console/policies/maximum-lifespan";
    visit.open(page).await;
    browser.open_tab().await;
    visit.open(page).await;
    browser.tick("on").await;
    browser.fill("Longest life in days", "30").await;
    browser.press("Save").await;
    browser.sees("Saved.").await;
    browser.go_to_tab(0).await;
    browser.tick("on").await;
    browser.fill("Longest life in days", "90").await;
    browser.press("Save").await;
    browser.sees("Somebody changed this policy after the page was opened.").await;
    assert_eq!(browser.value("Longest life in days").await, "90");
    browser.press("Save").await;
    browser.sees("Saved.").await;
    browser.sees("90 days").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_leaked_token_is_looked_up_and_ended() {
    let visit = Visit::of("leaks", "ADMIN_USER").await;
    let browser = &visit.browser;
    let secret = visit.create("leaked").await;
    browser.follow("Leak desk").await;
    browser.arrives_at(LEAKS).await;
    browser.assert_accessible().await;
    browser.fill("What was found", &format!("PAT={secret}\nnothing of ours")).await;
    browser.fill("Where it was found", "a build log").await;
    browser.press("Look up").await;
    browser.sees("What it is").await;
    browser.sees("leaked").await;
    browser.assert_accessible().await;
    assert!(!browser.source().await.contains(&secret), "what was pasted is not shown again");
    browser.press("Revoke leaked now").await;
    browser.sees("Revoked.").await;
    assert!(!visit.is_good(&secret).await);
}
