//! Addresses to listen on.

use std::net::{Ipv4Addr, SocketAddr};

use url::{Host, Url};

/// The address of `http://IP:PORT` or `https://IP:PORT`, and whether it is https.
pub(crate) fn listen_address(text: &str) -> Result<(SocketAddr, bool), &'static str> {
    if text.is_empty() {
        return Err("it is missing");
    }
    let url = Url::parse(text).map_err(|_| "it is not an address")?;
    let https = match url.scheme() {
        "https" => true,
        "http" => false,
        _ => return Err("it begins with neither `https://` nor `http://`"),
    };
    let plain =
        url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    if !plain {
        return Err("it has more than scheme, address and port");
    }
    let address = match url.host() {
        Some(Host::Ipv4(address)) => address.into(),
        Some(Host::Ipv6(address)) => address.into(),
        Some(Host::Domain("localhost")) => Ipv4Addr::LOCALHOST.into(),
        _ => return Err("its host is a name; the server listens on an IP address"),
    };
    let port = url.port_or_known_default().unwrap_or_default();
    Ok((SocketAddr::new(address, port), https))
}
