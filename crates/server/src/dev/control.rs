//! `/_dev`: moving the clock and setting faults, for whoever has the control key.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get};
use axum::{Json, Router};
use http::{HeaderValue, StatusCode, header};
use patcycle_primitives::Secret;
use serde::Deserialize;
use serde_json::{Value, json};
use subtle::ConstantTimeEq as _;

use super::clock::DevClock;
use super::duration;
use super::faults::{Fault, Faults};

/// The most bytes of a body.
const MOST_BYTES: usize = 256 * 1024;

/// What the routes work on.
#[derive(Debug, Clone)]
pub(crate) struct Control {
    pub(crate) key: Arc<Secret>,
    pub(crate) clock: Arc<DevClock>,
    pub(crate) faults: Faults,
}

/// All routes below `/_dev`, every one behind the control key.
pub(crate) fn router(control: Control) -> Router {
    Router::new()
        .route("/_dev/clock", get(read_clock).post(move_clock))
        .route("/_dev/faults", get(list_faults).post(add_faults).delete(clear_faults))
        .route("/_dev", any(unknown))
        .route("/_dev/{*path}", any(unknown))
        .method_not_allowed_fallback(unknown)
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .route_layer(from_fn_with_state(control.clone(), check_key))
        .with_state(control)
}

async fn check_key(State(control): State<Control>, request: Request, next: Next) -> Response {
    let given = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let key = given
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let good =
        key.is_some_and(|(_, key)| bool::from(key.trim().as_bytes().ct_eq(control.key.expose().as_bytes())));
    if good {
        return next.run(request).await;
    }
    let challenge = [(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))];
    let body =
        json!({ "error": "send the control key, `PATCYCLE_CONTROL_KEY` of dev.env, as a Bearer token" });
    (StatusCode::UNAUTHORIZED, challenge, Json(body)).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    advance: String,
}

/// What there is instead, with the method to use.
async fn unknown(request: Request) -> Response {
    let (method, path) = (request.method(), request.uri().path());
    let body = json!({
        "error": format!("there is no `{method} {path}`"),
        "thereAre": ["GET /_dev/clock", "POST /_dev/clock", "GET /_dev/faults", "POST /_dev/faults", "DELETE /_dev/faults"],
    });
    (StatusCode::NOT_FOUND, Json(body)).into_response()
}

async fn read_clock(State(control): State<Control>) -> Response {
    clock_answer(&control.clock)
}

async fn move_clock(State(control): State<Control>, body: Bytes) -> Response {
    let Ok(Move { advance }) = serde_json::from_slice(&body) else {
        return bad("send `{\"advance\":\"91d\"}`");
    };
    let by = match duration::parse(&advance) {
        Ok(by) => by,
        Err(error) => return bad(&format!("`advance`: {error}")),
    };
    if let Err(error) = control.clock.advance(by) {
        return match error {
            super::clock::ClockError::TooFar => bad(&error.to_string()),
            other => {
                tracing::error!(error = %other, "the clock could not be moved");
                (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({ "error": other.to_string() })))
                    .into_response()
            }
        };
    }
    tracing::info!(by = %advance, now = %control.clock.now(), "the clock was moved");
    clock_answer(&control.clock)
}

fn clock_answer(clock: &DevClock) -> Response {
    Json(json!({ "now": clock.now().to_string(), "aheadSeconds": clock.ahead().as_secs() })).into_response()
}

async fn list_faults(State(control): State<Control>) -> Response {
    Json(control.faults.list()).into_response()
}

async fn add_faults(State(control): State<Control>, body: Bytes) -> Response {
    let faults = match parse_faults(&body) {
        Ok(faults) => faults,
        Err(error) => return bad(&format!("send an array of faults: {error}")),
    };
    match control.faults.add(faults) {
        Ok(()) => list_faults(State(control)).await,
        Err(error) => bad(&error.to_string()),
    }
}

/// An array of faults, or one alone.
fn parse_faults(body: &[u8]) -> Result<Vec<Fault>, serde_json::Error> {
    match serde_json::from_slice(body)? {
        one @ Value::Object(_) => Ok(vec![serde_json::from_value(one)?]),
        many => serde_json::from_value(many),
    }
}

async fn clear_faults(State(control): State<Control>) -> StatusCode {
    control.faults.clear();
    StatusCode::NO_CONTENT
}

fn bad(message: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({ "error": message }))).into_response()
}
