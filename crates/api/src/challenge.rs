//! Turning callers away: status, envelope, and where to sign in.

use http::header::{ACCEPT, LOCATION, WWW_AUTHENTICATE};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use patcycle_contract::WrappedException;
use url::Url;

use crate::ApiSettings;
use crate::answer::{Answer, text_header};
use crate::caller::Denial;
use crate::directory::Place;
use crate::openapi::Documentation;
use crate::routes::Access;

/// Seconds until keys are worth asking for again: the validator pauses for two after a failure.
pub(crate) const KEYS_RETRY_AFTER: u32 = 5;
/// Seconds after which a store that could not tell is worth asking again.
const STORE_RETRY_AFTER: u32 = 5;
/// What routes that take PATs name as well: some clients send one only then.
const BASIC: HeaderValue = HeaderValue::from_static("Basic realm=\"patcycle\", charset=\"UTF-8\"");

/// The answer to a caller who is turned away. The reason goes to the log; callers whose token is not believed
/// all get the same.
pub(crate) fn turn_away(
    denial: &Denial,
    access: Access,
    place: &Place,
    parts: &Parts,
    settings: &ApiSettings,
) -> Answer {
    let unauthorized = |exception: &WrappedException| {
        let answer = unauthorized(exception, place, parts, settings);
        if access.takes_pats() { answer.with(WWW_AUTHENTICATE, BASIC) } else { answer }
    };
    match denial {
        Denial::ServicePrincipal => {
            Answer::error(StatusCode::FORBIDDEN, &WrappedException::service_principal())
        }
        Denial::KeysUnavailable(_) => Answer::unavailable(
            KEYS_RETRY_AFTER,
            "The keys that access tokens are checked with cannot be fetched from their issuer now. \
             Nothing was changed. Try again in a few seconds.",
        ),
        Denial::StoreUnavailable(_) => Answer::unavailable(
            STORE_RETRY_AFTER,
            "The service cannot tell now whether the credentials are good. Nothing was changed. Try again in a few \
             seconds.",
        ),
        Denial::Anonymous => unauthorized(&WrappedException::anonymous()),
        Denial::PersonalAccessToken => unauthorized(&WrappedException::access_not_allowed()),
        Denial::Unusable
        | Denial::NotBelieved(_)
        | Denial::OtherIssuer
        | Denial::RevokedByRule
        | Denial::PatNotGood(_) => unauthorized(&WrappedException::unauthorized("")),
        Denial::OtherTenant(id)
        | Denial::NotMember(id)
        | Denial::Disabled(id)
        | Denial::MissingScope(id)
        | Denial::NotAdministrator(id) => unauthorized(&WrappedException::unauthorized(&id.to_string())),
    }
}

/// The answer on the organization itself: where to sign in, whoever asks. HEAD is how client tools find the
/// tenant, so it never redirects.
pub(crate) fn discover(place: &Place, parts: &Parts, settings: &ApiSettings) -> Answer {
    let exception = WrappedException::anonymous();
    if parts.method == Method::HEAD {
        with_challenge(
            Answer::error(StatusCode::UNAUTHORIZED, &exception),
            place,
            &sign_in_page(place, parts),
        )
    } else {
        unauthorized(&exception, place, parts, settings)
    }
}

/// 401, or for a browser the way to the sign-in page (contract.md §2.3, §12 #24).
fn unauthorized(
    exception: &WrappedException,
    place: &Place,
    parts: &Parts,
    settings: &ApiSettings,
) -> Answer {
    let page = sign_in_page(place, parts);
    let answer = if is_page_imitated(parts, settings) {
        Answer::html(StatusCode::NON_AUTHORITATIVE_INFORMATION, signed_out_page(&page))
    } else if is_browser(parts) {
        Answer::html(StatusCode::FOUND, moved_page(&page)).with(LOCATION, address_header(&page))
    } else {
        Answer::error(StatusCode::UNAUTHORIZED, exception)
    };
    with_challenge(answer, place, &page)
}

/// `Basic` is not among the schemes: most routes do not take it, and browsers would ask for a password.
fn with_challenge(answer: Answer, place: &Place, page: &Url) -> Answer {
    answer
        .with(WWW_AUTHENTICATE, place.bearer_challenge.clone())
        .with(WWW_AUTHENTICATE, HeaderValue::from_static("TFS-Federated"))
        .with(HeaderName::from_static("x-vss-resourcetenant"), place.tenant_id.clone())
        .with(HeaderName::from_static("x-vss-authorizationendpoint"), place.authority.clone())
        .with(HeaderName::from_static("x-tfs-fedauthrealm"), text_header(&place.organization.name))
        .with(HeaderName::from_static("x-tfs-fedauthissuer"), place.authority.clone())
        .with(HeaderName::from_static("x-tfs-fedauthredirect"), address_header(page))
}

/// Programs ask for no redirect by `X-TFS-FedAuthRedirect: Suppress`.
fn is_suppressed(headers: &HeaderMap) -> bool {
    let wish = headers.get("x-tfs-fedauthredirect").and_then(|value| value.to_str().ok());
    wish.is_some_and(|wish| wish.trim().eq_ignore_ascii_case("Suppress"))
}

fn is_browser(parts: &Parts) -> bool {
    let reads = matches!(parts.method, Method::GET | Method::HEAD);
    reads && !is_suppressed(&parts.headers) && accepts_html(&parts.headers)
}

fn is_page_imitated(parts: &Parts, settings: &ApiSettings) -> bool {
    let method = matches!(parts.method, Method::GET | Method::HEAD | Method::POST);
    settings.sign_in_page_203 && method && !is_suppressed(&parts.headers)
}

/// `*/*` is no wish for HTML: most programs send it.
fn accepts_html(headers: &HeaderMap) -> bool {
    headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|range| range.split(';').next())
        .any(|media| {
            matches!(media.trim().to_ascii_lowercase().as_str(), "text/html" | "application/xhtml+xml")
        })
}

/// The sign-in address with where the caller wanted to go. The query of the request stays out: nothing is known
/// of what it holds.
fn sign_in_page(place: &Place, parts: &Parts) -> Url {
    let mut page = place.sign_in_url.clone();
    page.query_pairs_mut()
        .append_pair("realm", &place.organization.name)
        .append_pair("reply_to", parts.uri.path());
    page
}

fn address_header(url: &Url) -> HeaderValue {
    // A parsed URL is ASCII without control characters, so it is always a header value.
    HeaderValue::from_str(url.as_str()).unwrap_or_else(|_| HeaderValue::from_static("/"))
}

fn moved_page(page: &Url) -> String {
    format!(
        "<html><head><title>Object moved</title></head><body>\r\n<h2>Object moved to <a href=\"{}\">here</a>.</h2>\
         \r\n</body></html>\r\n",
        escape(page)
    )
}

fn signed_out_page(page: &Url) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><title>Sign in</title></head><body>\n\
         <h1>Sign in</h1>\n<p>This service needs to know who you are. <a href=\"{}\">Sign in</a>.</p>\n\
         </body></html>\n",
        escape(page)
    )
}

/// A URL holds no `<`, `>` or `"`; the rest must not end the attribute either.
fn escape(url: &Url) -> String {
    url.as_str().replace('&', "&amp;").replace('\'', "&#39;")
}

/// What is said of it.
pub(crate) fn documentation() -> Documentation {
    Documentation::new("Discovery", "Where people of the organization sign in")
        .text("WWW-Authenticate and X-VSS-ResourceTenant name the tenant. HEAD never redirects.")
        .answers::<WrappedException>(401, "The headers tell where to sign in.")
}
