//! The headers that every answer has.

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use futures::stream;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE,
    PRAGMA, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};
use uuid::Uuid;

use crate::answer::{Answer, Content, id_header};
use crate::exchange::Exchange;

/// The compact privacy policy that clients know from the service (contract.md §2.2).
const P3P: &str = "CP=\"CAO DSP COR ADMa DEV CONo TELo CUR PSA PSD TAI IVDo OUR SAMi BUS DEM NAV STA UNI COM INT \
                   PHY ONL FIN PUR LOC CNT\"";
/// What a page of another origin may send. The service itself names only the first; a browser asks for all.
const PREFLIGHT_HEADERS: &str = "authorization,content-type,idempotency-key,x-ms-client-request-id,x-tfs-fedauthredirect,\
                                 x-tfs-session,x-vss-e2eid,x-vss-forcemsapassthrough";

/// Puts the common headers around answers. One per process.
#[derive(Debug, Clone)]
pub(crate) struct CommonHeaders {
    fixed: HeaderMap,
}

impl CommonHeaders {
    /// `process_id` is random, made at the start.
    pub(crate) fn new(process_id: Uuid, strict_transport_security: bool) -> Self {
        let mut fixed = HeaderMap::new();
        fixed.insert("x-tfs-processid", id_header(process_id));
        fixed.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache, no-store, must-revalidate"));
        fixed.insert(PRAGMA, HeaderValue::from_static("no-cache"));
        fixed.insert(X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
        fixed.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        fixed.insert("p3p", HeaderValue::from_static(P3P));
        if strict_transport_security {
            fixed.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
        }
        Self { fixed }
    }

    /// The finished response. `cross_origin`: the path lies where pages of other origins may call.
    pub(crate) fn finish(
        &self,
        answer: Answer,
        exchange: &Exchange,
        method: &Method,
        cross_origin: bool,
    ) -> Response<Body> {
        let mut headers = self.fixed.clone();
        headers.insert("activityid", id_header(exchange.activity_id));
        headers.insert("x-vss-e2eid", id_header(exchange.end_to_end_id));
        headers.insert("x-tfs-session", id_header(exchange.session_id));
        if cross_origin {
            permit_other_origins(&mut headers, method);
        }
        for (name, value) in answer.headers {
            headers.append(name, value);
        }
        let (content_type, bytes) = match answer.content {
            Content::Empty => (None, Vec::new()),
            Content::Json(bytes) => (Some("application/json; charset=utf-8"), bytes),
            Content::Html(page) => (Some("text/html; charset=utf-8"), page.into_bytes()),
        };
        if let Some(content_type) = content_type {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        let body = if answer.status == StatusCode::NO_CONTENT {
            without_length()
        } else {
            headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
            if *method == Method::HEAD { Body::empty() } else { Body::from(bytes) }
        };
        let mut response = Response::new(body);
        *response.status_mut() = answer.status;
        *response.headers_mut() = headers;
        response
    }
}

/// An empty body that does not say so: from one of known length axum would make a `Content-Length`, which
/// RFC 9110 forbids in a 204.
fn without_length() -> Body {
    Body::from_stream(stream::empty::<Result<Bytes, Infallible>>())
}

fn permit_other_origins(headers: &mut HeaderMap, method: &Method) {
    let permitted = if *method == Method::OPTIONS { PREFLIGHT_HEADERS } else { "authorization" };
    let values: [(HeaderName, &'static str); 5] = [
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (ACCESS_CONTROL_MAX_AGE, "3600"),
        (ACCESS_CONTROL_ALLOW_METHODS, "OPTIONS,GET,POST,PATCH,PUT,DELETE"),
        (ACCESS_CONTROL_EXPOSE_HEADERS, "ActivityId,X-TFS-Session,X-MS-ContinuationToken"),
        (ACCESS_CONTROL_ALLOW_HEADERS, permitted),
    ];
    for (name, value) in values {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
