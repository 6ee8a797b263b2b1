//! `GET /getAToken` (the configured redirect path): the browser comes back from the sign-in service.
//!
//! The state must be one that this very browser was given in its session, within ten minutes, and is good once. Then
//! the old session ends and a new one begins: an id that somebody planted before the sign-in is worth nothing after.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use jiff::SignedDuration;
use patcycle_entra::SignInError;
use patcycle_entra::flows::web::WebCallback;
use patcycle_primitives::Secret;
use url::form_urlencoded;

use crate::browser::Destination;
use crate::console::Console;
use crate::failure::{self, Refused, Words};
use crate::pages::message::NextStep;
use crate::session::{Pending, Person, Session};
use crate::sessions::KeeperError;
use crate::visit::{Visit, see_other};

/// How long a person may take at the sign-in service.
const PATIENCE: SignedDuration = SignedDuration::from_mins(10);

pub(crate) async fn callback(
    State(console): State<Arc<Console>>,
    RawQuery(query): RawQuery,
    visit: Visit,
) -> Result<Response, Refused> {
    let sessions_failed = |error| failure::of_sessions(&console, visit.texts, &error);
    let query = query.unwrap_or_default();
    if is_approval(&query) {
        let words = Words::of(visit.texts, StatusCode::OK, "approved");
        return Err(failure::of_visit(
            &visit,
            words,
            vec![NextStep::sign_in(visit.texts, Destination::default())],
        ));
    }
    let callback = WebCallback::from_query(&query);
    let pending = take(&visit, &callback).await.map_err(sessions_failed)?;
    let wrong_state = || failure::of_sign_in(&visit, &SignInError::WrongState, Destination::default());
    let Pending { sign_in, destination, is_fresh, .. } = pending.ok_or_else(wrong_state)?;
    let failed = |error: SignInError| failure::of_sign_in(&visit, &error, destination);
    let grant = sign_in.redeem(&console.application, callback).await.map_err(failed)?;
    let no_identity = || failed(SignInError::Identity("the id token is missing"));
    let person = Person::of(grant, is_fresh, console.clock.now()).ok_or_else(no_identity)?;
    let id = begin_session(&console, &visit, person).await.map_err(sessions_failed)?;
    let mut response = see_other(&destination.path());
    if let Ok(cookie) = HeaderValue::from_str(&console.cookies.set_session(&id)) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Whether an administrator comes back who approved the application: by the link that was shown to somebody else, so
/// there is no sign-in here to finish, and nothing is done.
fn is_approval(query: &str) -> bool {
    let has = |name: &str| form_urlencoded::parse(query.as_bytes()).any(|(given, _)| given == name);
    has("admin_consent") && !has("error") && !has("code")
}

/// Takes the sign-in out of the browser's session that this answers, so that it cannot be answered again.
async fn take(visit: &Visit, callback: &WebCallback) -> Result<Option<Pending>, KeeperError> {
    let Some(opened) = &visit.opened else { return Ok(None) };
    let Some(mut held) = visit.console.sessions.hold(opened.key).await? else { return Ok(None) };
    let Some(pending) = held.session_mut().take(|pending| pending.sign_in.is_answered_by(callback)) else {
        return Ok(None);
    };
    if !held.save().await? {
        return Ok(None);
    }
    let age = visit.console.clock.now().duration_since(pending.begun_at);
    Ok(Some(pending).filter(|_| age <= PATIENCE))
}

/// Begins the session of a person, in the place of the one that the browser had. Where that was the same person's, forms
/// that are open in other tabs stay good, and those that were sent stay sent.
async fn begin_session(console: &Arc<Console>, visit: &Visit, person: Person) -> Result<Secret, KeeperError> {
    let mut session = Session::new(crate::random::text(&*console.random)?);
    if let Some(opened) = &visit.opened
        && let Some(held) = console.sessions.hold(opened.key).await?
    {
        session.continue_for(&person, held.session());
    }
    session.person = Some(person);
    let id = console.sessions.begin(session).await?;
    if let Some(opened) = &visit.opened {
        console.sessions.end(opened.key).await?;
    }
    learn(console, &id).await?;
    Ok(id)
}

/// Asks the service what it offers this person. Without an answer the console shows what every service has.
async fn learn(console: &Arc<Console>, id: &Secret) -> Result<(), KeeperError> {
    let Some(opened) = console.sessions.open(id.expose()).await? else { return Ok(()) };
    let client = console.client_of(&opened);
    let features = client.features().await.unwrap_or_default();
    let is_administrator = !features.is_empty() && client.policies().await.is_ok();
    let Some(mut held) = console.sessions.hold(opened.key).await? else { return Ok(()) };
    if let Some(person) = &mut held.session_mut().person {
        person.features = features;
        person.is_administrator = is_administrator;
    }
    held.save().await.map(drop)
}
