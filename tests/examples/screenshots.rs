//! `cargo xtask screenshots`: pictures of every page of the console, of a real `patcycle dev` in a real browser.
//! The one argument is the directory that they go to.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "it fails as tests do")]

use std::fs;
use std::path::{Path, PathBuf};

use patcycle_tests::{Chromium, Dev, Theme, evidence, tokens};
use serde_json::json;

/// Widths of the window in CSS pixels.
const DESK: u32 = 1040;
const PHONE: u32 = 390;

/// The PATs of a person: name, scopes, days until it ends.
const PATS: [(&str, &str, i64); 6] = [
    ("build server", "vso.build_execute", 3),
    ("laptop, git", "vso.code_write", 21),
    ("package feed", "vso.packaging", 60),
    ("nightly backup", "vso.code", 85),
    ("test results", "vso.test_write", 34),
    ("release notes", "vso.work vso.code", 47),
];

#[tokio::main]
async fn main() {
    let target: PathBuf = std::env::args_os().nth(1).expect("the directory for the pictures").into();
    fs::create_dir_all(&target).unwrap();
    let scratch = tempfile::Builder::new().prefix("patcycle-").tempdir().unwrap();
    let dev = Dev::start_with(scratch.path(), &[]);
    give(&dev).await;
    let camera = Camera { browser: Chromium::start(&dev).await, dev, target };
    camera.pages_of_a_person().await;
    camera.pages_of_an_administrator().await;
}

async fn give(dev: &Dev) {
    let access = dev.tokens_of("USER").await.access;
    let clock = dev.control(reqwest::Method::GET, "/_dev/clock", None).await;
    let now: jiff::Timestamp = clock["now"].as_str().unwrap().parse().unwrap();
    for (name, scope, days) in PATS {
        let end = now + jiff::SignedDuration::from_hours(days * 24);
        let body = json!({ "displayName": name, "scope": scope, "validTo": end.to_string() });
        let request = dev.http().post(dev.pats_url()).bearer_auth(&access).json(&body);
        tokens::created(&request.send().await.unwrap().json().await.unwrap());
    }
}

struct Camera {
    browser: Chromium,
    dev: Dev,
    target: PathBuf,
}

impl Camera {
    async fn pages_of_a_person(&self) {
        let browser = &self.browser;
        self.open("/").await;
        self.light("start").await;
        browser.follow("Sign in").await;
        self.light("sign-in").await;
        browser.sign_in(&self.dev, "USER").await;
        browser.sees("build server").await;
        self.everywhere("list").await;

        self.open("/console/pats/new?name=container+registry").await;
        browser.follow("publish packages").await;
        self.everywhere("new").await;
        browser.press("Make the token").await;
        browser.sees("This is the only time it is shown").await;
        evidence::note_pat(&browser.value("Secret").await);
        self.everywhere("secret").await;
        browser.follow("I have stored it").await;
        browser.sees("What happened").await;
        self.everywhere("token").await;
        browser.press("Rotate").await;
        browser.sees("The old secret still works").await;
        evidence::note_pat(&browser.value("Secret").await);
        browser.follow("I have stored it").await;
        self.light("rotation").await;
        browser.follow("Change name and scopes").await;
        self.light("change").await;
        browser.back().await;
        browser.follow("Revoke…").await;
        self.light("revoke").await;

        self.open("/console/pats").await;
        browser.tick("Tick build server").await;
        browser.tick("Tick nightly backup").await;
        browser.press("Renew").await;
        self.light("several").await;
        browser.press("Renew them").await;
        browser.sees("That is all.").await;
        self.light("several-done").await;
        browser.press("Sign out").await;
        browser.arrives_at("/").await;
    }

    async fn pages_of_an_administrator(&self) {
        let browser = &self.browser;
        self.open("/console/inventory").await;
        browser.sign_in(&self.dev, "ADMIN_USER").await;
        browser.sees("tokens fit.").await;
        self.light("inventory").await;
        browser.tick("Tick release notes of Ana Almeida").await;
        browser.press("Revoke…").await;
        browser.fill("Reason", "nobody knows what it is for").await;
        self.light("inventory-revoke").await;
        browser.press("Revoke them").await;
        browser.sees("1 token was revoked.").await;
        self.light("receipt").await;
        self.open("/console/policies").await;
        self.light("policies").await;
        browser.follow("Longest life").await;
        browser.tick("on").await;
        browser.fill("Longest life in days", "30").await;
        browser.press("Try it first").await;
        browser.sees("What it would do").await;
        self.light("policy").await;
        self.open("/console/audit").await;
        self.light("audit").await;
        self.open("/console/leaks").await;
        self.light("leaks").await;
    }

    async fn open(&self, path: &str) {
        self.browser.open(&format!("{}{path}", self.dev.var("CONSOLE_URL"))).await;
    }

    async fn light(&self, page: &str) {
        self.browser.picture(&self.file(page, "light"), DESK).await;
    }

    /// In light and dark, and on a phone.
    async fn everywhere(&self, page: &str) {
        self.light(page).await;
        self.browser.theme(Theme::Dark).await;
        self.browser.picture(&self.file(page, "dark"), DESK).await;
        self.browser.theme(Theme::Light).await;
        self.browser.picture(&self.file(page, "phone"), PHONE).await;
    }

    fn file(&self, page: &str, look: &str) -> PathBuf {
        Path::new(&self.target).join(format!("console-{page}-{look}.png"))
    }
}
