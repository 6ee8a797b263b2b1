//! The web console in a real browser, in front of a real `patcycle dev`, its clock and its faults.

mod administration;
mod bulk;
mod everybody;
mod faults;
mod forms;
mod list;
mod pats;
mod rotation;
mod secret;
mod sessions;
mod sign_in;

use patcycle_tests::{Chromium, Dev, evidence, tokens};
use serde_json::{Value, json};

/// The list of one's PATs.
const PATS: &str = "/console/pats";
/// The form for a new one.
const NEW: &str = "/console/pats/new";

/// A console and a browser at it.
struct Visit {
    // Dropped in this order: the browser goes before what it looks at.
    browser: Chromium,
    dev: Dev,
}

impl Visit {
    /// A new console, and a browser that has not opened it yet.
    async fn new(name: &str) -> Self {
        let dev = Dev::start(&format!("console-{name}"));
        Self { browser: Chromium::start(&dev).await, dev }
    }

    /// A new console, with the person signed in and looking at the list.
    async fn of(name: &str, person: &str) -> Self {
        let visit = Self::new(name).await;
        visit.sign_in(person).await;
        visit
    }

    /// The same in a browser that runs no scripts.
    async fn without_scripts(name: &str) -> Self {
        let visit = Self::new(name).await;
        visit.browser.without_scripts().await;
        visit.sign_in("USER").await;
        visit
    }

    async fn sign_in(&self, person: &str) {
        self.open(PATS).await;
        self.browser.sign_in(&self.dev, person).await;
        self.browser.arrives_at(PATS).await;
    }

    /// Opens the list, after a time that a session may not have lived through.
    async fn sign_in_again_if_asked(&self) {
        self.open(PATS).await;
        if self.browser.title().await == "Sign in" {
            self.browser.sign_in(&self.dev, "USER").await;
        }
        self.browser.arrives_at(PATS).await;
    }

    /// Opens a page of the console.
    async fn open(&self, path: &str) {
        self.browser.open(&format!("{}{path}", self.dev.var("CONSOLE_URL"))).await;
    }

    /// Makes a PAT in the console and stays at the page with its secret, which is noted and returned.
    async fn create(&self, name: &str) -> String {
        self.open(&format!("{NEW}?scope=vso.code")).await;
        self.browser.fill("Name", name).await;
        self.browser.press("Make the token").await;
        self.browser.sees("This is the only time it is shown").await;
        self.secret().await
    }

    /// The secret on the page. It is noted.
    async fn secret(&self) -> String {
        let secret = self.browser.value("Secret").await;
        evidence::note_pat(&secret);
        secret
    }

    /// Makes PATs by the API, with names that end in 1, 2, …
    async fn give(&self, person: &str, name: &str, count: usize) {
        let access = self.dev.tokens_of(person).await.access;
        for number in 1..=count {
            let body = json!({ "displayName": format!("{name} {number}"), "scope": "vso.code vso.build" });
            let request = self.dev.http().post(self.dev.pats_url()).bearer_auth(&access).json(&body);
            tokens::created(&request.send().await.unwrap().json().await.unwrap());
        }
    }

    /// The person's PATs of a state, by the API.
    async fn pats(&self, state: &str) -> Vec<Value> {
        let access = self.dev.tokens_of("USER").await.access;
        let url = format!("{}&displayFilterOption={state}", self.dev.pats_url());
        let answer: Value =
            self.dev.http().get(url).bearer_auth(&access).send().await.unwrap().json().await.unwrap();
        answer["patTokens"].as_array().unwrap().clone()
    }

    /// Whether the service takes this secret for that of a living PAT.
    async fn is_good(&self, secret: &str) -> bool {
        let url =
            format!("{}/{}/_apis/connectionData", self.dev.var("BASE_URL"), self.dev.var("ORGANIZATION"));
        let answer = self.dev.http().get(url).basic_auth("", Some(secret)).send().await.unwrap();
        assert!(matches!(answer.status().as_u16(), 200 | 401), "{}", answer.status());
        answer.status().is_success()
    }

    /// Sets faults, as `/_dev/faults` takes them.
    async fn faults(&self, faults: Value) {
        self.dev.control(reqwest::Method::POST, "/_dev/faults", Some(faults)).await;
    }

    /// Asserts that the pages asked nobody but this `dev` for anything, and did nothing that their own policy forbids.
    async fn assert_kept_to_itself(&self) {
        let known = [self.dev.var("BASE_URL"), self.dev.var("CONSOLE_URL")];
        for origin in self.browser.requested_origins().await {
            assert!(known.contains(&origin.as_str()), "asked {origin}");
        }
        assert_eq!(self.browser.complaints().await, Vec::<String>::new());
    }
}
