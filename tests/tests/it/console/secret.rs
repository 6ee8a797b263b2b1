//! The page with a new secret: shown once, and kept by nothing.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use super::{NEW, Visit};

const DOWNLOAD_LIMIT: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_hidden_until_it_is_revealed_and_can_be_copied() {
    let visit = Visit::of("secret-copy", "USER").await;
    let browser = &visit.browser;
    browser.allow_clipboard().await;
    let secret = visit.create("copied").await;
    assert!(!browser.text().await.contains(&secret));
    browser.press("Copy").await;
    browser.sees("Copied.").await;
    assert_eq!(browser.clipboard().await, secret);
    browser.press("Reveal").await;
    assert!(browser.has_button("Hide").await);
    browser.sees("COPIED_PAT").await;
    browser.press("Hide").await;
    assert!(browser.has_button("Reveal").await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn neither_back_nor_reload_show_it_again_or_make_another() {
    let visit = Visit::of("secret-back", "USER").await;
    let browser = &visit.browser;
    let secret = visit.create("only one").await;
    browser.follow("I have stored it").await;
    browser.back().await;
    assert!(!browser.source().await.contains(&secret), "at {}", browser.address().await);
    browser.back().await;
    assert!(!browser.source().await.contains(&secret), "at {}", browser.address().await);
    visit.create("another one").await;
    let shown = browser.address().await;
    browser.reload().await;
    assert_eq!(browser.address().await.path(), shown.path());
    browser.sees("What happened").await;
    assert!(!browser.has_field("Secret").await);
    browser.back().await;
    browser.arrives_at(NEW).await;
    assert_eq!(visit.pats("active").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_browser_keeps_nothing_of_it() {
    let visit = Visit::of("secret-profile", "USER").await;
    let secret = visit.create("forgotten").await;
    visit.browser.press("Reveal").await;
    visit.browser.follow("I have stored it").await;
    visit.browser.sees("What happened").await;
    let Visit { browser, dev: _dev } = visit;
    let profile = browser.close().await;
    let mut searched = 0;
    let narrow = secret.as_bytes()[..52].to_vec();
    let wide: Vec<u8> = narrow.iter().flat_map(|byte| [*byte, 0]).collect();
    search(profile.path(), &[&narrow, &wide], &mut searched);
    assert!(searched > 100_000, "only {searched} bytes: that is no profile");
}

fn search(folder: &Path, needles: &[&[u8]], searched: &mut usize) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            search(&entry.path(), needles, searched);
        } else if kind.is_file() {
            // Some go while the browser tidies up.
            let content = fs::read(entry.path()).unwrap_or_default();
            *searched += content.len();
            for needle in needles {
                let found = content.windows(needle.len()).any(|window| window == *needle);
                assert!(!found, "{} holds the secret", entry.path().display());
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_saved_in_the_form_that_is_needed() {
    let visit = Visit::of("secret-download", "USER").await;
    let browser = &visit.browser;
    browser.allow_downloads().await;
    let secret = visit.create("build server").await;
    for (button, expected) in [
        (".env file", format!("BUILD_SERVER_PAT={secret}")),
        ("git credentials", format!(":{secret}@localhost")),
        ("text file", secret.clone()),
    ] {
        browser.press(button).await;
        let file = downloaded(&browser.downloads());
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains(&expected), "{} does not hold what was saved", file.display());
        fs::remove_file(file).unwrap();
    }
    browser.sees("This is the only time it is shown").await;
}

/// The one file that a download left, when it is complete.
pub(super) fn downloaded(folder: &Path) -> std::path::PathBuf {
    let deadline = Instant::now() + DOWNLOAD_LIMIT;
    loop {
        let files = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
        let complete =
            files.filter(|file| file.extension().is_none_or(|extension| extension != "crdownload"));
        let complete = complete.filter(|file| !file.file_name().unwrap().to_string_lossy().starts_with('.'));
        if let Some(file) =
            complete.into_iter().find(|file| fs::metadata(file).is_ok_and(|known| known.len() > 0))
        {
            return file;
        }
        assert!(Instant::now() < deadline, "nothing was downloaded");
        std::thread::yield_now();
    }
}
