//! `POST /console/language`: remembers the language that a person chose.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};

use crate::browser::{Destination, forms};
use crate::console::Console;
use crate::text::Language;
use crate::visit::{answer_with, see_other};

/// No session is needed, and nothing but the language of this browser changes: the origin is proof enough.
pub(crate) async fn language(State(console): State<Arc<Console>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    if !forms::is_of_origin(&parts.headers, &console.settings.public_url) {
        return answer_with(StatusCode::FORBIDDEN, []);
    }
    let Ok(form) = forms::read(&parts.headers, body).await else {
        return answer_with(StatusCode::BAD_REQUEST, []);
    };
    let mut response = match form.one("to") {
        "start" => see_other("/"),
        name => see_other(&Destination::find(name).path()),
    };
    let chosen = Language::find(form.one("language")).map(|language| console.cookies.set_language(language));
    if let Some(cookie) = chosen.and_then(|cookie| HeaderValue::from_str(&cookie).ok()) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
