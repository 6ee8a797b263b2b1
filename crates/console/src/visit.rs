//! A person's visit to a page: in which language, in which session, and as whom.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Path, Request};
use axum::response::Response;
use http::request::Parts;
use http::{Method, StatusCode, header};
use patcycle_client::PatClient;
use uuid::Uuid;

use crate::browser::Destination;
use crate::browser::forms::{self, Form, FormError};
use crate::console::Console;
use crate::failure::{self, Refused};
use crate::session::Person;
use crate::sessions::Opened;
use crate::text::{Language, Texts};

/// A visit, signed in or not.
#[derive(Debug)]
pub(crate) struct Visit {
    pub(crate) console: Arc<Console>,
    pub(crate) texts: &'static Texts,
    pub(crate) opened: Option<Opened>,
    /// The page, for coming back to it after a sign-in.
    pub(crate) destination: Destination,
}

/// A visit of a person who has signed in.
#[derive(Debug)]
pub(crate) struct SignedIn {
    pub(crate) console: Arc<Console>,
    pub(crate) texts: &'static Texts,
    pub(crate) opened: Opened,
    pub(crate) destination: Destination,
}

impl FromRequestParts<Arc<Console>> for Visit {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, console: &Arc<Console>) -> Result<Self, Refused> {
        let chosen = console.cookies.language(&parts.headers);
        let texts = chosen.unwrap_or_else(|| Language::preferred(&parts.headers)).texts();
        let destination = Destination::of_path(parts.uri.path());
        let opened = match console.cookies.session_id(&parts.headers) {
            Some(id) => console.sessions.open(id.expose()).await,
            None => Ok(None),
        };
        let opened = opened.map_err(|error| failure::of_sessions(console, texts, &error))?;
        Ok(Self { console: Arc::clone(console), texts, opened, destination })
    }
}

impl FromRequestParts<Arc<Console>> for SignedIn {
    type Rejection = Refused;

    /// Whoever is not signed in is sent to sign in, and comes back to this page. A form is not: what it asked for
    /// was not done, and the person is told.
    async fn from_request_parts(parts: &mut Parts, console: &Arc<Console>) -> Result<Self, Refused> {
        let Visit { console, texts, opened, destination } = Visit::from_request_parts(parts, console).await?;
        match opened {
            Some(opened) if opened.session.person.is_some() => {
                Ok(Self { console, texts, opened, destination })
            }
            _ if parts.method == Method::GET => Err(sign_in(destination, parts)),
            _ => Err(failure::signed_out(&console, texts, destination)),
        }
    }
}

/// The id of a PAT in a path. What is none leads to a page that says so.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PatId(pub(crate) Uuid);

impl FromRequestParts<Arc<Console>> for PatId {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, console: &Arc<Console>) -> Result<Self, Refused> {
        if let Ok(Path(id)) = Path::<Uuid>::from_request_parts(parts, console).await {
            return Ok(Self(id));
        }
        let visit = Visit::from_request_parts(parts, console).await?;
        Err(failure::no_page(&visit))
    }
}

/// Sends a browser to sign in. One that asks for a piece of a page is told to load the whole.
fn sign_in(destination: Destination, parts: &Parts) -> Refused {
    let path = format!("/login?to={}", destination.name());
    if parts.headers.contains_key("hx-request") {
        return Refused::from(answer_with(
            StatusCode::OK,
            [(header::HeaderName::from_static("hx-redirect"), path)],
        ));
    }
    Refused::from(see_other(&path))
}

/// 303 to a path of the console.
pub(crate) fn see_other(path: &str) -> Response {
    answer_with(StatusCode::SEE_OTHER, [(header::LOCATION, path.to_owned())])
}

/// An answer without a body. A value that cannot stand in a header is left out.
pub(crate) fn answer_with<const N: usize>(
    status: StatusCode,
    pairs: [(header::HeaderName, String); N],
) -> Response {
    let mut response = Response::default();
    *response.status_mut() = status;
    for (name, value) in pairs {
        if let Ok(value) = value.try_into() {
            response.headers_mut().append(name, value);
        }
    }
    response
}

impl SignedIn {
    /// Who it is.
    pub(crate) fn person(&self) -> Result<&Person, Refused> {
        let person = self.opened.session.person.as_ref();
        person.ok_or_else(|| failure::signed_out(&self.console, self.texts, self.destination))
    }

    /// Lets administrators go on. The service decides; this spares everybody else a refusal in its words.
    pub(crate) fn administrator(&self) -> Result<(), Refused> {
        if self.person()?.is_administrator { Ok(()) } else { Err(failure::not_administrator(self)) }
    }

    /// The API in the person's name.
    pub(crate) fn client(&self) -> PatClient {
        self.console.client_of(&self.opened)
    }

    /// Reads a form that this session's own page sent.
    pub(crate) async fn form(&self, request: Request) -> Result<Form, Refused> {
        let (parts, body) = request.into_parts();
        let believed = async {
            if !forms::is_of_origin(&parts.headers, &self.console.settings.public_url) {
                return Err(FormError::Foreign);
            }
            let form = forms::read(&parts.headers, body).await?;
            if form.has_key(&self.opened.session.form_key) { Ok(form) } else { Err(FormError::Key) }
        };
        believed.await.map_err(|error| failure::of_form(self, error))
    }

    /// Lets a person go on who signed in lately; whoever did not is asked for that again first.
    pub(crate) fn freshly_signed_in(&self) -> Result<(), Refused> {
        let now = self.console.clock.now();
        let is_fresh = |at| now.duration_since(at) <= self.console.settings.fresh_sign_in;
        if self.person()?.authenticated_at.is_some_and(is_fresh) {
            return Ok(());
        }
        Err(failure::stale(self))
    }
}
