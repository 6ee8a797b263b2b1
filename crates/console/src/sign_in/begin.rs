//! `GET /login?to=PAGE`: sends the browser to the sign-in service.
//!
//! `fresh=1` has the person prove again who they are, `choose=1` lets them take another account. Otherwise the sign-in service
//! lets a person through quietly whom it still knows. When the person last proved
//! who they are the service tells (`max_age` makes it); a sign-in that asked for nothing is not a fresh one.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::response::Response;
use http::{HeaderMap, HeaderValue, header};
use patcycle_entra::flows::{Prompt, SignInRequest, web};
use patcycle_primitives::Secret;
use serde::Deserialize;
use url::Url;

use crate::browser::Destination;
use crate::console::Console;
use crate::failure::{self, Refused};
use crate::session::{Pending, Session};
use crate::visit::{Visit, see_other};

/// How long a sign-in service may take a person for known.
const REMEMBERED: Duration = Duration::from_hours(90 * 24);

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wishes {
    #[serde(default)]
    to: String,
    fresh: Option<String>,
    choose: Option<String>,
}

pub(crate) async fn begin(
    State(console): State<Arc<Console>>,
    Query(wishes): Query<Wishes>,
    headers: HeaderMap,
    visit: Visit,
) -> Result<Response, Refused> {
    if let Some(url) = elsewhere_on_this_machine(&headers, &console.settings.public_url) {
        return Ok(see_other(&format!("{url}login?to={}", Destination::find(&wishes.to).name())));
    }
    if visit.opened.is_none() && console.new_sign_ins.check().is_err() {
        return Err(failure::too_many_sign_ins(&visit));
    }
    let destination = Destination::find(&wishes.to);
    let person = visit.opened.as_ref().and_then(|opened| opened.session.person.as_ref());
    let request = SignInRequest {
        scopes: console.settings.scopes.clone(),
        login_hint: person.filter(|_| wishes.choose.is_none()).map(|person| person.user_name.clone()),
        prompt: match (&wishes.fresh, &wishes.choose) {
            (Some(_), _) => Some(Prompt::Login),
            (None, Some(_)) => Some(Prompt::SelectAccount),
            (None, None) => None,
        },
        // Long, so that nobody is asked again without need: it makes the service tell when the person was asked.
        maximum_age: Some(if wishes.fresh.is_some() { Duration::ZERO } else { REMEMBERED }),
        claims: None,
    };
    let begun = web::begin(&console.application, &request, console.settings.redirect_uri()).await;
    let (url, sign_in) = begun.map_err(|error| failure::of_sign_in(&visit, &error, destination))?;
    let pending =
        Pending { sign_in, begun_at: console.clock.now(), is_fresh: wishes.fresh.is_some(), destination };
    let id = remember(&visit, pending).await;
    let id = id.map_err(|error| failure::of_sessions(&console, visit.texts, &error))?;
    let mut response = see_other(url.as_str());
    if let Some(cookie) = id.and_then(|id| HeaderValue::from_str(&console.cookies.set_session(&id)).ok()) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Keeps the sign-in in the browser's session; without one it gets one, whose id is answered.
async fn remember(visit: &Visit, pending: Pending) -> Result<Option<Secret>, crate::sessions::KeeperError> {
    let sessions = &visit.console.sessions;
    if let Some(opened) = &visit.opened
        && let Some(mut held) = sessions.hold(opened.key).await?
    {
        held.session_mut().begin(pending);
        held.save().await?;
        return Ok(None);
    }
    let mut session = Session::new(crate::random::text(&*visit.console.random)?);
    session.begin(pending);
    sessions.begin(session).await.map(Some)
}

/// On a machine of one's own, `127.0.0.1` and `localhost` are the same console and two places for cookies: the answer
/// comes to the one that is registered, so the sign-in begins there. Returns that place.
fn elsewhere_on_this_machine<'a>(headers: &HeaderMap, public_url: &'a Url) -> Option<&'a Url> {
    const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];
    let authority = headers.get(header::HOST)?.to_str().ok()?;
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    let own = public_url.host_str()?;
    (host != own && LOOPBACK.contains(&host) && LOOPBACK.contains(&own)).then_some(public_url)
}
