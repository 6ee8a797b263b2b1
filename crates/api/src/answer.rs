//! An answer, before the headers that every answer has are put around it.

use http::{HeaderName, HeaderValue, StatusCode};
use patcycle_contract::WrappedException;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use uuid::Uuid;

/// What RFC 3986 leaves unreserved stays readable.
const HEADER_TEXT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Status, content and the headers of this answer alone. It serves as success and as early exit alike.
///
/// It has no `Debug`: the answer to create holds a secret.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) content: Content,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
}

/// The body of an answer.
pub(crate) enum Content {
    Empty,
    Json(Vec<u8>),
    Html(String),
}

impl Answer {
    /// An answer without a body.
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self { status, content: Content::Empty, headers: Vec::new() }
    }

    /// A page for people.
    pub(crate) fn html(status: StatusCode, page: String) -> Self {
        Self { status, content: Content::Html(page), headers: Vec::new() }
    }

    /// A value as JSON.
    pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Self {
        match serde_json::to_vec(value) {
            Ok(bytes) => Self { status, content: Content::Json(bytes), headers: Vec::new() },
            Err(error) => {
                tracing::error!(%error, "an answer could not be written as JSON");
                Self::empty(StatusCode::INTERNAL_SERVER_ERROR)
            }
        }
    }

    /// An error. Some clients show nothing but `X-TFS-ServiceError`.
    pub(crate) fn error(status: StatusCode, exception: &WrappedException) -> Self {
        Self::json(status, exception)
            .with(HeaderName::from_static("x-tfs-serviceerror"), text_header(&exception.message))
    }

    /// An error of a type of its own: only the words and the status tell what it is.
    pub(crate) fn service_error(status: StatusCode, message: impl Into<String>) -> Self {
        Self::error(status, &WrappedException::service(message))
    }

    /// 400: a parameter in the address is missing or malformed.
    pub(crate) fn bad_argument(message: impl Into<String>) -> Self {
        Self::error(StatusCode::BAD_REQUEST, &WrappedException::bad_argument(message))
    }

    /// 500: a defect of this service. The reason is in the log, under the activity id.
    pub(crate) fn defect(activity_id: Uuid) -> Self {
        Self::error(StatusCode::INTERNAL_SERVER_ERROR, &WrappedException::internal(activity_id))
    }

    /// 503: the same request may succeed after `seconds`.
    pub(crate) fn unavailable(seconds: u32, message: impl Into<String>) -> Self {
        Self::service_error(StatusCode::SERVICE_UNAVAILABLE, message)
            .with(http::header::RETRY_AFTER, HeaderValue::from(seconds))
    }

    /// The same with one more header.
    #[must_use]
    pub(crate) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }
}

/// Text as a header value, percent-encoded: it may hold anything.
pub(crate) fn text_header(text: &str) -> HeaderValue {
    // Percent-encoded text is always a header value.
    HeaderValue::from_str(&utf8_percent_encode(text, HEADER_TEXT).to_string())
        .unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// An id as a header value.
pub(crate) fn id_header(id: Uuid) -> HeaderValue {
    let mut buffer = Uuid::encode_buffer();
    // A UUID in its usual form is always a header value.
    HeaderValue::from_str(id.hyphenated().encode_lower(&mut buffer))
        .unwrap_or_else(|_| HeaderValue::from_static(""))
}
