//! `GET /healthz`: the process answers. `GET /readyz`: it can do its work, or which part cannot.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::{HeaderValue, StatusCode, header};
use patcycle_lifecycle::Storage;
use serde_json::json;

/// Both routes. They need no credentials and tell nothing but the names of parts.
pub(crate) fn router(storage: Arc<dyn Storage>) -> Router {
    Router::new().route("/healthz", get(healthz)).route("/readyz", get(readyz)).with_state(storage)
}

/// The first of them alone, for a server that has no database.
pub(crate) fn alive() -> Router {
    Router::new().route("/healthz", get(healthz))
}

async fn healthz() -> Response {
    answer(StatusCode::OK, json!({ "status": "ok" }))
}

async fn readyz(State(storage): State<Arc<dyn Storage>>) -> Response {
    match storage.check_ready().await {
        Ok(()) => answer(StatusCode::OK, json!({ "status": "ok" })),
        Err(error) => {
            tracing::warn!(%error, "the database is not ready");
            answer(
                StatusCode::SERVICE_UNAVAILABLE,
                json!({ "status": "unavailable", "failing": ["database"] }),
            )
        }
    }
}

fn answer(status: StatusCode, body: serde_json::Value) -> Response {
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (status, no_store, Json(body)).into_response()
}
