//! `GET` and `POST /{tenant}/oauth2/v2.0/logout`: ends the browser's session.

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header::{self, HeaderValue};
use axum::http::{HeaderMap, Response, StatusCode, Uri};

use super::directory::Directory;
use super::fault::{Fault, Place};
use super::pages::{self, MessagePage};
use super::parameters::Parameters;
use super::trace::Trace;
use super::visit::{Visit, removal};
use super::{Endpoint, answer};
use crate::redirect::{find, is_loopback_address, with_query};

pub(super) async fn handle(
    State(endpoint): State<Endpoint>,
    Path(tenant): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let query = Parameters::parse(uri.query().unwrap_or_default().as_bytes());
    let form = Parameters::parse(&body);
    let trace = match Trace::of(&endpoint.inner, &headers, &[&query, &form]) {
        Ok(trace) => trace,
        Err(error) => return answer::broken(&error),
    };
    match log_out(&endpoint, &tenant, &uri, &headers, [&query, &form]).await {
        Ok(answer) => answer,
        Err(fault) => pages::refuse(&trace, &fault, Place::Authorize),
    }
}

async fn log_out(
    endpoint: &Endpoint,
    tenant: &str,
    uri: &Uri,
    headers: &HeaderMap,
    parameters: [&Parameters; 2],
) -> Result<Response<Body>, Fault> {
    let directory = Directory::find(endpoint, tenant).await?;
    let visit = Visit::open(endpoint, uri, headers, None)?;
    endpoint.inner.store.end_session(visit.session()).await?;
    let first = |name: &str| parameters.iter().find_map(|one| one.first(name));
    let asked = first("post_logout_redirect_uri");
    let accepted = match asked {
        Some(address) if may_return_to(endpoint, &directory, address).await? => Some(address),
        _ => None,
    };
    let mut answer = if let Some(address) = accepted {
        let state: Vec<_> = first("state").map(|state| ("state", state.to_owned())).into_iter().collect();
        let location = if state.is_empty() { address.to_owned() } else { with_query(address, &state) };
        let mut answer = Response::new(Body::empty());
        *answer.status_mut() = StatusCode::FOUND;
        if let Ok(location) = HeaderValue::try_from(location) {
            answer.headers_mut().insert(header::LOCATION, location);
        }
        answer
    } else {
        let detail = if asked.is_some() {
            "The address to go on to is not registered for an application of this tenant, so it was not opened."
        } else {
            ""
        };
        let text = "It’s a good idea to close all browser windows.";
        let page = MessagePage { title: "You signed out of your account", text, detail, alert: false };
        pages::show(StatusCode::OK, &page, None)
    };
    if let Some(cookie) = removal(endpoint) {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(answer)
}

/// An address of this machine, or one that an application registered: else this page would send people anywhere.
async fn may_return_to(endpoint: &Endpoint, directory: &Directory, address: &str) -> Result<bool, Fault> {
    if is_loopback_address(address) {
        return Ok(true);
    }
    let tenant_id = match directory {
        Directory::One(tenant) => Some(tenant.id),
        Directory::Any(_) | Directory::Nobody => None,
    };
    let registered = endpoint.inner.store.redirect_uris_in(tenant_id).await?;
    Ok(find(&registered, address).is_some())
}
