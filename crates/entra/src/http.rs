//! The HTTP client of this crate: which roots it trusts, which proxy it uses, and how much it reads.
//!
//! - Redirects are never followed: a form with a code, a refresh token or a device code goes to the one
//!   address it was meant for.
//! - `HTTPS_PROXY` and `NO_PROXY` are honoured, except that a loopback address is always reached directly.
//! - Plain http is spoken to loopback hosts only.
//! - An answer is read up to [`MAXIMUM_ANSWER_BYTES`]; a call takes at most [`CALL_TIMEOUT`].

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use reqwest::{Certificate, Client, ClientBuilder, RequestBuilder, StatusCode, redirect};
use url::{Host, Url};

/// The most bytes that are read of one answer. Discovery documents, key sets and token answers are far smaller.
pub const MAXIMUM_ANSWER_BYTES: usize = 1024 * 1024;

/// The time that one call may take, connecting included.
pub const CALL_TIMEOUT: Duration = Duration::from_secs(20);

/// Which certificate authorities are trusted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Trust {
    /// Those of the operating system. `SSL_CERT_FILE` replaces them where the platform keeps them in files.
    #[default]
    System,
    /// Those of the operating system, and those of this PEM file.
    SystemAnd(PathBuf),
    /// Those of this PEM file and no others.
    Only(PathBuf),
}

/// Why a call gave no answer. The texts name the host and never what was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// The file of certificate authorities could not be read.
    #[error("cannot read the certificate file `{path}`: {reason}")]
    CaFile {
        /// The file.
        path: PathBuf,
        /// What the system said, or what is wrong with its content.
        reason: String,
    },
    /// The TLS set-up failed, for instance because the system has no certificate authorities at all.
    #[error("cannot set up TLS: {0}")]
    Tls(String),
    /// An address that is neither https nor plain http to a loopback host.
    #[error("`{0}` is neither https nor http to a loopback host")]
    NotSecure(String),
    /// No connection: refused, unknown name, bad certificate, or a time limit.
    #[error("cannot reach {host}: {reason}")]
    Unreachable {
        /// Host and port.
        host: String,
        /// The innermost cause.
        reason: String,
    },
    /// The answer was longer than [`MAXIMUM_ANSWER_BYTES`].
    #[error("the answer of {host} is longer than 1 MiB")]
    TooLong {
        /// Host and port.
        host: String,
    },
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The body.
    pub body: zeroize::Zeroizing<Vec<u8>>,
}

/// The HTTP client. Making it does no I/O: files are read and TLS is set up at the first call.
#[derive(Debug)]
pub struct HttpClient {
    trust: Trust,
    direct: OnceLock<Client>,
    by_proxy: OnceLock<Client>,
}

impl HttpClient {
    /// A client that trusts `trust`.
    pub fn new(trust: Trust) -> Self {
        Self { trust, direct: OnceLock::new(), by_proxy: OnceLock::new() }
    }

    /// Fetches `url`.
    pub async fn get(&self, url: &Url) -> Result<Answer, HttpError> {
        self.send(url, self.client_for(url)?.get(url.clone())).await
    }

    /// Posts a form to `url`.
    pub async fn post_form(&self, url: &Url, form: &[(&str, &str)]) -> Result<Answer, HttpError> {
        self.send(url, self.client_for(url)?.post(url.clone()).form(form)).await
    }

    async fn send(&self, url: &Url, request: RequestBuilder) -> Result<Answer, HttpError> {
        let request = request.header("accept", "application/json");
        let mut response = request.send().await.map_err(|error| unreachable_host(url, &error))?;
        let mut body = zeroize::Zeroizing::new(Vec::new());
        while let Some(chunk) = response.chunk().await.map_err(|error| unreachable_host(url, &error))? {
            if body.len() + chunk.len() > MAXIMUM_ANSWER_BYTES {
                return Err(HttpError::TooLong { host: host_and_port(url) });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status: response.status(), body })
    }

    fn client_for(&self, url: &Url) -> Result<&Client, HttpError> {
        if !is_secure(url) {
            return Err(HttpError::NotSecure(without_query(url)));
        }
        let (slot, direct) = if is_loopback(url) { (&self.direct, true) } else { (&self.by_proxy, false) };
        if let Some(client) = slot.get() {
            return Ok(client);
        }
        let client = self.build(direct)?;
        Ok(slot.get_or_init(|| client))
    }

    fn build(&self, direct: bool) -> Result<Client, HttpError> {
        let builder = ClientBuilder::new()
            .redirect(redirect::Policy::none())
            .timeout(CALL_TIMEOUT)
            .connect_timeout(Duration::from_secs(10))
            .user_agent(concat!("patcycle/", env!("CARGO_PKG_VERSION")));
        let builder = match &self.trust {
            Trust::System => builder,
            Trust::SystemAnd(file) => builder.tls_certs_merge(read_certificates(file)?),
            Trust::Only(file) => builder.tls_certs_only(read_certificates(file)?),
        };
        let builder = if direct { builder.no_proxy() } else { builder };
        builder.build().map_err(|error| HttpError::Tls(innermost(&error)))
    }
}

fn read_certificates(file: &Path) -> Result<Vec<Certificate>, HttpError> {
    let fault = |reason: String| HttpError::CaFile { path: file.to_owned(), reason };
    let pem = std::fs::read(file).map_err(|error| fault(error.to_string()))?;
    let certificates = Certificate::from_pem_bundle(&pem).map_err(|error| fault(innermost(&error)))?;
    if certificates.is_empty() {
        return Err(fault("it holds no PEM certificate".to_owned()));
    }
    Ok(certificates)
}

/// Whether tokens may travel to `url`: https, or http to this machine.
pub fn is_secure(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url))
}

/// Whether `url` names this machine: `localhost`, a name below it, `127.0.0.0/8` or `::1`.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

pub(crate) fn host_and_port(url: &Url) -> String {
    match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        (None, _) => "an address without a host".to_owned(),
    }
}

fn without_query(url: &Url) -> String {
    let mut shown = url.clone();
    shown.set_query(None);
    shown.set_fragment(None);
    shown.to_string()
}

fn unreachable_host(url: &Url, error: &reqwest::Error) -> HttpError {
    let reason = if error.is_timeout() { "no answer in time".to_owned() } else { innermost(error) };
    HttpError::Unreachable { host: host_and_port(url), reason }
}

/// The last cause in the chain: the outer ones only repeat the address.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut current = error;
    while let Some(source) = current.source() {
        current = source;
    }
    current.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for text in ["http://localhost:1/", "http://127.8.0.1/", "http://[::1]:9/", "https://example.com/"] {
            assert!(is_secure(&url(text)), "{text}");
        }
        for text in
            ["http://example.com/", "http://localhost.example/", "ftp://localhost/", "http://128.0.0.1/"]
        {
            assert!(!is_secure(&url(text)), "{text}");
        }
    }

    #[tokio::test]
    async fn refuses_plain_http_before_any_connection() {
        let client = HttpClient::new(Trust::System);
        let error = client.get(&url("http://example.com/a?code=s3cret")).await.unwrap_err();
        assert_eq!(error, HttpError::NotSecure("http://example.com/a".to_owned()));
    }

    #[tokio::test]
    async fn names_the_certificate_file_that_is_not_there() {
        let client = HttpClient::new(Trust::Only("/nowhere/ca.pem".into()));
        let error = client.get(&url("https://localhost:1/")).await.unwrap_err();
        assert!(matches!(error, HttpError::CaFile { .. }));
    }
}
