//! Where webhooks may go: https, and no address of the inside.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// Why a webhook may not go somewhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// Not https.
    #[error("a webhook goes to `https://…` only")]
    NotHttps,
    /// The URL holds a user name or a password.
    #[error("a webhook's URL holds no user name and no password")]
    Credentials,
    /// The address belongs to a private, local or otherwise special network.
    #[error(
        "`{0}` is an address of a private, local or special network; `notify.allowed_networks` can permit it"
    )]
    Network(IpAddr),
    /// The name has no address.
    #[error("`{0}` has no address")]
    Unknown(String),
}

/// Checks what can be known without asking for addresses.
pub fn check_url(url: &Url, allowed: &[IpNet]) -> Result<(), Forbidden> {
    if url.scheme() != "https" {
        return Err(Forbidden::NotHttps);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Forbidden::Credentials);
    }
    // The parser has made one spelling of all others: octal, hexadecimal, a single number.
    let address = match url.host() {
        Some(Host::Ipv4(address)) => IpAddr::V4(address),
        Some(Host::Ipv6(address)) => IpAddr::V6(address),
        Some(Host::Domain(_)) => return Ok(()),
        None => return Err(Forbidden::Unknown(String::new())),
    };
    if is_permitted(address, allowed) { Ok(()) } else { Err(Forbidden::Network(address)) }
}

/// Whether a webhook may connect to this address: one of the public internet, or of an allowed network. An IPv4 address
/// inside an IPv6 one counts as what it is.
pub fn is_permitted(address: IpAddr, allowed: &[IpNet]) -> bool {
    let address = address.to_canonical();
    allowed.iter().any(|network| network.contains(&address))
        || match address {
            IpAddr::V4(address) => is_public_v4(address),
            IpAddr::V6(address) => is_public_v6(address),
        }
}

/// RFC 6890 and its successors: everything special is refused.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(a == 0
        || a == 127
        || a == 10
        || (a == 172 && (16..32).contains(&b))
        || (a == 192 && b == 168)
        || (a == 169 && b == 254)
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && (c == 0 || c == 2))
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19))
        || (a == 198 && b == 51 && c == 100)
        || (a == 203 && b == 0 && c == 113)
        || a >= 224)
}

/// Only global unicast, without the ranges that carry an IPv4 address (it could be any) or are for documents.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let is_global = (0x2000..0x4000).contains(&a);
    let is_special = match a {
        0x2001 => b < 0x0200 || b == 0x0db8,
        0x2002 | 0x3fff => true,
        _ => false,
    };
    is_global && !is_special
}

/// Asks for the addresses of a name once for each connection, and hands exactly those on: what was checked is what is
/// connected to.
#[derive(Debug, Clone)]
pub(super) struct GuardedResolver {
    pub(super) allowed: std::sync::Arc<[IpNet]>,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = std::sync::Arc::clone(&self.allowed);
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let permitted = check_all(name.as_str(), found, &allowed)?;
            Ok(Box::new(permitted.into_iter()) as Addrs)
        })
    }
}

/// One address of the inside spoils all: a name that has some of both is a trick.
fn check_all(name: &str, found: Vec<SocketAddr>, allowed: &[IpNet]) -> Result<Vec<SocketAddr>, Forbidden> {
    if found.is_empty() {
        return Err(Forbidden::Unknown(name.to_owned()));
    }
    match found.iter().find(|address| !is_permitted(address.ip(), allowed)) {
        Some(address) => Err(Forbidden::Network(address.ip())),
        None => Ok(found),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(url: &str) -> Result<(), Forbidden> {
        check_url(&url.parse().unwrap(), &[])
    }

    #[test]
    fn one_address_has_many_spellings() {
        for url in [
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://0177.0.0.1/",
            "https://127.1/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:7f00:1]/",
            "https://[::127.0.0.1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://[2002:7f00:1::]/",
            "https://[2001:0:1::1]/",
            "https://169.254.169.254/latest/meta-data/",
            "https://[fe80::1]/",
            "https://[fd00:ec2::254]/",
            "https://100.100.100.200/",
            "https://0/",
            "https://255.255.255.255/",
            "https://[ff02::1]/",
            "https://１２７.０.０.１/",
        ] {
            assert!(matches!(check(url), Err(Forbidden::Network(_))), "{url}");
        }
        // A zone is no part of a URL's address.
        assert!("https://[fe80::1%25eth0]/".parse::<Url>().is_err());
    }

    #[test]
    fn only_https_and_no_credentials() {
        assert_eq!(check("http://hooks.example/"), Err(Forbidden::NotHttps));
        assert_eq!(check("https://user@hooks.example/"), Err(Forbidden::Credentials));
        assert_eq!(check("https://:word@hooks.example/"), Err(Forbidden::Credentials));
        assert_eq!(check("https://hooks.example:8443/a?b"), Ok(()));
        assert_eq!(check("https://93.184.215.14/"), Ok(()));
        assert_eq!(check("https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/"), Ok(()));
    }

    #[test]
    fn one_inner_address_spoils_all() {
        let addresses = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<_>>();
        assert!(check_all("x", addresses(&["93.184.215.14:0", "8.8.8.8:0"]), &[]).is_ok());
        assert_eq!(
            check_all("x", addresses(&["93.184.215.14:0", "10.0.0.8:0"]), &[]),
            Err(Forbidden::Network("10.0.0.8".parse().unwrap()))
        );
        assert_eq!(check_all("x", Vec::new(), &[]), Err(Forbidden::Unknown("x".to_owned())));
    }

    const INNER: &[&str] = &[
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "192.88.99.0/24",
    ];

    proptest! {
        /// The same said by ranges, in whatever clothing the address comes.
        #[test]
        fn no_clothing_hides_an_inner_address(number in any::<u32>()) {
            let address = Ipv4Addr::from(number);
            let is_inner = INNER.iter().any(|range| range.parse::<IpNet>().unwrap().contains(&IpAddr::V4(address)));
            prop_assert_eq!(is_permitted(address.into(), &[]), !is_inner);
            prop_assert_eq!(is_permitted(address.to_ipv6_mapped().into(), &[]), !is_inner);
            let spelled: Url = format!("https://{number}/").parse().unwrap();
            prop_assert_eq!(check_url(&spelled, &[]).is_ok(), !is_inner);
            let [a, b, c, d] = address.octets();
            let octal: Url = format!("https://0{a:o}.0{b:o}.0{c:o}.0{d:o}/").parse().unwrap();
            prop_assert_eq!(check_url(&octal, &[]).is_ok(), !is_inner);
        }

        #[test]
        fn only_global_unicast_of_ipv6(number in any::<u128>()) {
            let address = Ipv6Addr::from(number);
            if is_permitted(address.into(), &[]) {
                let first = address.segments()[0];
                let is_mapped = address.to_ipv4_mapped().is_some();
                prop_assert!(is_mapped || first >> 13 == 1);
            }
        }

        #[test]
        fn an_allowed_network_permits_itself_and_nothing_else(last in any::<u8>()) {
            let allowed = ["10.1.2.0/24".parse().unwrap()];
            prop_assert!(is_permitted(Ipv4Addr::new(10, 1, 2, last).into(), &allowed));
            prop_assert!(is_permitted(Ipv4Addr::new(10, 1, 2, last).to_ipv6_mapped().into(), &allowed));
            prop_assert!(!is_permitted(Ipv4Addr::new(10, 1, 3, last).into(), &allowed));
        }
    }
}
