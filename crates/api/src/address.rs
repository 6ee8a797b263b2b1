//! Where a request came from.

use std::net::{IpAddr, SocketAddr};

use http::HeaderMap;
use ipnet::IpNet;

/// The client's address: the peer's, unless that is a trusted proxy. Then `X-Forwarded-For` is read from its
/// end, where the nearest proxy wrote, up to the first address that is not trusted. What lies beyond may be
/// invented.
pub(crate) fn client_address(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpNet]) -> Option<IpAddr> {
    let mut address = peer?.to_canonical();
    if !is_trusted(address, trusted) {
        return Some(address);
    }
    let fields: Vec<&str> =
        headers.get_all("x-forwarded-for").iter().map(|field| field.to_str().unwrap_or_default()).collect();
    for hop in fields.iter().rev().flat_map(|field| field.rsplit(',')) {
        let Some(next) = parse_hop(hop) else { break };
        address = next;
        if !is_trusted(address, trusted) {
            break;
        }
    }
    Some(address)
}

/// Whether the address lies in one of the trusted networks.
pub(crate) fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    let address = address.to_canonical();
    trusted.iter().any(|network| network.contains(&address))
}

/// An address as proxies write it: with or without port, brackets, quotes or zone.
fn parse_hop(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim().trim_matches('"');
    let host = match hop.strip_prefix('[') {
        Some(bracketed) => bracketed.split_once(']')?.0,
        None => hop,
    };
    let host = host.split_once('%').map_or(host, |(address, _zone)| address);
    host.parse()
        .or_else(|_| host.parse::<SocketAddr>().map(|address| address.ip()))
        .ok()
        .map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn resolve(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for field in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_str(field).unwrap());
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|network| network.parse().unwrap()).collect();
        client_address(Some(peer.parse().unwrap()), &headers, &trusted).unwrap().to_string()
    }

    #[test]
    fn a_stranger_cannot_forward() {
        assert_eq!(resolve("203.0.113.9", &["10.0.0.1"], &[]), "203.0.113.9");
        assert_eq!(resolve("203.0.113.9", &["127.0.0.1"], &["10.0.0.0/8"]), "203.0.113.9");
    }

    #[test]
    fn reads_from_the_end_up_to_the_first_stranger() {
        let trusted = ["10.0.0.0/8", "fd00::/8"];
        assert_eq!(resolve("10.0.0.2", &["1.1.1.1, 203.0.113.9, 10.0.0.1"], &trusted), "203.0.113.9");
        assert_eq!(resolve("10.0.0.2", &["1.1.1.1", "203.0.113.9", "fd00::1"], &trusted), "203.0.113.9");
        assert_eq!(resolve("10.0.0.2", &["10.0.0.7"], &trusted), "10.0.0.7");
        assert_eq!(resolve("10.0.0.2", &[], &trusted), "10.0.0.2");
    }

    #[test]
    fn stops_at_what_is_no_address() {
        let trusted = ["10.0.0.0/8"];
        assert_eq!(resolve("10.0.0.2", &["203.0.113.9, unknown"], &trusted), "10.0.0.2");
        assert_eq!(resolve("10.0.0.2", &["203.0.113.9, , 10.0.0.1"], &trusted), "10.0.0.1");
    }

    #[test]
    fn normalises_what_proxies_write() {
        let trusted = ["10.0.0.0/8"];
        assert_eq!(resolve("::ffff:10.0.0.2", &["::ffff:203.0.113.9"], &trusted), "203.0.113.9");
        assert_eq!(resolve("10.0.0.2", &["203.0.113.9:4711"], &trusted), "203.0.113.9");
        assert_eq!(resolve("10.0.0.2", &["\"[2001:db8::1%eth0]:4711\""], &trusted), "2001:db8::1");
        assert_eq!(resolve("10.0.0.2", &["fe80::1%2"], &trusted), "fe80::1");
    }
}
