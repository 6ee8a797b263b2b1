//! Where an access token may go. Checked before each request, on the address that the request really has.
//!
//! A token that Microsoft issued for Azure DevOps opens a person's whole organization. It goes to Azure DevOps
//! over https and to nobody else, whatever the base URL says. Any other token goes to the configured base URL
//! and to nobody else.

use url::{Host, Origin, Url};

use crate::token_source::{BearerToken, TokenIssuer};

/// Why a token must not be sent to an address. The texts name the host, never the path, the query or a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DestinationError {
    /// Neither https, nor http to this machine.
    #[error("`{host}` is reached without https; a token may travel in plain text only on this machine")]
    NotSecure {
        /// Scheme, host and port.
        host: String,
    },
    /// The address carries a user name or a password, which hides the real host from a reader.
    #[error("the address of `{host}` carries a user name or a password")]
    UserInformation {
        /// Scheme, host and port.
        host: String,
    },
    /// A token of Microsoft for Azure DevOps, and a host that is not Azure DevOps.
    #[error("the access token is Microsoft's for Azure DevOps, and `{host}` is not Azure DevOps")]
    NotAzureDevOps {
        /// Scheme, host and port.
        host: String,
    },
    /// Another host than the configured one.
    #[error("the access token is meant for `{configured}`, and not for `{host}`")]
    AnotherHost {
        /// Scheme, host and port of the target.
        host: String,
        /// Scheme, host and port of the base URL.
        configured: String,
    },
}

/// Decides whether `token` may be sent to `target`, given the configured `base_url`.
pub fn may_send(token: &BearerToken, base_url: &Url, target: &Url) -> Result<(), DestinationError> {
    let host = shown_origin(target);
    if !target.username().is_empty() || target.password().is_some() {
        return Err(DestinationError::UserInformation { host });
    }
    if !is_secure(target) {
        return Err(DestinationError::NotSecure { host });
    }
    let only_for_azure_devops = token.issuer == TokenIssuer::Microsoft && token.azure_devops_audience;
    if only_for_azure_devops && !is_azure_devops(target) {
        return Err(DestinationError::NotAzureDevOps { host });
    }
    if !same_origin(base_url, target) {
        return Err(DestinationError::AnotherHost { host, configured: shown_origin(base_url) });
    }
    Ok(())
}

/// Whether `url` is Azure DevOps: https, the default port, and `dev.azure.com`, `vssps.dev.azure.com` or a name
/// below `visualstudio.com`. A trailing dot makes another name and is refused.
pub fn is_azure_devops(url: &Url) -> bool {
    let Some(Host::Domain(name)) = url.host() else { return false };
    let below = |parent: &str| {
        let labels = name.strip_suffix(parent).and_then(|rest| rest.strip_suffix('.'));
        labels.is_some_and(|labels| labels.split('.').all(|label| !label.is_empty()))
    };
    url.scheme() == "https"
        && url.port().is_none()
        && (name == "dev.azure.com" || name == "vssps.dev.azure.com" || below("visualstudio.com"))
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

/// Whether a token may travel to `url` at all: https, or http to this machine.
pub fn is_secure(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url))
}

/// An opaque origin equals nothing, not even itself.
fn same_origin(left: &Url, right: &Url) -> bool {
    match (left.origin(), right.origin()) {
        (left @ Origin::Tuple(..), right @ Origin::Tuple(..)) => left == right,
        _ => false,
    }
}

/// Scheme, host and, where it is not the default one, port.
pub(crate) fn shown_origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

#[cfg(test)]
mod tests {
    use patcycle_primitives::Secret;
    use proptest::prelude::*;

    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    fn token(issuer: TokenIssuer, azure_devops_audience: bool) -> BearerToken {
        BearerToken { secret: Secret::new("t"), issuer, azure_devops_audience }
    }

    fn microsoft() -> BearerToken {
        token(TokenIssuer::Microsoft, true)
    }

    #[test]
    fn a_microsoft_token_goes_to_azure_devops() {
        for text in [
            "https://dev.azure.com/fabrikam",
            "https://vssps.dev.azure.com/fabrikam/_apis/tokens/pats",
            "https://fabrikam.visualstudio.com/",
            "https://fabrikam.vssps.visualstudio.com/_apis/tokens/pats",
            "HTTPS://VSSPS.DEV.AZURE.COM:443/fabrikam",
        ] {
            assert_eq!(may_send(&microsoft(), &url(text), &url(text)), Ok(()), "{text}");
        }
    }

