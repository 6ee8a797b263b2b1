//! The headers of every page.

use axum::response::Response;
use http::{HeaderName, HeaderValue, header};
use url::Url;

/// What pages may load and where forms may lead: to the console, and along its redirects to the sign-in service.
///
/// No inline script or style, nothing from elsewhere, no frame around it.
pub(crate) fn content_security_policy(authority: &Url) -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
         form-action 'self' {}; base-uri 'none'; frame-ancestors 'none'",
        authority.origin().ascii_serialization()
    )
}

/// Puts the headers of a page on an answer. Pages hold a person's PATs, and one of them a secret: none is kept by a
/// cache.
pub(crate) fn protect(response: &mut Response, policy: &HeaderValue) {
    let headers = response.headers_mut();
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, policy.clone());
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}
