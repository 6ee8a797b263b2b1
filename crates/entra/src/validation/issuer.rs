//! An issuer that is believed, as the operator configures it.

use std::path::PathBuf;

use url::Url;
use uuid::Uuid;

use crate::authority::is_microsoft_host;
use crate::http::is_secure;
use crate::resource::{AZURE_DEVOPS_AUDIENCES, is_azure_devops_audience};

/// An issuer whose tokens are accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedIssuer {
    /// The issuer, `https://HOST/TENANT-ID/v2.0`. Its discovery document is found below it and must name it.
    /// Plain http is accepted for loopback hosts only.
    pub issuer: String,
    /// The tenant that it issues for. Tokens of another tenant are refused, however well signed.
    pub tenant_id: Uuid,
    /// The audiences accepted from it. The id of the Azure DevOps resource stands for its URI forms as well.
    pub audiences: Vec<String>,
    /// A PEM file of the only certificate authorities to trust for this issuer; absent: the system's.
    pub ca_file: Option<PathBuf>,
    /// Whether tokens of the old shape, with the issuer `https://sts.windows.net/TENANT-ID/`, are accepted too.
    /// The keys are the same. The shape depends on the resource, so normally yes.
    pub accept_v1_issuer: bool,
}

/// Why the configured issuers cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IssuerError {
    /// No issuer at all.
    #[error("no issuer is configured; name at least one")]
    None,
    /// Not an address that keys may be fetched from.
    #[error("the issuer `{0}` is not an https address (http is accepted for loopback hosts only)")]
    Address(String),
    /// The address has a query, a fragment or a user name.
    #[error("the issuer `{0}` must have no query, fragment or user name")]
    Decorated(String),
    /// No audience: every token would be refused.
    #[error("the issuer `{0}` has no audiences; name the application id or URI that tokens are for")]
    NoAudience(String),
    /// The same issuer twice.
    #[error("the issuer `{0}` is configured twice")]
    Twice(String),
}

impl TrustedIssuer {
    /// Whether the issuer is Microsoft's public service or one of its national clouds.
    pub fn is_microsoft(&self) -> bool {
        Url::parse(&self.issuer).is_ok_and(|url| url.host_str().is_some_and(is_microsoft_host))
    }

    /// Whether one of the audiences is Azure DevOps, in any spelling. Tokens for it could be replayed there.
    pub fn accepts_azure_devops(&self) -> bool {
        self.audiences.iter().any(|audience| is_azure_devops_audience(audience))
    }

    pub(super) fn check(&self) -> Result<Url, IssuerError> {
        let address = || IssuerError::Address(self.issuer.clone());
        let url = Url::parse(&self.issuer).map_err(|_| address())?;
        if url.host_str().is_none() || !is_secure(&url) {
            return Err(address());
        }
        let decorated = url.query().is_some() || url.fragment().is_some() || !url.username().is_empty();
        if decorated || url.password().is_some() {
            return Err(IssuerError::Decorated(self.issuer.clone()));
        }
        if self.audiences.iter().all(|audience| audience.trim().is_empty()) {
            return Err(IssuerError::NoAudience(self.issuer.clone()));
        }
        Ok(url)
    }

    /// The configured audiences, and all spellings of Azure DevOps where one is among them.
    pub(super) fn all_audiences(&self) -> Vec<String> {
        let mut all: Vec<String> =
            self.audiences.iter().filter(|one| !one.trim().is_empty()).cloned().collect();
        if self.accepts_azure_devops() {
            all.extend(AZURE_DEVOPS_AUDIENCES.map(str::to_owned));
        }
        all
    }

    /// Whether a token that says `issuer` and comes from this tenant is by this issuer.
    pub(super) fn issues(&self, issuer: &str) -> bool {
        issuer == self.issuer
            || (self.accept_v1_issuer && issuer == format!("https://sts.windows.net/{}/", self.tenant_id))
    }
}
