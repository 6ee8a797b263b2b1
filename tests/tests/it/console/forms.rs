//! Forms that are sent twice, or from elsewhere.

use reqwest::header::{COOKIE, LOCATION};

use super::{NEW, Visit};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_that_is_sent_again_makes_nothing_and_says_so() {
    let visit = Visit::without_scripts("sent-again").await;
    let browser = &visit.browser;
    let secret = visit.create("made once").await;
    // Without scripts a reload of the answer sends the form again.
    browser.reload().await;
    browser.sees("This was already made").await;
    browser.sees("rotate the token").await;
    assert!(!browser.source().await.contains(&secret));
    assert_eq!(visit.pats("active").await.len(), 1);
    browser.follow("To the token").await;
    browser.sees("made once").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_button_that_is_pressed_twice_makes_one() {
    for scripts in [true, false] {
        let visit = if scripts {
            Visit::of("double-press", "USER").await
        } else {
            Visit::without_scripts("double-press-no-script").await
        };
        visit.open(&format!("{NEW}?scope=vso.code")).await;
        visit.browser.fill("Name", "pressed twice").await;
        visit.browser.press_twice("Make the token").await;
        // Either the secret or that it was made already, whichever answer the browser waited for.
        visit.browser.sees("secret").await;
        assert_eq!(visit.pats("all").await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_of_another_site_or_without_its_key_changes_nothing() {
    let visit = Visit::of("foreign-form", "USER").await;
    let console = visit.dev.var("CONSOLE_URL");
    let cookies = visit.browser.cookies().await;
    let cookies: Vec<String> =
        cookies.iter().map(|cookie| format!("{}={}", cookie.name(), cookie.value())).collect();
    let send = |site: &'static str, origin: &str| {
        let form = [("name", "forged"), ("scope", "vso.code"), ("lifetime", "30"), ("form_id", "x")];
        let request = visit.dev.http().post(format!("{console}{NEW}")).header(COOKIE, cookies.join("; "));
        request.header("Sec-Fetch-Site", site).header("Origin", origin).form(&form).send()
    };
    for (site, origin) in [
        ("cross-site", "https://evil.example"),
        ("same-site", console),
        ("same-origin", console),
        ("none", "null"),
    ] {
        let answer = send(site, origin).await.unwrap();
        assert_eq!(answer.status(), 403, "{site} {origin}");
        assert!(answer.headers().get(LOCATION).is_none());
    }
    assert_eq!(visit.pats("all").await.len(), 0);
}
