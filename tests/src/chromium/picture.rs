//! Pictures of pages.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::Chromium;

/// What a picture shows at least and at most, in CSS pixels from the top.
const HEIGHTS: std::ops::RangeInclusive<u32> = 480..=880;

impl Chromium {
    /// Writes a picture of the page in a window of this width, as PNG: from the top, as much as fits a page of a guide.
    ///
    /// # Panics
    /// When the file cannot be written.
    pub async fn picture(&self, file: &Path, width: u32) {
        self.devtools("Emulation.setScrollbarsHidden", json!({ "hidden": true })).await;
        self.window(width, *HEIGHTS.start()).await;
        let height = self.run("scrollTo(0, 0); return document.documentElement.scrollHeight").await;
        let height = height.as_u64().and_then(|height| u32::try_from(height).ok()).unwrap_or_default();
        self.window(width, height.clamp(*HEIGHTS.start(), *HEIGHTS.end())).await;
        fs::write(file, self.client.screenshot().await.unwrap()).unwrap();
        self.usual_window().await;
        self.devtools("Emulation.setScrollbarsHidden", json!({ "hidden": false })).await;
    }
}
