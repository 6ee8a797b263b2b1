//! One exchange with the service: the HTTP client, the bound on what is read, and why there was no answer.

use std::path::Path;

use patcycle_contract::IdempotencyKey;
use patcycle_primitives::Secret;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Certificate, Client, ClientBuilder, Method, NoProxy, Proxy, StatusCode, redirect};
use url::Url;
use zeroize::Zeroizing;

use crate::destination::shown_origin;
use crate::error::{Unreachable, UnreachableKind};
use crate::settings::{ClientSettings, SettingsError};
use crate::text::clean;

/// The most bytes that are read of one answer: a page of 100 PATs needs a tenth of it.
pub(crate) const MAXIMUM_ANSWER_BYTES: usize = 4 * 1024 * 1024;

/// One request, without the credential.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) body: Option<Vec<u8>>,
    /// The `Idempotency-Key`, marked as sensitive.
    pub(crate) idempotency_key: Option<HeaderValue>,
}

impl Request {
    /// The verb by whose rules this may be repeated: with a key, the service does it once however often it is asked.
    pub(crate) fn repeats_as(&self) -> &Method {
        if self.idempotency_key.is_some() { &Method::GET } else { &self.method }
    }
}

/// An answer, read to its end. The body may hold a secret.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Zeroizing<Vec<u8>>,
    /// Scheme, host and port that answered.
    pub(crate) host: String,
}

/// The HTTP client for one service. It follows no redirect and keeps no cookie.
pub(crate) fn build(settings: &ClientSettings) -> Result<Client, SettingsError> {
    let builder = ClientBuilder::new()
        .redirect(redirect::Policy::none())
        .referer(false)
        .connect_timeout(settings.connect_timeout)
        .timeout(settings.call_timeout)
        .user_agent(concat!("patcycle/", env!("CARGO_PKG_VERSION")))
        // Otherwise the library would read the environment by itself.
        .no_proxy();
    let builder = trust(builder, settings)?;
    let builder = match &settings.proxy.url {
        Some(url) if !settings.proxy.is_bypassed_for(&settings.base_url) => {
            builder.proxy(proxy(url, settings)?)
        }
        _ => builder,
    };
    builder.build().map_err(|error| SettingsError::Tls(innermost(&error)))
}

fn proxy(url: &Url, settings: &ClientSettings) -> Result<Proxy, SettingsError> {
    let except = settings.proxy.except.as_deref().and_then(NoProxy::from_string);
    let proxy = Proxy::all(url.clone()).map_err(|_| SettingsError::Proxy { host: shown_origin(url) })?;
    Ok(proxy.no_proxy(except))
}

fn trust(builder: ClientBuilder, settings: &ClientSettings) -> Result<ClientBuilder, SettingsError> {
    let ca_file = settings.ca_file.as_deref().map(read_certificates).transpose()?;
    let ssl_cert_file = settings.ssl_cert_file.as_deref().map(read_certificates).transpose()?;
    Ok(match (ca_file, ssl_cert_file) {
        // Plain http on loopback needs no authorities, and the system may have none.
        (None, None) if settings.base_url.scheme() == "http" => builder.tls_certs_only(None),
        (None, None) => builder,
        (Some(added), None) => builder.tls_certs_merge(added),
        (added, Some(instead)) => builder.tls_certs_only(added.into_iter().flatten().chain(instead)),
    })
}

fn read_certificates(file: &Path) -> Result<Vec<Certificate>, SettingsError> {
    let fault = |reason: String| SettingsError::CaFile { path: file.to_owned(), reason };
    let pem = std::fs::read(file).map_err(|error| fault(error.to_string()))?;
    let certificates = Certificate::from_pem_bundle(&pem).map_err(|error| fault(innermost(&error)))?;
    if certificates.is_empty() {
        return Err(fault("it holds no PEM certificate".to_owned()));
    }
    Ok(certificates)
}

/// Sends `request` with `token` and reads the answer. The caller has checked that the token may go there.
pub(crate) async fn exchange(
    http: &Client,
    request: &Request,
    token: &Secret,
) -> Result<Answer, Unreachable> {
    let host = shown_origin(&request.url);
    let mut call = http
        .request(request.method.clone(), request.url.clone())
        .header(ACCEPT, "application/json")
        .header("X-TFS-FedAuthRedirect", "Suppress")
        .header(AUTHORIZATION, bearer(token, &host)?);
    if let Some(key) = &request.idempotency_key {
        call = call.header(IdempotencyKey::HEADER, key.clone());
    }
    if let Some(body) = &request.body {
        call = call.header(CONTENT_TYPE, "application/json; charset=utf-8").body(body.clone());
    }
    tracing::trace!(http.method = %request.method, http.host = host, http.path = request.url.path(), "calls the service");
    let mut response = call.send().await.map_err(|error| unreachable(&host, &error))?;
    let mut body = Zeroizing::new(Vec::new());
    while let Some(chunk) = response.chunk().await.map_err(|error| interrupted(&host, &error))? {
        if body.len() + chunk.len() > MAXIMUM_ANSWER_BYTES {
            let detail = format!("the answer is longer than {} MiB", MAXIMUM_ANSWER_BYTES / 1024 / 1024);
            return Err(Unreachable { kind: UnreachableKind::TooLong, host, detail, may_have_arrived: true });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status: response.status(), headers: response.headers().clone(), body, host })
}

