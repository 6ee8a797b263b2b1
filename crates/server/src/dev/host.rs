//! Which `Host` a request may name. A page of another site can point its name at 127.0.0.1 (DNS rebinding) and then
//! read answers as its own; but its requests still carry its name.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::HOST;
use http::uri::Authority;

/// The names that one listener answers to.
#[derive(Debug, Clone)]
pub(crate) struct AllowedHosts {
    port: u16,
    default_port: u16,
    /// Lower-case; any port, because a proxy or a tunnel has its own.
    remote: Vec<String>,
}

impl AllowedHosts {
    /// For a listener on `port`, whose scheme has `default_port`.
    pub(crate) fn new(port: u16, default_port: u16, remote: &[String]) -> Self {
        let remote = remote.iter().map(|name| name.to_ascii_lowercase()).collect();
        Self { port, default_port, remote }
    }

    fn allows(&self, named: &str) -> bool {
        let Ok(authority) = named.parse::<Authority>() else { return false };
        if authority.as_str().contains('@') {
            return false;
        }
        let host = authority.host().to_ascii_lowercase();
        if self.remote.contains(&host) {
            return true;
        }
        let port = match authority.port() {
            Some(port) => port.as_u16(),
            None if authority.as_str().len() == authority.host().len() => self.default_port,
            // A colon without a number.
            None => return false,
        };
        matches!(host.as_str(), "localhost" | "127.0.0.1" | "[::1]") && port == self.port
    }

    /// Every name that the request gives must be allowed, and it must give at least one.
    fn allows_request(&self, request: &Request) -> bool {
        let in_target = request.uri().authority().map(Authority::as_str);
        let mut headers = request.headers().get_all(HOST).iter();
        let in_header = headers.next().map(|value| value.to_str().unwrap_or_default());
        if headers.next().is_some() || (in_target.is_none() && in_header.is_none()) {
            return false;
        }
        in_target.into_iter().chain(in_header).all(|named| self.allows(named))
    }
}

/// Answers 421 to a request for another host.
pub(crate) async fn check(State(allowed): State<AllowedHosts>, request: Request, next: Next) -> Response {
    if allowed.allows_request(&request) {
        return next.run(request).await;
    }
    let text = "This server answers to localhost, 127.0.0.1 and [::1] with its own port only.\n\
                To reach it by another name, start it with `patcycle dev --allow-remote NAME`.\n";
    (StatusCode::MISDIRECTED_REQUEST, text).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn request(target: &str, hosts: &[&str]) -> Request {
        let mut builder = Request::builder().uri(target);
        for host in hosts {
            builder = builder.header(HOST, *host);
        }
        builder.body(Body::empty()).unwrap()
    }

    #[test]
    fn only_loopback_names_with_the_own_port() {
        let allowed = AllowedHosts::new(7243, 443, &[]);
        for host in ["localhost:7243", "LOCALHOST:7243", "127.0.0.1:7243", "[::1]:7243"] {
            assert!(allowed.allows_request(&request("/", &[host])), "{host}");
        }
        let refused = [
            "localhost",
            "localhost:",
            "localhost:7280",
            "localhost:07243x",
            "evil.example:7243",
            "localhost.evil.example:7243",
            "evil@localhost:7243",
            "127.0.0.2:7243",
            "",
        ];
        for host in refused {
            assert!(!allowed.allows_request(&request("/", &[host])), "{host}");
        }
    }

    #[test]
    fn every_name_that_is_given_counts() {
        let allowed = AllowedHosts::new(7243, 443, &[]);
        assert!(!allowed.allows_request(&request("/", &[])));
        assert!(!allowed.allows_request(&request("/", &["localhost:7243", "localhost:7243"])));
        assert!(!allowed.allows_request(&request("https://evil.example/", &["localhost:7243"])));
        assert!(!allowed.allows_request(&request("https://localhost:7243/", &["evil.example"])));
        assert!(allowed.allows_request(&request("https://localhost:7243/", &["localhost:7243"])));
    }

    #[test]
    fn the_default_port_may_be_left_out() {
        assert!(AllowedHosts::new(443, 443, &[]).allows("localhost"));
        assert!(!AllowedHosts::new(7243, 443, &[]).allows("localhost"));
    }

    #[test]
    fn a_remote_name_is_allowed_with_any_port() {
        let allowed = AllowedHosts::new(7243, 443, &["Box.Example".to_owned()]);
        assert!(allowed.allows("box.example") && allowed.allows("box.example:8443"));
        assert!(!allowed.allows("other.example"));
    }
}
