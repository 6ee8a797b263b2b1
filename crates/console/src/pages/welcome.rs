//! `GET /`: the start page. Whoever is signed in goes on to the list.

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use crate::browser::Destination;
use crate::frame::{Frame, Section, page};
use crate::settings::Development;
use crate::visit::{Visit, see_other};

#[derive(Template)]
#[template(path = "welcome.html")]
struct WelcomePage<'a> {
    frame: Frame<'a>,
    development: Option<&'a Development>,
}

pub(crate) async fn welcome(visit: Visit) -> Response {
    if visit.opened.as_ref().is_some_and(|opened| opened.session.person.is_some()) {
        return see_other(&Destination::Pats.path());
    }
    let frame = Frame::of_visit(&visit, Section::None);
    page(StatusCode::OK, &WelcomePage { frame, development: visit.console.settings.development.as_ref() })
}
