//! Whether everybody can use a page: axe-core's rules, and a window as narrow as a phone's.

use std::fmt::Write as _;
use std::fs;

use serde_json::Value;

use super::{Chromium, Theme};
use crate::command;

/// Runs in the page after axe-core; it answers with what breaks a rule.
const RUN: &str = "const done = arguments[0];
    axe.run(document, { resultTypes: ['violations'] }).then(
        result => done({ violations: result.violations, rules: result.passes.length }),
        error => done({ failed: String(error) }));";

/// The narrowest phone: 320 CSS pixels, which is also 1280 at a zoom of 400 % (WCAG 2.2, 1.4.10).
const NARROW: u32 = 320;

impl Chromium {
    /// Asserts that axe-core finds nothing to complain about in either theme, and that the page fits a phone without
    /// being scrolled sideways. The page stays as it is, neither loaded again nor scrolled.
    ///
    /// # Panics
    /// With every violation: rule, help, element.
    pub async fn assert_accessible(&self) {
        for theme in [Theme::Light, Theme::Dark] {
            self.theme(theme).await;
            let violations = self.violations().await;
            assert!(violations.is_empty(), "{} in {theme:?}:\n{violations}", self.address().await);
        }
        self.theme(Theme::Light).await;
        self.assert_fits_a_phone().await;
    }

    /// Asserts that the page fits a window of 320 CSS pixels.
    ///
    /// # Panics
    /// With the elements that are too wide.
    pub async fn assert_fits_a_phone(&self) {
        self.window(NARROW, 640).await;
        let too_wide = self.sideways_scroll().await;
        let widest = self.widest().await;
        self.usual_window().await;
        assert!(
            too_wide <= 0,
            "{} is {too_wide} pixels too wide for {NARROW}: {widest}",
            self.address().await
        );
    }

    /// The elements that reach beyond the right edge of the window.
    async fn widest(&self) -> String {
        let script = "const edge = document.documentElement.clientWidth;
            return [...document.body.querySelectorAll('*')]
                .filter(one => one.getBoundingClientRect().right > edge + 0.5)
                .slice(0, 8).map(one => one.outerHTML.slice(0, 120)).join('\\n');";
        self.run(script).await.as_str().unwrap_or_default().to_owned()
    }

    async fn violations(&self) -> String {
        let axe = command::target_directory().join("test-clients/node_modules/axe-core/axe.min.js");
        let axe = fs::read_to_string(&axe)
            .unwrap_or_else(|_| panic!("{} is missing: `cargo xtask test` installs it", axe.display()));
        self.client.execute(&axe, Vec::new()).await.unwrap();
        let result = self.client.execute_async(RUN, Vec::new()).await.unwrap();
        assert!(result["failed"].is_null(), "axe-core failed: {}", result["failed"]);
        assert!(result["rules"].as_u64() > Some(0), "axe-core looked at nothing");
        let violations = result["violations"].as_array().map(Vec::as_slice).unwrap_or_default();
        violations.iter().map(described).collect()
    }
}

fn described(violation: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut lines = format!("{}: {}\n", text(&violation["id"]), text(&violation["help"]));
    for node in violation["nodes"].as_array().into_iter().flatten() {
        // Writing to a string cannot fail.
        let _ = writeln!(lines, "  {}\n  {}", text(&node["html"]), text(&node["failureSummary"]));
    }
    lines
}
