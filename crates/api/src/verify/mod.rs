//! `ANY /_patcycle/verify` and `/_patcycle/verify/{rule}`: is the PAT that this request carries good?
//!
//! Gateways ask here about the requests that they hold, so this is the hot path: it goes past the stations of
//! the management API, logs nothing at info, and writes nothing. Whoever asks learns that a PAT is not good,
//! never why; the one exception is a good PAT whose scope is not enough (403).

mod asked;

use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use futures::FutureExt as _;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, StatusCode};
use patcycle_contract::WrappedException;
use patcycle_lifecycle::verify::{Grant, Question, Reason, Verdict};
use patcycle_lifecycle::{Organization, StorageError};

use crate::ApiState;
use crate::address::client_address;
use crate::answer::{Answer, Content, id_header, text_header};
use crate::credential::Credential;
use crate::openapi::Documentation;
use crate::routes::Location;
use asked::Asked;

/// Seconds after which a store that could not tell is worth asking again.
const RETRY_AFTER: u32 = 1;

const USER: HeaderName = HeaderName::from_static("x-patcycle-user");
const USER_ID: HeaderName = HeaderName::from_static("x-patcycle-user-id");
const AUTHORIZATION_ID: HeaderName = HeaderName::from_static("x-patcycle-authorization-id");
const ORGANIZATION: HeaderName = HeaderName::from_static("x-patcycle-organization");
const SCOPE: HeaderName = HeaderName::from_static("x-patcycle-scope");
const EXPIRES: HeaderName = HeaderName::from_static("x-patcycle-expires");
const DAYS_LEFT: HeaderName = HeaderName::from_static("x-patcycle-days-left");

/// The whole way of a request for a verdict.
pub(crate) async fn serve(state: &ApiState, parts: &Parts, location: Location<'_>) -> Response {
    // Nothing here should panic. If something does, one request fails and the process lives.
    let answer = match AssertUnwindSafe(answer(state, parts, location)).catch_unwind().await {
        Ok(Ok(answer) | Err(answer)) => answer,
        Err(_panic) => {
            tracing::error!("verification panicked");
            Answer::service_error(
                StatusCode::INTERNAL_SERVER_ERROR,
                "The service has a defect; its log says more.",
            )
        }
    };
    respond(answer, &parts.method)
}

async fn answer(state: &ApiState, parts: &Parts, location: Location<'_>) -> Result<Answer, Answer> {
    let asked = match location.parameters.get("rule") {
        Some(rule) => Asked::by_rule(state, rule)?,
        None => Asked::by_query(state, &parts.uri)?,
    };
    let Some(pat) = Credential::presented_pat(&parts.headers) else {
        tracing::debug!("no single readable credential to verify");
        return Err(not_good());
    };
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let question = Question {
        organization: asked.organization,
        scope: Some(asked.scope),
        address: client_address(peer, &parts.headers, &state.settings.trusted_proxies),
    };
    match state.lifecycle.verify(pat.as_str(), &question).await {
        Ok(Verdict::Good(grant)) => Ok(good(&grant, asked.organization)),
        Ok(Verdict::Refused(reason)) => {
            tracing::debug!(%reason, organization = %asked.organization.name, "a PAT is not good");
            Err(if reason == Reason::Scope { not_enough(asked.scope) } else { not_good() })
        }
        Err(error) => Err(cannot_tell(&error)),
    }
}

/// 200 with what a gateway hands on.
fn good(grant: &Grant, organization: &Organization) -> Answer {
    let pat = &grant.authorization;
    Answer::empty(StatusCode::OK)
        .with(USER, text_header(&grant.owner.user_name))
        .with(USER_ID, id_header(grant.owner.id))
        .with(AUTHORIZATION_ID, id_header(pat.id))
        .with(ORGANIZATION, text_header(&organization.name))
        .with(SCOPE, ascii_header(&pat.scope))
        .with(EXPIRES, ascii_header(&patcycle_contract::date::format(pat.valid_to)))
        .with(DAYS_LEFT, HeaderValue::from(grant.days_left()))
}

/// 401, the same for every reason.
fn not_good() -> Answer {
    let message = "A personal access token is needed that is good here: as the password of Basic, or as Bearer. This \
                   request has none, or one that is not good.";
    Answer::service_error(StatusCode::UNAUTHORIZED, message)
        .with(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"patcycle\", charset=\"UTF-8\""))
        .with(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"patcycle\""))
}

/// 403: another PAT of the same owner may do.
fn not_enough(scope: &str) -> Answer {
    let message =
        format!("This personal access token is good, but does not grant {scope}. Use one that does.");
    Answer::service_error(StatusCode::FORBIDDEN, message)
}

/// 503, whatever the store's trouble is: a PAT that cannot be looked up is neither good nor bad.
fn cannot_tell(error: &StorageError) -> Answer {
    match error {
        StorageError::Unavailable(_) | StorageError::Unconfirmed(_) => {
            tracing::warn!(%error, "the store gives no verdict");
        }
        StorageError::Corrupt(_) => tracing::error!(%error, "the store gives no verdict"),
    }
    Answer::unavailable(
        RETRY_AFTER,
        "The service cannot tell now whether this personal access token is good. Try again in a second.",
    )
}

/// Letters, digits and punctuation of ASCII.
fn ascii_header(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

fn respond(answer: Answer, method: &Method) -> Response {
    let (content_type, bytes) = match answer.content {
        Content::Empty => (None, Vec::new()),
        Content::Json(bytes) => (Some("application/json; charset=utf-8"), bytes),
        Content::Html(page) => (Some("text/html; charset=utf-8"), page.into_bytes()),
    };
    let mut response = Response::new(if *method == Method::HEAD { Body::empty() } else { Body::from(bytes) });
    *response.status_mut() = answer.status;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(content_type) = content_type {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    for (name, value) in answer.headers {
        headers.append(name, value);
    }
    response
}

/// What is said of the way by query.
pub(crate) fn documentation() -> Documentation {
    described(Documentation::new("Verification", "Tells whether the PAT of the request is good"))
        .text("Every verb is answered. The PAT comes as the caller sent it: Basic with any user, or Bearer.")
        .required_query("scope", "What the PAT must grant.")
        .required_query("organization", "Where.")
}

/// What is said of the way by rule.
pub(crate) fn rule_documentation() -> Documentation {
    described(Documentation::new("Verification", "Tells the same by a rule of the configuration"))
        .text("Every verb is answered. Whatever follows in the path, and the query, are ignored.")
}

fn described(documentation: Documentation) -> Documentation {
    documentation
        .answers_empty(200, "It is good; the X-Patcycle headers tell whose it is.")
        .answers::<WrappedException>(401, "It is not good, or there is none.")
        .answers::<WrappedException>(403, "It is good, but its scope is not enough.")
        .answers::<WrappedException>(503, "The service cannot tell now.")
}
