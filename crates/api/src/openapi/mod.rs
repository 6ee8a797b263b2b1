//! The API described for programs and people: `GET /openapi.json` and the page `GET /_patcycle/api`.
//!
//! The description is made from the route table, from what each operation's file says about it
//! ([`Documentation`]), and from the types that go over the wire. So it cannot drift from what is served.

mod document;
mod documentation;
mod operations;
mod page;

use std::sync::LazyLock;

use http::StatusCode;
use utoipa::openapi::OpenApi;

pub(crate) use documentation::Documentation;
pub(crate) use page::handle as page;

use crate::answer::Answer;

static DOCUMENT: LazyLock<OpenApi> = LazyLock::new(document::document);

/// The description of everything that [`router()`](crate::router()) answers, in OpenAPI 3.1.
pub fn openapi() -> &'static OpenApi {
    &DOCUMENT
}

/// `GET /openapi.json`
pub(crate) fn handle() -> Answer {
    Answer::json(StatusCode::OK, openapi())
}

/// What is said of `GET /openapi.json`.
pub(crate) fn documentation() -> Documentation {
    Documentation::new("Service", "This description of the API")
        .text("As a file it lies in the repository at docs/reference/openapi.json.")
        .answers_json(200, "An OpenAPI document.")
}

/// What is said of `GET /_patcycle/api`.
pub(crate) fn page_documentation() -> Documentation {
    Documentation::new("Service", "This description of the API as a page")
        .answers_page(200, "A page without scripts that loads nothing.")
}
