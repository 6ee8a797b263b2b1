//! Where a client reached this service, for answers that tell addresses.
//!
//! A client is told the host that it used itself: the service may be reached under several names, and a client
//! that authenticates by address must not be sent to another one. Nothing is kept, so whoever forges `Host`
//! misleads only themselves.

use http::header::HOST;
use http::request::Parts;
use patcycle_lifecycle::Organization;
use url::Url;

use crate::answer::Answer;

/// Scheme, host and port as the client used them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin(Url);

impl Origin {
    /// Of this request. `https`: what the listener speaks. Behind a trusted proxy the `X-Forwarded-Proto` and
    /// `X-Forwarded-Host` that it wrote count.
    pub(crate) fn of(parts: &Parts, https: bool, is_from_proxy: bool) -> Result<Self, Answer> {
        let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let forwarded = |name: &str| header(name).filter(|_| is_from_proxy).and_then(|value| last(value));
        let scheme = match forwarded("x-forwarded-proto") {
            Some(scheme) if scheme.eq_ignore_ascii_case("http") => "http",
            Some(scheme) if scheme.eq_ignore_ascii_case("https") => "https",
            _ if https => "https",
            _ => "http",
        };
        let authority = parts.uri.authority().map(http::uri::Authority::as_str);
        let host = forwarded("x-forwarded-host").or(authority).or_else(|| header(HOST.as_str()));
        host.and_then(|host| Self::parse(scheme, host)).ok_or_else(|| {
            Answer::bad_argument("The Host header is missing or no host name. Send the one of this service.")
        })
    }

    fn parse(scheme: &str, host: &str) -> Option<Self> {
        let url = Url::parse(&format!("{scheme}://{host}/")).ok()?;
        let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        (is_bare && url.username().is_empty() && url.password().is_none()).then_some(Self(url))
    }

    /// The base address of an organization, with a slash at its end.
    pub(crate) fn base_of(&self, organization: &Organization) -> Url {
        let mut base = self.0.clone();
        base.set_path(&format!("/{}/", organization.name));
        base
    }
}

/// The entry that the nearest proxy wrote.
fn last(value: &str) -> Option<&str> {
    value.rsplit(',').next().map(str::trim).filter(|entry| !entry.is_empty())
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn origin(target: &str, headers: &[(&str, &str)], https: bool, is_from_proxy: bool) -> Option<String> {
        let mut request = Request::builder().uri(target);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        Origin::of(&parts, https, is_from_proxy).ok().map(|origin| origin.0.to_string())
    }

    #[test]
    fn is_what_the_client_used() {
        for (target, host, https, expected) in [
            ("/fabrikam", Some("localhost:7243"), true, Some("https://localhost:7243/")),
            ("/fabrikam", Some("127.0.0.1:80"), false, Some("http://127.0.0.1/")),
            ("https://pats.example/fabrikam", None, true, Some("https://pats.example/")),
            ("/fabrikam", None, true, None),
            ("/fabrikam", Some("evil.example/path"), true, None),
            ("/fabrikam", Some("me:secret@evil.example"), true, None),
            ("/fabrikam", Some("a b"), true, None),
        ] {
            let headers: Vec<_> = host.map(|host| ("host", host)).into_iter().collect();
            assert_eq!(origin(target, &headers, https, false).as_deref(), expected, "{target} {host:?}");
        }
    }

    #[test]
    fn only_a_trusted_proxy_says_otherwise() {
        let headers = [
            ("host", "10.0.0.7:8443"),
            ("x-forwarded-proto", "http, https"),
            ("x-forwarded-host", "evil.example, pats.example"),
        ];
        assert_eq!(origin("/", &headers, false, true).as_deref(), Some("https://pats.example/"));
        assert_eq!(origin("/", &headers, false, false).as_deref(), Some("http://10.0.0.7:8443/"));
        let odd = [("host", "a.example"), ("x-forwarded-proto", "gopher")];
        assert_eq!(origin("/", &odd, true, true).as_deref(), Some("https://a.example/"));
    }
}