/// A token with a line break in it (pasted, or from a file) cannot be a header.
fn bearer(token: &Secret, host: &str) -> Result<HeaderValue, Unreachable> {
    let text = Zeroizing::new(format!("Bearer {}", token.expose()));
    let mut value = HeaderValue::from_str(&text).map_err(|_| Unreachable {
        kind: UnreachableKind::Interrupted,
        host: host.to_owned(),
        detail: "the access token holds characters that no access token has; nothing was sent".to_owned(),
        may_have_arrived: false,
    })?;
    value.set_sensitive(true);
    Ok(value)
}

fn unreachable(host: &str, error: &reqwest::Error) -> Unreachable {
    let detail = clean(&innermost(error));
    let kind = kind_of_failure(error, error.is_connect(), error.is_timeout());
    Unreachable { kind, host: host.to_owned(), detail, may_have_arrived: !error.is_connect() }
}

fn interrupted(host: &str, error: &reqwest::Error) -> Unreachable {
    let kind = if error.is_timeout() { UnreachableKind::Timeout } else { UnreachableKind::Interrupted };
    Unreachable { kind, host: host.to_owned(), detail: clean(&innermost(error)), may_have_arrived: true }
}

/// The HTTP library tells "connecting failed" from the rest; what failed in it is only in the texts of the
/// causes.
fn kind_of_failure(error: &dyn std::error::Error, connecting: bool, timeout: bool) -> UnreachableKind {
    let causes = causes(error).join("\n").to_ascii_lowercase();
    let any = |words: &[&str]| words.iter().any(|word| causes.contains(word));
    if !connecting {
        return if timeout { UnreachableKind::Timeout } else { UnreachableKind::Interrupted };
    }
    if any(&["dns error", "failed to lookup address"]) {
        UnreachableKind::Dns
    } else if any(&["tunnel", "proxy"]) {
        UnreachableKind::Proxy
    } else if any(&["certificate", "invalidcontenttype", "alert", "tls", "handshake"]) {
        UnreachableKind::Tls
    } else if timeout {
        UnreachableKind::Timeout
    } else {
        UnreachableKind::Connect
    }
}

/// The texts of all causes but the outermost, whose text only repeats the address.
fn causes(error: &dyn std::error::Error) -> Vec<String> {
    std::iter::successors(error.source(), |error| error.source()).map(ToString::to_string).collect()
}

fn innermost(error: &dyn std::error::Error) -> String {
    causes(error).pop().unwrap_or_else(|| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Chain(&'static str, #[source] Option<Box<Chain>>);

    fn chain(texts: &[&'static str]) -> Chain {
        let (first, rest) = texts.split_first().unwrap();
        Chain(first, (!rest.is_empty()).then(|| Box::new(chain(rest))))
    }

    #[test]
    fn sorts_failures_by_their_causes() {
        let cases: [(&[&str], UnreachableKind); 6] = [
            (
                &[
                    "error sending",
                    "client error (Connect)",
                    "dns error",
                    "failed to lookup address information",
                ],
                UnreachableKind::Dns,
            ),
            (
                &["error sending", "client error (Connect)", "tunnel error: unsuccessful"],
                UnreachableKind::Proxy,
            ),
            (
                &["error sending", "client error (Connect)", "invalid peer certificate: UnknownIssuer"],
                UnreachableKind::Tls,
            ),
            (
                &[
                    "error sending",
                    "client error (Connect)",
                    "received corrupt message of type InvalidContentType",
                ],
                UnreachableKind::Tls,
            ),
            (
                &[
                    "error sending",
                    "client error (Connect)",
                    "tcp connect error",
                    "Connection refused (os error 111)",
                ],
                UnreachableKind::Connect,
            ),
            // The address is in the outermost text: a host called `proxy` says nothing about the cause.
            (
                &["error sending request for url (https://proxy.example/)", "tcp connect error"],
                UnreachableKind::Connect,
            ),
        ];
        for (texts, expected) in cases {
            assert_eq!(kind_of_failure(&chain(texts), true, false), expected, "{texts:?}");
        }
        assert_eq!(
            kind_of_failure(&chain(&["x", "operation timed out"]), true, true),
            UnreachableKind::Timeout
        );
        assert_eq!(
            kind_of_failure(&chain(&["x", "connection closed"]), false, false),
            UnreachableKind::Interrupted
        );
    }

    #[test]
    fn a_broken_token_is_not_sent_and_not_shown() {
        let error = bearer(&Secret::new("two\nlines"), "https://localhost").unwrap_err();
        assert!(!error.may_have_arrived && !error.to_string().contains("two"), "{error}");
    }
}
