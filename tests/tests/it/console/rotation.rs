//! A new secret for the same PAT, with an overlap that is ended or undone.

use super::Visit;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_old_secret_works_until_it_is_ended() {
    let visit = Visit::of("rotate-finish", "USER").await;
    let browser = &visit.browser;
    let old = visit.create("rotated").await;
    browser.follow("I have stored it").await;
    browser.choose("The old secret works on for", "1 day").await;
    browser.press("Rotate").await;
    browser.sees("The old secret still works").await;
    browser.assert_accessible().await;
    let new = visit.secret().await;
    assert_ne!(old, new);
    assert!(visit.is_good(&old).await && visit.is_good(&new).await);
    browser.follow("I have stored it").await;
    browser.sees("The old secret still works").await;
    browser.assert_accessible().await;
    browser.press("End the old secret now").await;
    browser.sees("The old secret has ended.").await;
    assert!(!visit.is_good(&old).await && visit.is_good(&new).await);
    assert!(!browser.has_button("Go back to the old secret").await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rotation_is_undone() {
    let visit = Visit::of("rotate-undo", "USER").await;
    let browser = &visit.browser;
    let old = visit.create("rotated").await;
    browser.follow("I have stored it").await;
    browser.press("Rotate").await;
    let new = visit.secret().await;
    browser.follow("I have stored it").await;
    browser.press("Go back to the old secret").await;
    browser.sees("The old secret is back, the new one has ended.").await;
    assert!(visit.is_good(&old).await && !visit.is_good(&new).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_old_secret_never_ends_before_the_new_one_can_be_stored() {
    let visit = Visit::of("rotate-overlap", "USER").await;
    let browser = &visit.browser;
    let first = visit.create("rotated").await;
    browser.follow("I have stored it").await;
    browser.choose("The old secret works on for", "15 minutes").await;
    browser.press("Rotate").await;
    browser.sees("The old secret still works").await;
    let second = visit.secret().await;
    assert!(visit.is_good(&first).await && visit.is_good(&second).await);
    visit.dev.advance("16m").await;
    assert!(!visit.is_good(&first).await && visit.is_good(&second).await);
    browser.follow("I have stored it").await;
    assert!(!browser.has_button("End the old secret now").await);
}