    #[test]
    fn a_microsoft_token_goes_nowhere_else_even_when_configured() {
        for text in [
            "https://localhost:7243/fabrikam",
            "https://evil-visualstudio.com/",
            "https://visualstudio.com/",
            "https://evilvisualstudio.com/",
            "https://visualstudio.com.example/",
            "https://dev.azure.com.example/",
            "https://evil.dev.azure.com/",
            "https://app.vssps.dev.azure.com/",
            "https://dev.azure.com:8443/",
            "https://dev.azure.com./",
            "https://.visualstudio.com/",
            "https://a..visualstudio.com/",
            "https://127.0.0.1/",
            "https://dev.azure.com@evil.example/",
            "https://dev\u{3002}azure\u{3002}com.example/",
            "https://d\u{435}v.azure.com/",
        ] {
            let Ok(target) = text.parse::<Url>() else { continue };
            assert!(may_send(&microsoft(), &target, &target).is_err(), "{text}");
        }
        let plain = url("http://dev.azure.com/");
        assert!(matches!(may_send(&microsoft(), &plain, &plain), Err(DestinationError::NotSecure { .. })));
        let user = url("https://evil@dev.azure.com/");
        assert!(matches!(
            may_send(&microsoft(), &user, &user),
            Err(DestinationError::UserInformation { .. })
        ));
    }

    #[test]
    fn a_microsoft_token_stays_at_the_configured_azure_host() {
        let error =
            may_send(&microsoft(), &url("https://vssps.dev.azure.com"), &url("https://x.visualstudio.com"));
        assert!(matches!(error, Err(DestinationError::AnotherHost { .. })));
    }

    #[test]
    fn other_tokens_go_to_the_base_url_only() {
        for token in [token(TokenIssuer::Other, true), token(TokenIssuer::Microsoft, false)] {
            let base = url("https://pats.example:8443/prefix");
            assert_eq!(may_send(&token, &base, &url("https://pats.example:8443/else")), Ok(()));
            for target in [
                "https://pats.example/",
                "https://pats.example:8444/",
                "https://example/",
                "https://dev.azure.com/",
            ] {
                assert!(may_send(&token, &base, &url(target)).is_err(), "{target}");
            }
        }
    }

    #[test]
    fn plain_http_is_for_this_machine_only() {
        let token = token(TokenIssuer::Other, true);
        for text in ["http://localhost:1/", "http://127.8.0.1/", "http://[::1]:9/", "http://a.localhost/"] {
            assert_eq!(may_send(&token, &url(text), &url(text)), Ok(()), "{text}");
        }
        for text in
            ["http://example.com/", "http://localhost.example/", "ftp://localhost/", "http://128.0.0.1/"]
        {
            let refused = may_send(&token, &url(text), &url(text));
            assert!(matches!(refused, Err(DestinationError::NotSecure { .. })), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        /// Whatever is put in front of, into or behind a trusted name: the token goes only where the parsed host
        /// is one of the three.
        #[test]
        fn host_tricks(
            user in prop::option::of("[a-z:%]{0,6}"),
            before in "[a-zA-Z0-9.\u{3002}\u{ff0e}-]{0,8}",
            trusted in prop::sample::select(vec!["dev.azure.com", "vssps.dev.azure.com", "x.visualstudio.com", "visualstudio.com"]),
            after in prop::sample::select(vec!["", ".", "..", ".example", "-evil.example", ":443", ":80", ":444", "@evil.example", "%2eexample", "\\@evil.example", "/@x", "#@x", "?@x"]),
            scheme in prop::sample::select(vec!["https", "HTTPS", "http", "ftp", "wss"]),
            upper: bool,
        ) {
            let host = if upper { trusted.to_uppercase() } else { trusted.to_owned() };
            let user = user.map(|user| format!("{user}@")).unwrap_or_default();
            let Ok(target) = format!("{scheme}://{user}{before}{host}{after}").parse::<Url>() else { return Ok(()) };
            if may_send(&microsoft(), &target, &target).is_ok() {
                let host = target.host_str().unwrap();
                prop_assert!(
                    host == "dev.azure.com" || host == "vssps.dev.azure.com" || host.ends_with(".visualstudio.com")
                );
                prop_assert_eq!(target.scheme(), "https");
                prop_assert_eq!(target.port_or_known_default(), Some(443));
                prop_assert!(target.username().is_empty());
            }
        }
    }
}
