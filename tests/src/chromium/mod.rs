//! A real Chromium without a window, driven by WebDriver as a person would use it: fields, buttons and links are found
//! by their accessible names, so whatever a test can do, somebody with a screen reader can do.
//!
//! It reaches this machine only, trusts the private authority of one `patcycle dev` because `patcycle dev trust` was
//! run for it, and never ignores a certificate error.

mod accessibility;
mod devtools;
mod driver;
mod elements;
mod picture;
mod tenant;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use fantoccini::cookies::Cookie;
use fantoccini::error::CmdError;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use url::Url;

use crate::Dev;
use driver::Driver;

/// How long a page may take to show what a test waits for.
const PATIENCE: Duration = Duration::from_secs(20);
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Which colours a page is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// A browser with a new, empty profile. It is killed when dropped, and its profile is removed.
#[derive(Debug)]
pub struct Chromium {
    client: Client,
    // Dropped in this order: the processes end before their files go.
    _driver: Driver,
    home: TempDir,
}

impl Chromium {
    /// Starts one that trusts `dev` and prefers English.
    ///
    /// # Panics
    /// When it does not come up.
    pub async fn start(dev: &Dev) -> Self {
        Self::start_in(dev, "en").await
    }

    /// Starts one whose person prefers `language`.
    ///
    /// # Panics
    /// When it does not come up.
    pub async fn start_in(dev: &Dev, language: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        let data = dev.data();
        let trust = ["dev", "trust", "--data-dir", data.to_str().unwrap()];
        dev.cli().env("HOME", home.path()).run(&trust).ok();
        let driver = Driver::start(home.path());
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities(home.path(), language));
        let client = builder.connect(driver.address()).await.unwrap();
        Self { client, _driver: driver, home }
    }

    /// Opens an address and waits until it is loaded.
    pub async fn open(&self, address: &str) {
        self.client.goto(address).await.unwrap();
    }

    /// Where it is.
    pub async fn address(&self) -> Url {
        self.client.current_url().await.unwrap()
    }

    /// The page's title.
    pub async fn title(&self) -> String {
        self.client.title().await.unwrap()
    }

    /// The button "Back".
    pub async fn back(&self) {
        self.client.back().await.unwrap();
    }

    /// Loads the page again.
    pub async fn reload(&self) {
        self.client.refresh().await.unwrap();
    }

    /// Opens a new tab, which shares cookies with the others, and goes to it.
    pub async fn open_tab(&self) {
        let tab = self.client.new_window(true).await.unwrap();
        self.client.switch_to_window(tab.handle).await.unwrap();
    }

    /// Goes to the tab that was opened as number `index`.
    pub async fn go_to_tab(&self, index: usize) {
        let mut tabs = self.client.windows().await.unwrap();
        self.client.switch_to_window(tabs.remove(index)).await.unwrap();
    }

    /// The cookies of the page's address.
    pub async fn cookies(&self) -> Vec<Cookie<'static>> {
        self.client.get_all_cookies().await.unwrap()
    }

    /// Forgets all cookies of the page's address.
    pub async fn forget_cookies(&self) {
        self.client.delete_all_cookies().await.unwrap();
    }

    /// Replaces a cookie's value.
    pub async fn replace_cookie(&self, name: &str, value: &str) {
        let mut cookie = self.client.get_named_cookie(name).await.unwrap();
        cookie.set_value(value.to_owned());
        self.client.add_cookie(cookie).await.unwrap();
    }

    /// What the page shows as text, without what is hidden.
    pub async fn text(&self) -> String {
        let shown = self.run("return document.body.innerText").await;
        shown.as_str().unwrap_or_default().to_owned()
    }

    /// The page's source, as it is now.
    pub async fn source(&self) -> String {
        self.client.source().await.unwrap()
    }

    /// Waits until the page shows this text.
    ///
    /// # Panics
    /// When it does not in 20 seconds.
    pub async fn sees(&self, text: &str) {
        self.waits_for(text, true).await;
    }

    /// Waits until the page shows this text no longer.
    ///
    /// # Panics
    /// When it still does after 20 seconds.
    pub async fn waits_until_gone(&self, text: &str) {
        self.waits_for(text, false).await;
    }

    async fn waits_for(&self, text: &str, wanted: bool) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            // While one page gives way to another there is no body to ask.
            let shown = self.client.execute("return document.body?.innerText", Vec::new()).await;
            if let Some(shown) = shown.unwrap_or_default().as_str()
                && shown.contains(text) == wanted
            {
                return;
            }
            assert!(
                Instant::now() < deadline,
                "{} should show {text:?}: {wanted}. It shows:\n{}",
                self.address().await,
                self.text().await
            );
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Waits until the address has this path.
    ///
    /// # Panics
    /// When it does not in 20 seconds.
    pub async fn arrives_at(&self, path: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let address = self.address().await;
            if address.path() == path {
                return;
            }
            assert!(
                Instant::now() < deadline,
                "{address} instead of {path}, which shows:\n{}",
                self.text().await
            );
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Runs a script as the developer's console does, whatever the page's policy is.
    async fn run(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    /// The directory that downloads go to.
    pub fn downloads(&self) -> std::path::PathBuf {
        self.home.path().join("downloads")
    }

    /// Closes the browser in good order, so that everything it wants to keep is written, and gives the directory of
    /// its profile for a look. The directory is removed when the value is dropped.
    ///
    /// # Panics
    /// When it does not answer.
    pub async fn close(self) -> TempDir {
        self.client.close().await.unwrap();
        self.home
    }
}

fn capabilities(home: &Path, language: &str) -> serde_json::Map<String, Value> {
    let mut arguments = vec![
        "--headless=new".to_owned(),
        "--disable-gpu".to_owned(),
        "--disable-quic".to_owned(),
        "--disable-dev-shm-usage".to_owned(),
        "--no-first-run".to_owned(),
        "--disable-background-networking".to_owned(),
        "--disable-component-update".to_owned(),
        "--disable-sync".to_owned(),
        "--window-size=1280,900".to_owned(),
        // Whatever a page asks for elsewhere is not found, and shows in the log of requests.
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1".to_owned(),
        format!("--user-data-dir={}", home.join("profile").display()),
        format!("--lang={language}"),
    ];
    if rustix::process::geteuid().is_root() {
        // Chromium refuses to start as root with it.
        arguments.push("--no-sandbox".to_owned());
    }
    let options = json!({
        "args": arguments,
        "prefs": {
            "intl.accept_languages": language,
            "download.default_directory": home.join("downloads"),
            "credentials_enable_service": false,
        },
    });
    let capabilities = BTreeMap::from([
        ("browserName", json!("chrome")),
        ("acceptInsecureCerts", json!(false)),
        ("goog:chromeOptions", options),
        ("goog:loggingPrefs", json!({ "browser": "ALL", "performance": "ALL" })),
    ]);
    capabilities.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Whether an error only says that the page changed while it was looked at.
fn is_of_a_changing_page(error: &CmdError) -> bool {
    error.is_stale_element_reference()
        || error.is_no_such_element()
        || error.is_unknown_error()
        || error.is_javascript_error()
}
