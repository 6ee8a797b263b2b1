//! What a client must be told.

use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use crate::destination::{is_loopback, is_secure, shown_origin};
use crate::retry::RetryPolicy;

/// How to reach one organization of one service.
#[derive(Debug, Clone)]
pub struct ClientSettings {
    /// The service: `https://vssps.dev.azure.com`, `https://localhost:7243`, `https://example.com/pats`.
    pub base_url: Url,
    /// The organization's name, as in the address.
    pub organization: String,
    /// `api-version` of every call.
    pub api_version: String,
    /// A PEM file of certificate authorities that are trusted besides the system's.
    pub ca_file: Option<PathBuf>,
    /// A PEM file of certificate authorities that are trusted instead of the system's (`SSL_CERT_FILE`).
    pub ssl_cert_file: Option<PathBuf>,
    /// The proxy. Loopback addresses never go through one.
    pub proxy: ProxySettings,
    /// The most time to connect.
    pub connect_timeout: Duration,
    /// The most time of one call, from connecting to the last byte; each repetition has its own.
    pub call_timeout: Duration,
    /// When a call is repeated.
    pub retry: RetryPolicy,
    /// The most calls at the same time.
    pub maximum_calls_at_once: usize,
}

impl ClientSettings {
    /// The settings for `organization` at `base_url`; everything else has its default.
    pub fn new(base_url: Url, organization: impl Into<String>) -> Self {
        Self {
            base_url,
            organization: organization.into(),
            api_version: crate::DEFAULT_API_VERSION.to_owned(),
            ca_file: None,
            ssl_cert_file: None,
            proxy: ProxySettings::default(),
            connect_timeout: Duration::from_secs(10),
            call_timeout: Duration::from_mins(1),
            retry: RetryPolicy::default(),
            maximum_calls_at_once: 4,
        }
    }

    /// The address under which the organization's resources are: `{base}/{organization}/_apis`.
    ///
    /// The old hosts `https://{organization}.vssps.visualstudio.com` carry the organization in their name and
    /// not in the path.
    pub(crate) fn organization_url(&self) -> Result<Url, SettingsError> {
        let base = &self.base_url;
        if !base.username().is_empty() || base.password().is_some() {
            return Err(SettingsError::UserInformation { host: shown_origin(base) });
        }
        if !is_secure(base) {
            return Err(SettingsError::NotSecure { host: shown_origin(base) });
        }
        if base.query().is_some() || base.fragment().is_some() {
            return Err(SettingsError::QueryInBaseUrl { host: shown_origin(base) });
        }
        let organization = self.organization.as_str();
        if organization.is_empty()
            || organization == "."
            || organization == ".."
            || organization.contains(|character: char| character.is_control() || "/\\?#%".contains(character))
        {
            return Err(SettingsError::Organization { name: crate::text::clean(organization) });
        }
        let mut endpoint = base.clone();
        let organization_in_host = base.host_str().is_some_and(|host| {
            let first = host.split('.').next().unwrap_or_default();
            host.ends_with(".visualstudio.com") && first.eq_ignore_ascii_case(organization)
        });
        {
            let Ok(mut segments) = endpoint.path_segments_mut() else {
                return Err(SettingsError::NotSecure { host: shown_origin(base) });
            };
            segments.pop_if_empty();
            if !organization_in_host {
                segments.push(organization);
            }
            segments.push("_apis");
        }
        Ok(endpoint)
    }
}

/// Which proxy is used. The caller reads the environment; this only carries what it found.
#[derive(Clone, Default)]
pub struct ProxySettings {
    /// The proxy (`HTTPS_PROXY`), with user name and password where it needs them. `None`: none.
    pub url: Option<Url>,
    /// The hosts that are reached directly, comma-separated (`NO_PROXY`).
    pub except: Option<String>,
}

impl std::fmt::Debug for ProxySettings {
    /// The proxy's address may carry a password.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = self.url.as_ref().map(shown_origin);
        formatter.debug_struct("ProxySettings").field("url", &shown).field("except", &self.except).finish()
    }
}

impl ProxySettings {
    /// Whether `target` is reached directly, whatever the proxy says.
    pub(crate) fn is_bypassed_for(&self, target: &Url) -> bool {
        self.url.is_none() || is_loopback(target)
    }
}

/// Why the settings do not work. Found before any call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// Neither https nor http to this machine.
    #[error("the base URL `{host}` is neither https nor http to this machine")]
    NotSecure {
        /// Scheme, host and port.
        host: String,
    },
    /// The base URL carries a user name or password.
    #[error("the base URL of `{host}` carries a user name or a password")]
    UserInformation {
        /// Scheme, host and port.
        host: String,
    },
    /// The base URL carries a query or a fragment.
    #[error("the base URL of `{host}` carries a query or a fragment")]
    QueryInBaseUrl {
        /// Scheme, host and port.
        host: String,
    },
    /// The organization's name cannot be part of an address.
    #[error("`{name}` is not the name of an organization")]
    Organization {
        /// The name, cleaned.
        name: String,
    },
    /// The file of certificate authorities cannot be used.
    #[error("cannot use the certificate file `{}`: {reason}", path.display())]
    CaFile {
        /// The file.
        path: PathBuf,
        /// What the system said, or what is wrong with its content.
        reason: String,
    },
    /// The proxy's address cannot be used.
    #[error("cannot use the proxy `{host}`")]
    Proxy {
        /// Scheme, host and port, without user name or password.
        host: String,
    },
    /// TLS cannot be set up, for instance because the system has no certificate authorities.
    #[error("cannot set up TLS: {0}")]
    Tls(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(base: &str, organization: &str) -> Result<String, SettingsError> {
        ClientSettings::new(base.parse().unwrap(), organization).organization_url().map(|url| url.to_string())
    }

    #[test]
    fn builds_the_address() {
        for (base, expected) in [
            ("https://vssps.dev.azure.com", "https://vssps.dev.azure.com/fabrikam/_apis"),
            ("https://localhost:7243/", "https://localhost:7243/fabrikam/_apis"),
            ("https://example.com/pats/", "https://example.com/pats/fabrikam/_apis"),
            ("https://Fabrikam.vssps.visualstudio.com", "https://fabrikam.vssps.visualstudio.com/_apis"),
        ] {
            assert_eq!(address(base, "fabrikam").unwrap(), expected);
        }
    }

    #[test]
    fn an_organization_cannot_leave_its_segment() {
        for name in ["", ".", "..", "a/b", "a\\b", "a?b", "a#b", "%2e%2e", "a\nb"] {
            assert!(
                matches!(address("https://localhost", name), Err(SettingsError::Organization { .. })),
                "{name}"
            );
        }
    }

    #[test]
    fn debug_hides_the_proxys_password() {
        let url = Some("http://user:s3cret@proxy.example:3128".parse().unwrap());
        let shown = format!("{:?}", ProxySettings { url, except: None });
        assert!(shown.contains("proxy.example:3128") && !shown.contains("s3cret"), "{shown}");
    }

    #[test]
    fn refuses_unsafe_base_urls() {
        assert!(matches!(address("http://example.com", "f"), Err(SettingsError::NotSecure { .. })));
        assert!(matches!(address("ftp://localhost", "f"), Err(SettingsError::NotSecure { .. })));
        assert!(matches!(address("https://u:p@localhost", "f"), Err(SettingsError::UserInformation { .. })));
        assert!(matches!(address("https://localhost/?a=b", "f"), Err(SettingsError::QueryInBaseUrl { .. })));
    }
}
