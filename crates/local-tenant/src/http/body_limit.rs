//! Forms have a limit, and whoever sends a longer one learns so.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Method, Response, StatusCode};
use axum::middleware::Next;
use http_body_util::BodyExt as _;

use super::fault::{Fault, Place};
use super::parameters::Parameters;
use super::trace::Trace;
use super::{Endpoint, answer, pages};

/// The longest form that is read, in bytes.
const MAXIMUM_BYTES: usize = 64 * 1024;

/// How much of a form that is too long is read and thrown away, in bytes. A connection that is closed with unread
/// bytes is reset, and the reset overtakes the answer.
const DISCARDED_BYTES: usize = 8 * 1024 * 1024;

/// Reads the form of a POST before the endpoint does, and answers 413 in its place when the form is too long.
pub(super) async fn read_form(
    State(endpoint): State<Endpoint>,
    request: Request,
    next: Next,
) -> Response<Body> {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    if let Some(form) = collect(body).await {
        return next.run(Request::from_parts(parts, Body::from(form))).await;
    }
    let trace = match Trace::of(&endpoint.inner, &parts.headers, &[&Parameters::default()]) {
        Ok(trace) => trace,
        Err(error) => return answer::broken(&error),
    };
    let fault = Fault::FormTooLong { maximum_bytes: MAXIMUM_BYTES };
    let for_programs = parts.uri.path().ends_with("/token") || parts.uri.path().ends_with("/devicecode");
    let mut answer = if for_programs {
        answer::refusal(&endpoint, &trace, &fault, Place::Token)
    } else {
        pages::refuse(&trace, &fault, Place::Authorize)
    };
    *answer.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
    answer
}

/// The form; `None` when it is too long. One that breaks off ends where it broke off: nobody waits for the answer.
async fn collect(mut body: Body) -> Option<Vec<u8>> {
    let (mut form, mut length) = (Vec::new(), 0);
    while let Some(Ok(frame)) = body.frame().await {
        let Ok(data) = frame.into_data() else { continue };
        length += data.len();
        if length > DISCARDED_BYTES {
            break;
        }
        if length <= MAXIMUM_BYTES {
            form.extend_from_slice(&data);
        }
    }
    (length <= MAXIMUM_BYTES).then_some(form)
}
