//! Reading a request's body: JSON, within limits of size and time.

use std::time::Duration;

use axum::body::Body;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, EXPECT};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt as _;
use patcycle_contract::{MAX_BODY_BYTES, WrappedException};
use tokio::time::timeout;

use crate::answer::Answer;

/// The content type of every body but that of a change by JSON Patch.
const JSON: &str = "application/json";
/// The content type of JSON Patch (RFC 6902).
const JSON_PATCH: &str = "application/json-patch+json";
/// How much of a body that is too long is read and thrown away, in bytes. A connection that is closed with unread
/// bytes is reset, and the reset overtakes the answer: the sender would never learn what was wrong.
const DISCARDED_BYTES: u64 = 8 * 1024 * 1024;
/// The longest content type that a message repeats, in characters.
const SHOWN_CHARACTERS: usize = 60;

/// Why there is no body to parse.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BodyReadError {
    /// Its content type is not JSON's.
    #[error("the content type is not JSON's")]
    ContentType {
        /// What was given, fit for a message.
        given: String,
        /// The verb of the request.
        method: String,
        /// What it should be.
        valid: &'static str,
    },
    /// Over the limit.
    #[error("the body is longer than {limit} bytes")]
    TooLong {
        /// The limit in bytes.
        limit: usize,
    },
    /// It did not arrive in time.
    #[error("the body did not arrive in time")]
    Slow,
    /// The connection broke.
    #[error("the body broke off")]
    BrokenOff,
}

impl BodyReadError {
    pub(crate) fn answer(&self) -> Answer {
        match self {
            Self::ContentType { given, method, valid } => Answer::error(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                &WrappedException::content_type_not_supported(given, method, valid),
            ),
            Self::TooLong { limit } => Answer::service_error(
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("The request body is longer than {limit} bytes. Send a shorter one."),
            ),
            Self::Slow => Answer::service_error(
                StatusCode::REQUEST_TIMEOUT,
                "The request body did not arrive in time. Nothing was changed. Send it again.",
            ),
            Self::BrokenOff => Answer::service_error(
                StatusCode::BAD_REQUEST,
                "The request body broke off. Nothing was changed. Send it again.",
            ),
        }
    }
}

/// The whole body. A request without a content type is taken at its word that it is JSON.
pub(crate) async fn read(parts: &Parts, body: Body, time_limit: Duration) -> Result<Vec<u8>, BodyReadError> {
    read_up_to(MAX_BODY_BYTES, parts, body, time_limit).await
}

/// The same with another limit than [`MAX_BODY_BYTES`].
pub(crate) async fn read_up_to(
    limit: usize,
    parts: &Parts,
    body: Body,
    time_limit: Duration,
) -> Result<Vec<u8>, BodyReadError> {
    check_content_type(parts, &[JSON, "text/json"])?;
    read_unchecked(limit, parts, body, time_limit).await
}

/// The same for a change by JSON Patch. Clients that call it plain JSON are understood.
pub(crate) async fn read_patch(
    parts: &Parts,
    body: Body,
    time_limit: Duration,
) -> Result<Vec<u8>, BodyReadError> {
    check_content_type(parts, &[JSON_PATCH, JSON, "text/json"])?;
    read_unchecked(MAX_BODY_BYTES, parts, body, time_limit).await
}

async fn read_unchecked(
    limit: usize,
    parts: &Parts,
    body: Body,
    time_limit: Duration,
) -> Result<Vec<u8>, BodyReadError> {
    let declared = declared_length(&parts.headers).unwrap_or_default();
    let is_too_long = declared > limit as u64;
    // Who waits for a word before sending is told at once; so is who would go on for too long.
    if is_too_long && (declared > DISCARDED_BYTES || parts.headers.contains_key(EXPECT)) {
        return Err(BodyReadError::TooLong { limit });
    }
    match timeout(time_limit, collect(limit, body)).await {
        Ok(outcome) => outcome,
        Err(_) if is_too_long => Err(BodyReadError::TooLong { limit }),
        Err(_) => Err(BodyReadError::Slow),
    }
}

/// Keeps at most `limit` bytes, and stops reading after [`DISCARDED_BYTES`].
async fn collect(limit: usize, mut body: Body) -> Result<Vec<u8>, BodyReadError> {
    let mut kept = Vec::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| BodyReadError::BrokenOff)?.into_data() else { continue };
        length += data.len() as u64;
        if length > DISCARDED_BYTES {
            break;
        }
        if length > limit as u64 {
            kept = Vec::new();
        } else {
            kept.extend_from_slice(&data);
        }
    }
    if length > limit as u64 { Err(BodyReadError::TooLong { limit }) } else { Ok(kept) }
}

/// The first of the `accepted` types is the one that a refusal names.
fn check_content_type(parts: &Parts, accepted: &[&'static str]) -> Result<(), BodyReadError> {
    let Some(value) = parts.headers.get(CONTENT_TYPE) else { return Ok(()) };
    let given = String::from_utf8_lossy(value.as_bytes());
    let media_type = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if accepted.contains(&media_type.as_str()) {
        return Ok(());
    }
    let shown = given.chars().filter(|character| !character.is_control()).take(SHOWN_CHARACTERS).collect();
    let valid = accepted.first().copied().unwrap_or(JSON);
    Err(BodyReadError::ContentType { given: shown, method: parts.method.to_string(), valid })
}

fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
