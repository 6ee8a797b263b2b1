//! A person's visit to a page: the cookie, the form that was sent, and what the page carries along.
//!
//! Pages keep no state on the server. Each form posts back to the page's own address and carries a sealed
//! field that says how far the person has come. The seal binds it to the browser's cookie and to the address,
//! so that nobody else can make one: that is the protection against forged requests, at the sign-in form too.

use axum::body::Body;
use axum::http::header::{self, HeaderValue};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Response, Uri};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use uuid::Uuid;

use super::Endpoint;
use super::fault::Fault;
use super::parameters::Parameters;
use crate::digest::{base64url, from_base64url, random_text, sha256};
use crate::error::LocalTenantError;

/// How long a page may stay open.
const PAGE_LIFETIME: SignedDuration = SignedDuration::from_mins(30);

/// Random bytes of the cookie.
const COOKIE_BYTES: usize = 32;

/// Characters of the cookie.
const COOKIE_LENGTH: usize = 43;

/// What the person did on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// Sent user name and password.
    SignIn,
    /// Sent a one-time code.
    OneTimeCode,
    /// Picked a signed-in account.
    PickAccount,
    /// Wants another account.
    OtherAccount,
    /// Accepted what was asked.
    Accept,
    /// Refused what was asked.
    Decline,
    /// Said that the request of a device is their own.
    Confirm,
    /// Goes back without an administrator's approval.
    Leave,
}

impl Action {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "sign-in" => Self::SignIn,
            "one-time-code" => Self::OneTimeCode,
            "pick-account" => Self::PickAccount,
            "other-account" => Self::OtherAccount,
            "accept" => Self::Accept,
            "decline" => Self::Decline,
            "confirm" => Self::Confirm,
            "leave" => Self::Leave,
            _ => return None,
        })
    }
}

/// How far the person has come on this page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Progress {
    /// Signed in, or picked, on this page.
    pub(super) account: Option<Uuid>,
    /// The password was right at that instant; the one-time code is missing.
    pub(super) awaits_code: Option<(Uuid, Timestamp)>,
    /// Wants to sign in as somebody else.
    pub(super) other_account: bool,
    /// Said that the request of a device is their own.
    pub(super) confirmed: bool,
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    progress: Progress,
    ends_at: Timestamp,
}

/// A visit.
#[derive(Debug)]
pub(super) struct Visit {
    /// Path and query of the page.
    pub(super) page: String,
    /// The form that was sent; empty when the page is only looked at.
    pub(super) form: Parameters,
    /// What the person did, when the form was really ours.
    pub(super) action: Option<Action>,
    /// Whether a form was sent that cannot be believed: too old, or not from this browser's page.
    pub(super) stale: bool,
    pub(super) progress: Progress,
    pub(super) now: Timestamp,
    cookie: String,
    cookie_is_new: bool,
}

impl Visit {
    /// Reads a request. `body` is the form of a POST.
    pub(super) fn open(
        endpoint: &Endpoint,
        uri: &Uri,
        headers: &HeaderMap,
        body: Option<&[u8]>,
    ) -> Result<Self, LocalTenantError> {
        let page = uri.path_and_query().map_or_else(|| uri.path().to_owned(), ToString::to_string);
        let sent =
            CookieJar::from_headers(headers).get(&cookie_name(endpoint)).map(|one| one.value().to_owned());
        let known = sent.filter(|value| value.len() == COOKIE_LENGTH && from_base64url(value).is_some());
        let cookie_is_new = known.is_none();
        let cookie = known.map_or_else(|| new_cookie(endpoint), Ok)?;
        let now = endpoint.inner.clock.now();
        let form = body.map(Parameters::parse).unwrap_or_default();
        let mut visit = Self {
            page,
            form,
            action: None,
            stale: false,
            progress: Progress::default(),
            now,
            cookie,
            cookie_is_new,
        };
        if body.is_some() {
            match visit.unseal(endpoint).filter(|_| is_same_origin(endpoint, uri, headers)) {
                Some(progress) => {
                    visit.progress = progress;
                    visit.action = visit.form.first("action").and_then(Action::parse);
                }
                None => visit.stale = true,
            }
        }
        Ok(visit)
    }

    /// Whether the request is a form of one of our pages, believed or not.
    pub(super) fn is_form(&self) -> bool {
        self.form.first("flow").is_some()
    }

    /// The key of the session's rows.
    pub(super) fn session(&self) -> [u8; 32] {
        sha256(&self.cookie)
    }

