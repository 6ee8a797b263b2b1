//! Where browsers reach a console.

use patcycle_client::destination::{is_loopback, is_secure};
use url::Url;

use super::mount::ConsoleSetupError;

/// A console on this machine: `localhost` rather than an address, because that is what applications are registered with.
pub(crate) fn local_url(scheme: &str, port: u16) -> Result<Url, ConsoleSetupError> {
    let text = format!("{scheme}://localhost:{port}");
    Url::parse(&text).map_err(|error| ConsoleSetupError::Address(text, error.to_string()))
}

/// The redirect path of the sample application.
pub(crate) const REDIRECT_PATH: &str = "/getAToken";

/// First segments that other pages have.
const TAKEN: [&str; 6] = ["login", "logout", "console", "static", "healthz", "readyz"];

/// Checks the path of the redirect URI: it is a route of its own beside the console's pages and the API.
pub(crate) fn check_redirect_path(path: &str) -> Result<(), &'static str> {
    let Some(rest) = path.strip_prefix('/') else { return Err("it does not begin with `/`") };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/');
    if rest.is_empty() || rest.contains("//") || rest.ends_with('/') || !rest.bytes().all(plain) {
        return Err("it is not of the form `/getAToken`: segments of letters, digits, `-`, `_` and `.`");
    }
    let first = rest.split('/').next().unwrap_or_default();
    if TAKEN.iter().any(|taken| taken.eq_ignore_ascii_case(first)) || first.starts_with(['_', '.']) {
        return Err("another page has this path");
    }
    Ok(())
}

/// Reads a public address: scheme, host and port, and https unless it is on this machine.
pub(crate) fn public_url(text: &str) -> Result<Url, &'static str> {
    let url = Url::parse(text).map_err(|_| "it is not an address")?;
    if url.host_str().is_none() || !matches!(url.scheme(), "http" | "https") {
        return Err("it begins with neither `https://` nor `http://`");
    }
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    if !bare || !url.username().is_empty() || url.password().is_some() {
        return Err("it has more than scheme, host and port");
    }
    if !is_secure(&url) {
        return Err("it is plain http, and sessions would be readable on the way");
    }
    Ok(url)
}

/// The same for a console that listens on more than this machine.
pub(crate) fn remote_public_url(text: &str) -> Result<Url, &'static str> {
    let url = public_url(text)?;
    if is_loopback(&url) {
        return Err("it names this machine only, and the console listens on a network");
    }
    Ok(url)
}
