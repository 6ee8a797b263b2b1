//! Answers that are not pages: JSON, and the headers that all of them carry.

use axum::body::Body;
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Response, StatusCode};
use serde_json::Value;

use super::Endpoint;
use super::fault::{Fault, Place};
use super::trace::Trace;

/// A JSON answer that nobody may keep.
pub(super) fn json(status: StatusCode, value: &Value) -> Response<Body> {
    let mut answer = Response::new(Body::from(value.to_string()));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store, no-cache"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer
}

/// A public document: anybody may read it, from any page, and keep it for a while.
pub(super) fn document(value: &Value, max_age: jiff::SignedDuration) -> Response<Body> {
    let mut answer = json(StatusCode::OK, value);
    let headers = answer.headers_mut();
    headers.remove(header::PRAGMA);
    if let Ok(value) = HeaderValue::try_from(format!("max-age={}, private", max_age.as_secs())) {
        headers.insert(header::CACHE_CONTROL, value);
    }
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    answer
}

/// The error envelope.
pub(super) fn refusal(endpoint: &Endpoint, trace: &Trace, fault: &Fault, place: Place) -> Response<Body> {
    log(fault, place, trace);
    let mut answer = json(fault.status(place), &trace.envelope(fault, place, &endpoint.base_url));
    mark(&mut answer, trace);
    if answer.status() == StatusCode::UNAUTHORIZED {
        let challenge = HeaderValue::from_static("Basic realm=\"token endpoint\", charset=\"UTF-8\"");
        answer.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    answer
}

/// An answer for the case that not even a trace id could be made.
pub(super) fn broken(error: &crate::error::LocalTenantError) -> Response<Body> {
    tracing::error!(%error, "the local tenant could not answer");
    json(StatusCode::INTERNAL_SERVER_ERROR, &serde_json::json!({"error": "server_error"}))
}

/// Adds the request's marks.
pub(super) fn mark(answer: &mut Response<Body>, trace: &Trace) {
    let marks = [("x-ms-request-id", trace.id), ("client-request-id", trace.correlation_id)];
    for (name, id) in marks {
        if let Ok(value) = HeaderValue::try_from(id.to_string()) {
            answer.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
}

/// Logs a refusal, once. Our own failures are errors, clients' are not.
pub(super) fn log(fault: &Fault, place: Place, trace: &Trace) {
    let code = fault.terms(place).code;
    if let Fault::Internal(error) = fault {
        tracing::error!(%error, trace.id = %trace.id, "the local tenant could not answer");
    } else {
        tracing::debug!(error.code = code, trace.id = %trace.id, "refused a request");
    }
}

/// Lets a page of the asking origin read the answer: single-page applications redeem their codes themselves.
/// No credentials are involved, so any origin may.
pub(super) fn allow_origin(answer: &mut Response<Body>, request: &HeaderMap) {
    if let Some(origin) = request.get(header::ORIGIN) {
        answer.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        answer.headers_mut().insert(header::VARY, HeaderValue::from_static("Origin"));
    }
}

/// The answer to a browser that asks whether it may send the request.
pub(super) async fn preflight(request: HeaderMap) -> Response<Body> {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::NO_CONTENT;
    allow_origin(&mut answer, &request);
    let headers = answer.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST"));
    let allowed = "client-request-id, content-type, x-client-sku, x-client-ver";
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(allowed));
    answer
}
