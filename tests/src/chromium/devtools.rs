//! What the browser's developer tools can do: other colours, other windows, no scripts, a look at the network.

use std::collections::BTreeSet;

use fantoccini::wd::WebDriverCompatibleCommand;
use reqwest::Method;
use serde_json::{Value, json};
use url::{ParseError, Url};

use super::{Chromium, Theme};

/// A command of chromedriver's own.
#[derive(Debug)]
struct Extension {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Extension {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

impl Chromium {
    /// Asks pages for these colours.
    pub async fn theme(&self, theme: Theme) {
        let value = match theme {
            Theme::Light => "light",
            Theme::Dark => "dark",
        };
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] });
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    /// Gives the window this size in CSS pixels, as that of a phone if it is narrow.
    pub async fn window(&self, width: u32, height: u32) {
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// Gives the window its usual size again.
    pub async fn usual_window(&self) {
        self.devtools("Emulation.clearDeviceMetricsOverride", json!({})).await;
    }

    /// Switches scripts off for the pages that are opened from now on.
    pub async fn without_scripts(&self) {
        self.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
    }

    /// Lets pages use the clipboard, as a person who presses "Allow".
    pub async fn allow_clipboard(&self) {
        let permissions = json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
        self.devtools("Browser.grantPermissions", permissions).await;
    }

    /// What the clipboard holds.
    pub async fn clipboard(&self) -> String {
        let script =
            "navigator.clipboard.readText().then(arguments[0], error => arguments[0](String(error)))";
        let text = self.client.execute_async(script, Vec::new()).await.unwrap();
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Lets downloads go to [`Self::downloads`].
    pub async fn allow_downloads(&self) {
        let behavior = json!({ "behavior": "allow", "downloadPath": self.downloads() });
        self.devtools("Browser.setDownloadBehavior", behavior).await;
    }

    /// The origins that were asked for anything since the last call.
    ///
    /// # Panics
    /// When nothing was asked for: then the log proves nothing.
    pub async fn requested_origins(&self) -> BTreeSet<String> {
        let requests = self.requests().await;
        let origins = requests.iter().map(|(url, _)| url.origin().ascii_serialization());
        origins.collect()
    }

    /// Address and encoded length in bytes of every answer since the last call.
    ///
    /// # Panics
    /// When nothing was asked for: then the log proves nothing.
    pub async fn requests(&self) -> Vec<(Url, u64)> {
        let entries = self.issue("se/log", json!({ "type": "performance" })).await;
        let mut requests: Vec<(String, Url, u64)> = Vec::new();
        for entry in entries.as_array().into_iter().flatten() {
            let message: Value =
                serde_json::from_str(entry["message"].as_str().unwrap_or_default()).unwrap_or_default();
            let event = &message["message"];
            let id = event["params"]["requestId"].as_str().unwrap_or_default();
            match event["method"].as_str() {
                Some("Network.requestWillBeSent") => {
                    let address = event["params"]["request"]["url"].as_str().unwrap_or_default();
                    if let Ok(url) = Url::parse(address)
                        && matches!(url.scheme(), "http" | "https")
                    {
                        requests.push((id.to_owned(), url, 0));
                    }
                }
                Some("Network.loadingFinished") => {
                    let length = event["params"]["encodedDataLength"].as_u64().unwrap_or_default();
                    if let Some(request) = requests.iter_mut().rev().find(|(one, ..)| one == id) {
                        request.2 = length;
                    }
                }
                _ => {}
            }
        }
        assert!(!requests.is_empty(), "the browser asked for nothing");
        requests.into_iter().map(|(_, url, length)| (url, length)).collect()
    }

    /// What the browser's console complained about since the last call: scripts that failed, and whatever a page's
    /// content security policy stopped. Answers that are errors are the tests' own matter.
    pub async fn complaints(&self) -> Vec<String> {
        let entries = self.issue("se/log", json!({ "type": "browser" })).await;
        let entries = entries.as_array().into_iter().flatten();
        entries
            .filter(|entry| entry["level"] == "SEVERE" && entry["source"] != "network")
            .map(|entry| entry["message"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// How many CSS pixels the page can be scrolled sideways.
    pub async fn sideways_scroll(&self) -> i64 {
        let script = "const root = document.scrollingElement; return root.scrollWidth - root.clientWidth;";
        self.run(script).await.as_i64().unwrap_or(i64::MAX)
    }

    pub(super) async fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.issue("goog/cdp/execute", json!({ "cmd": command, "params": parameters })).await
    }

    async fn issue(&self, path: &'static str, body: Value) -> Value {
        self.client.issue_cmd(Extension { path, body }).await.unwrap()
    }
}
