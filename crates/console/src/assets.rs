//! The files of the console: one style sheet, one script of its own, htmx, an icon. Their names carry a hash of their
//! content, so that browsers keep them for good and take the new ones at once.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use axum::{Router, routing};
use http::{StatusCode, header};
use sha2::{Digest as _, Sha256};
use tower_http::compression::CompressionLayer;

struct Asset {
    name: &'static str,
    content_type: &'static str,
    content: &'static [u8],
}

static ASSETS: [Asset; 4] = [
    Asset {
        name: "console.css",
        content_type: "text/css; charset=utf-8",
        content: include_bytes!("../assets/console.css"),
    },
    Asset {
        name: "console.js",
        content_type: "text/javascript; charset=utf-8",
        content: include_bytes!("../assets/console.js"),
    },
    // Version and licence: assets/README.md.
    Asset {
        name: "htmx.js",
        content_type: "text/javascript; charset=utf-8",
        content: include_bytes!("../assets/htmx.min.js"),
    },
    Asset { name: "icon.svg", content_type: "image/svg+xml", content: include_bytes!("../assets/icon.svg") },
];

/// `/static/{hash}/{name}` of each asset, in the order of [`ASSETS`].
static PATHS: LazyLock<[String; 4]> = LazyLock::new(|| {
    ASSETS.each_ref().map(|asset| {
        let hash = hex::encode(&Sha256::digest(asset.content)[..8]);
        format!("/static/{hash}/{}", asset.name)
    })
});

/// The path of an asset; a name that is none leads nowhere.
pub(crate) fn path(name: &str) -> &'static str {
    ASSETS.iter().position(|asset| asset.name == name).map_or("/static/", |index| &PATHS[index])
}

/// The routes of the assets. They hold no secret, so they may be compressed.
pub(crate) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/static/{hash}/{name}", routing::get(asset)).layer(CompressionLayer::new())
}

async fn asset(Path((hash, name)): Path<(String, String)>) -> Response {
    let wanted = format!("/static/{hash}/{name}");
    let Some(index) = PATHS.iter().position(|path| *path == wanted) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let asset = &ASSETS[index];
    let headers = [
        (header::CONTENT_TYPE, asset.content_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, asset.content).into_response()
}
