//! Several PATs at once.

use std::fs;

use patcycle_tests::evidence;

use super::secret::downloaded;
use super::{PATS, Visit};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_are_renewed() {
    let visit = Visit::of("bulk-renew", "USER").await;
    let browser = &visit.browser;
    visit.give("USER", "several", 3).await;
    visit.open(PATS).await;
    browser.tick("Tick several 1").await;
    browser.tick("Tick several 3").await;
    browser.sees("Ticked: 2").await;
    browser.press("Renew").await;
    browser.sees("Renew several tokens").await;
    browser.sees("2 tokens.").await;
    browser.assert_accessible().await;
    browser.choose("From now on for", "90 days").await;
    browser.press("Renew them").await;
    browser.sees("That is all.").await;
    browser.sees("2 done.").await;
    browser.assert_accessible().await;
    let mut ends: Vec<String> =
        visit.pats("active").await.iter().map(|pat| pat["validTo"].as_str().unwrap().to_owned()).collect();
    ends.sort();
    assert!(ends[0] < ends[1] && ends[1][..10] == ends[2][..10], "{ends:?}");
    visit.assert_kept_to_itself().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_are_rotated_and_their_secrets_handed_over_once() {
    let visit = Visit::of("bulk-rotate", "USER").await;
    let browser = &visit.browser;
    browser.allow_downloads().await;
    visit.give("USER", "several", 3).await;
    visit.open(PATS).await;
    browser.tick("All on this page").await;
    browser.sees("Ticked: 3").await;
    browser.press("Rotate").await;
    browser.choose("The old secret works on for", "1 hour").await;
    browser.press("Rotate them").await;
    browser.sees("That is all.").await;
    browser.assert_accessible().await;
    browser.press("Download the .env file").await;
    let file = downloaded(&browser.downloads());
    let text = fs::read_to_string(&file).unwrap();
    evidence::note_all_in(&text);
    let secrets: Vec<&str> = text.lines().filter_map(|line| Some(line.split_once('=')?.1)).collect();
    assert_eq!(secrets.len(), 3);
    for secret in secrets {
        assert!(visit.is_good(secret).await);
    }
    browser.sees("The new secrets were handed over").await;
    browser.assert_accessible().await;
    assert!(!browser.has_button("Download the .env file").await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_are_revoked_after_their_number_was_typed() {
    let visit = Visit::without_scripts("bulk-revoke").await;
    let browser = &visit.browser;
    visit.give("USER", "many", 11).await;
    visit.open(PATS).await;
    for number in 1..=10 {
        browser.tick(&format!("Tick many {number}")).await;
    }
    browser.press("Revoke").await;
    browser.sees("10 tokens.").await;
    browser.fill("To be sure, type their number: 10", "9").await;
    browser.press("Revoke them").await;
    browser.sees("That was not the number.").await;
    assert_eq!(visit.pats("active").await.len(), 11);
    browser.fill("To be sure, type their number: 10", "10").await;
    browser.press("Revoke them").await;
    browser.sees("That is all.").await;
    let left = visit.pats("active").await;
    assert_eq!(left.len(), 1);
    assert_eq!(left[0]["displayName"], "many 11");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_ticked_is_said() {
    let visit = Visit::of("bulk-none", "USER").await;
    visit.give("USER", "unticked", 1).await;
    visit.open(PATS).await;
    visit.browser.press("Revoke").await;
    visit.browser.sees("No active token is ticked").await;
    visit.browser.assert_accessible().await;
}