    /// A new cookie, for a sign-in: its session key. The answer sets it.
    pub(super) fn renew_cookie(&mut self, endpoint: &Endpoint) -> Result<[u8; 32], LocalTenantError> {
        self.cookie = new_cookie(endpoint)?;
        self.cookie_is_new = true;
        Ok(self.session())
    }

    /// The sealed field of the next form.
    pub(super) fn seal(&self, endpoint: &Endpoint) -> Result<String, Fault> {
        let ends_at = self.now.checked_add(PAGE_LIFETIME).unwrap_or(Timestamp::MAX);
        let sealed = Sealed { progress: self.progress.clone(), ends_at };
        let payload = serde_json::to_vec(&sealed).map_err(|_| LocalTenantError::Corrupt("a page's state"))?;
        let payload = base64url(payload);
        let tag = self.authentication(endpoint, &payload)?.finalize().into_bytes();
        Ok(format!("{payload}.{}", base64url(tag)))
    }

    /// Gives the browser its cookie, where it has none or a new one.
    pub(super) fn finish(&self, endpoint: &Endpoint, mut answer: Response<Body>) -> Response<Body> {
        if self.cookie_is_new {
            let cookie = build_cookie(endpoint, self.cookie.clone());
            if let Ok(value) = HeaderValue::try_from(cookie.to_string()) {
                answer.headers_mut().append(header::SET_COOKIE, value);
            }
        }
        answer
    }

    fn unseal(&self, endpoint: &Endpoint) -> Option<Progress> {
        let (payload, tag) = self.form.first("flow")?.split_once('.')?;
        let tag = from_base64url(tag)?;
        self.authentication(endpoint, payload).ok()?.verify_slice(&tag).ok()?;
        let sealed: Sealed = serde_json::from_slice(&from_base64url(payload)?).ok()?;
        (self.now < sealed.ends_at).then_some(sealed.progress)
    }

    fn authentication(&self, endpoint: &Endpoint, payload: &str) -> Result<Hmac<Sha256>, LocalTenantError> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&endpoint.inner.page_key)
            .map_err(|_| LocalTenantError::Key("it does not authenticate pages"))?;
        for part in [self.cookie.as_str(), self.page.as_str(), payload] {
            mac.update(&sha256(part));
        }
        Ok(mac)
    }
}

/// A cookie that ends the browser's session.
pub(super) fn removal(endpoint: &Endpoint) -> Option<HeaderValue> {
    let mut cookie = build_cookie(endpoint, String::new());
    cookie.make_removal();
    HeaderValue::try_from(cookie.to_string()).ok()
}

/// Role and installation: cookies ignore ports, so that two tenants on one machine need two names.
fn cookie_name(endpoint: &Endpoint) -> String {
    let prefix = if is_https(endpoint) { "__Host-" } else { "" };
    format!("{prefix}patcycle-tenant-{}", endpoint.inner.installation)
}

fn build_cookie(endpoint: &Endpoint, value: String) -> Cookie<'static> {
    let builder = Cookie::build((cookie_name(endpoint), value)).path("/").http_only(true);
    builder.secure(is_https(endpoint)).same_site(SameSite::Lax).build()
}

fn is_https(endpoint: &Endpoint) -> bool {
    endpoint.base_url.starts_with("https://")
}

fn new_cookie(endpoint: &Endpoint) -> Result<String, LocalTenantError> {
    Ok(random_text(endpoint.inner.random.as_ref(), COOKIE_BYTES)?.expose().to_owned())
}

/// Browsers say where a form comes from, in one or two headers; clients that are none say nothing.
fn is_same_origin(endpoint: &Endpoint, uri: &Uri, headers: &HeaderMap) -> bool {
    let own = own_origin(endpoint, uri, headers);
    let is_own = |origin: &HeaderValue| origin.as_bytes().eq_ignore_ascii_case(own.as_bytes());
    headers.get("sec-fetch-site").is_none_or(|site| site == "same-origin")
        && headers.get(header::ORIGIN).is_none_or(is_own)
}

/// The origin by the name that the browser used: `localhost`, `127.0.0.1`, or another that was allowed.
fn own_origin(endpoint: &Endpoint, uri: &Uri, headers: &HeaderMap) -> String {
    let in_header = || headers.get(header::HOST).and_then(|host| host.to_str().ok());
    match uri.authority().map(Authority::as_str).or_else(in_header) {
        Some(host) => format!("{}://{host}", if is_https(endpoint) { "https" } else { "http" }),
        None => endpoint.base_url.to_string(),
    }
}
