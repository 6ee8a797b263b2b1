//! Redirect URIs: which may be registered, and which of a request is a registered one.

use url::{Host, Url};

use crate::error::LocalTenantError;
use crate::model::RedirectUri;

/// Checks a URI before it is registered.
pub(crate) fn check(uri: &str) -> Result<(), LocalTenantError> {
    let invalid = |why| LocalTenantError::invalid("redirect URI", uri, why);
    if !uri.chars().all(|one| one.is_ascii_graphic()) || uri.contains('\\') {
        return Err(invalid("it must be plain ASCII without blanks and backslashes"));
    }
    if uri.contains('*') {
        return Err(invalid("wildcards are not supported; register each URI"));
    }
    let url = Url::parse(uri).map_err(|_| invalid("it is not an absolute URI"))?;
    if url.fragment().is_some() {
        return Err(invalid("it must not have a fragment"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(invalid("it must not have a user name or password"));
    }
    match url.scheme() {
        "http" if !is_loopback(&url) => Err(invalid("http is for loopback hosts only; use https")),
        "javascript" | "data" | "file" | "vbscript" | "blob" | "about" => {
            Err(invalid("a browser must be able to open it, and it must not run code"))
        }
        _ => Ok(()),
    }
}

/// The registered URI that `requested` means. Others are compared byte for byte; on loopback hosts the port is
/// ignored and https may stand for http (RFC 8252, section 7.3: a client learns its port at run time).
pub(crate) fn find<'a>(registered: &'a [RedirectUri], requested: &str) -> Option<&'a RedirectUri> {
    let exact = registered.iter().find(|one| one.uri == requested);
    exact.or_else(|| registered.iter().find(|one| is_same_on_loopback(&one.uri, requested)))
}

/// Whether an address leads to this machine.
pub(crate) fn is_loopback_address(uri: &str) -> bool {
    is_plain(uri) && Url::parse(uri).is_ok_and(|url| is_web(&url) && is_loopback(&url) && has_no_user(&url))
}

/// What `form-action` must name, so that the browser follows the redirect that answers a form: the origin, or
/// the scheme of an application's own URI.
pub(crate) fn form_action_source(uri: &str) -> Option<String> {
    let url = Url::parse(uri).ok()?;
    if is_web(&url) { Some(url.origin().ascii_serialization()) } else { Some(format!("{}:", url.scheme())) }
}

/// Adds parameters to a URI without touching what is there.
pub(crate) fn with_query(uri: &str, parameters: &[(&str, String)]) -> String {
    let separator = match uri.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{uri}{separator}{}", encode(parameters))
}

/// Adds parameters as the fragment of a URI that has none.
pub(crate) fn with_fragment(uri: &str, parameters: &[(&str, String)]) -> String {
    format!("{uri}#{}", encode(parameters))
}

fn encode(parameters: &[(&str, String)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish()
}

fn is_same_on_loopback(registered: &str, requested: &str) -> bool {
    let (Ok(known), Ok(asked)) = (Url::parse(registered), Url::parse(requested)) else { return false };
    is_plain(requested)
        && is_web(&known)
        && is_loopback(&known)
        && is_web(&asked)
        && (known.scheme() == asked.scheme() || known.scheme() == "http")
        && has_no_user(&asked)
        && known.host() == asked.host()
        && known.path() == asked.path()
        && known.query() == asked.query()
        && asked.fragment().is_none()
}

/// Nothing that a URL parser would clean away or read in its own manner.
fn is_plain(uri: &str) -> bool {
    uri.chars().all(|one| one.is_ascii_graphic()) && !uri.contains('\\')
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

fn has_no_user(url: &Url) -> bool {
    url.username().is_empty() && url.password().is_none()
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Platform;

    fn matches(registered: &str, requested: &str) -> bool {
        let registered = [RedirectUri { uri: registered.to_owned(), platform: Platform::Web }];
        find(&registered, requested).is_some()
    }

    #[test]
    fn loopback_ignores_the_port_and_takes_https() {
        let registered = "http://localhost:5000/getAToken";
        for good in [
            "http://localhost:5000/getAToken",
            "http://localhost:1/getAToken",
            "http://localhost/getAToken",
            "https://localhost:7243/getAToken",
        ] {
            assert!(matches(registered, good), "{good}");
        }
        for bad in [
            "http://127.0.0.1:5000/getAToken",
            "http://localhost:5000/getatoken",
            "http://localhost:5000/getAToken/",
            "http://localhost:5000/getAToken?x=1",
            "http://localhost:5000/getAToken#x",
            "http://localhost@evil.example/getAToken",
            "http://evil.example@localhost:5000/getAToken",
            "http://localhost.evil.example:5000/getAToken",
            "http://localhost:5000\\@evil.example/getAToken",
            "http://localhost:5000/x/../getAToken\n",
            "//localhost:5000/getAToken",
            "javascript://localhost:5000/getAToken",
            "",
        ] {
            assert!(!matches(registered, bad), "{bad}");
        }
        assert!(matches("http://localhost", "http://localhost:4711"));
        assert!(matches("http://localhost", "http://localhost:4711/"));
        assert!(!matches("https://localhost:1/x", "http://localhost:1/x"));
    }

    #[test]
    fn all_others_compare_exactly() {
        assert!(matches("https://app.example/cb", "https://app.example/cb"));
        assert!(!matches("https://app.example/cb", "https://app.example:443/cb"));
        assert!(!matches("https://app.example/cb", "https://APP.example/cb"));
        assert!(!matches("https://app.example/cb", "http://app.example/cb"));
    }

    #[test]
    fn what_cannot_be_registered() {
        for bad in [
            "https://app.example/*",
            "https://app.example/cb#x",
            "http://app.example/cb",
            "javascript:alert(1)",
            "https://user@app.example/",
            "https://app.example/a b",
            "/cb",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
        for good in ["https://app.example/cb?x=1", "http://127.0.0.1/cb", "msal1234://auth"] {
            assert!(check(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn parameters_are_added_without_touching_the_rest() {
        let parameters = [("state", "a b&c".to_owned())];
        assert_eq!(
            with_query("http://localhost:5000/x", &parameters),
            "http://localhost:5000/x?state=a+b%26c"
        );
        assert_eq!(
            with_query("https://app.example/x?y=%7e", &parameters),
            "https://app.example/x?y=%7e&state=a+b%26c"
        );
        assert_eq!(
            with_fragment("https://app.example/x", &parameters),
            "https://app.example/x#state=a+b%26c"
        );
    }
}
