//! The place where people sign in: `https://HOST/TENANT`.

use serde::Deserialize;
use url::Url;
use uuid::Uuid;

use crate::error::{SignInError, one_line};
use crate::http::{HttpClient, host_and_port, is_secure};

/// The hosts of Microsoft's public cloud and its national clouds, old names included.
const MICROSOFT_HOSTS: [&str; 13] = [
    "login.microsoftonline.com",
    "login.microsoft.com",
    "login.windows.net",
    "sts.windows.net",
    "login.live.com",
    "ciamlogin.com",
    "b2clogin.com",
    "login.microsoftonline.us",
    "login-us.microsoftonline.com",
    "login.usgovcloudapi.net",
    "login.partner.microsoftonline.cn",
    "login.chinacloudapi.cn",
    "login.microsoftonline.de",
];

/// In the place of a tenant: people of any of them.
const MANY_TENANTS: [&str; 3] = ["common", "organizations", "consumers"];

/// Whether a host is one of Microsoft's sign-in services, or below one: the public one, or that of a national
/// cloud.
pub fn is_microsoft_host(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    MICROSOFT_HOSTS.iter().any(|known| {
        host.strip_suffix(known).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    })
}

/// Why an authority cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthorityError {
    /// Not an address of the form `https://HOST/TENANT`.
    #[error("`{0}` is not an authority: {1}")]
    Form(String, &'static str),
    /// There is no such tenant.
    #[error("the sign-in service {host} knows no tenant `{tenant}`")]
    UnknownTenant {
        /// Host and port.
        host: String,
        /// The tenant as configured.
        tenant: String,
    },
    /// What the authority says about itself cannot be used.
    #[error("the discovery document of {host} cannot be used: {reason}")]
    Discovery {
        /// Host and port.
        host: String,
        /// What is wrong with it.
        reason: &'static str,
    },
}

/// A sign-in service and the tenant in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Authority {
    url: Url,
    tenant: String,
}

/// Where the authority answers what. All are on its own host, or on one of Microsoft's if it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    /// The issuer in its id tokens; `{tenantid}` in it stands for the person's tenant.
    pub issuer: String,
    /// Where the browser is sent.
    pub authorization: Url,
    /// Where codes and refresh tokens are redeemed.
    pub token: Url,
    /// Where device codes are given; absent where the service has none.
    pub device_authorization: Option<Url>,
    /// Where a browser is signed out.
    pub end_session: Option<Url>,
}

impl Authority {
    /// Reads `https://HOST/TENANT`; a trailing `/` or `/v2.0` is permitted. Plain http only for loopback hosts.
    pub fn parse(text: &str) -> Result<Self, AuthorityError> {
        let fault = |reason| AuthorityError::Form(one_line(text), reason);
        let mut url = Url::parse(text.trim()).map_err(|_| fault("it is not an address"))?;
        if url.host_str().is_none() || !is_secure(&url) {
            return Err(fault("it must be https (http is accepted for loopback hosts only)"));
        }
        if url.query().is_some()
            || url.fragment().is_some()
            || !url.username().is_empty()
            || url.password().is_some()
        {
            return Err(fault("it must have no query, fragment or user name"));
        }
        let path = url.path().trim_matches('/');
        let tenant = path.strip_suffix("/v2.0").unwrap_or(path).to_owned();
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
        if tenant.is_empty() || !tenant.bytes().all(allowed) {
            return Err(fault("after the host comes one tenant: its id, a domain, or `organizations`"));
        }
        url.set_path(&tenant);
        Ok(Self { url, tenant })
    }

    /// The authority of `tenant` at `host`, which may be a bare host name (`AZURE_AUTHORITY_HOST`) or an address.
    pub fn at(host: &str, tenant: &str) -> Result<Self, AuthorityError> {
        let host = host.trim().trim_end_matches('/');
        let scheme = if host.contains("://") { "" } else { "https://" };
        Self::parse(&format!("{scheme}{host}/{}", tenant.trim()))
    }

    /// The tenant as written: an id, a domain, or a word such as `organizations`.
    pub fn tenant(&self) -> &str {
        &self.tenant
    }

    /// The tenant's id, where the authority has it.
    pub fn tenant_id(&self) -> Option<Uuid> {
        Uuid::try_parse(&self.tenant).ok()
    }

    /// Whether the tenant is chosen by whoever signs in.
    pub fn is_of_many_tenants(&self) -> bool {
        MANY_TENANTS.iter().any(|word| word.eq_ignore_ascii_case(&self.tenant))
    }

    /// The authority of one tenant at the same sign-in service.
    #[must_use]
    pub fn of_tenant(&self, tenant: Uuid) -> Self {
        let tenant = tenant.to_string();
        let mut url = self.url.clone();
        url.set_path(&tenant);
        Self { url, tenant }
    }

    /// The address, `https://HOST/TENANT` without a slash at its end.
    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }

    /// The address as a URL.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Whether people sign in at Microsoft, so that its tokens for Azure DevOps are worth stealing.
    pub fn is_microsoft(&self) -> bool {
        self.url.host_str().is_some_and(is_microsoft_host)
    }

    /// Asks the authority where it answers what.
    pub async fn discover(&self, http: &HttpClient) -> Result<Endpoints, SignInError> {
        let mut url = self.url.clone();
        url.set_path(&format!("{}/v2.0/.well-known/openid-configuration", self.tenant));
        let answer = http.get(&url).await?;
        let host = host_and_port(&url);
        let status = answer.status.as_u16();
        if status == 429 || status >= 500 {
            return Err(SignInError::Unavailable { host, status });
        }
        if let Ok(OidcError { error }) = serde_json::from_slice(&answer.body)
            && error == "invalid_tenant"
        {
            return Err(AuthorityError::UnknownTenant { host, tenant: self.tenant.clone() }.into());
        }
        if status != 200 {
            return Err(SignInError::Answer { host, status, what: "no discovery document" });
        }
        let document: Discovery = serde_json::from_slice(&answer.body).map_err(|_| SignInError::Answer {
            host,
            status,
            what: "something other than a discovery document",
        })?;
        Ok(document.check(self)?)
    }

    /// Whether an address in the discovery document may be believed: a document must not send codes elsewhere.
    fn owns(&self, url: &Url) -> bool {
        let both_microsoft = self.is_microsoft() && url.host_str().is_some_and(is_microsoft_host);
        is_secure(url) && (url.origin() == self.url.origin() || (both_microsoft && url.scheme() == "https"))
    }
}

impl std::fmt::Display for Authority {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl std::str::FromStr for Authority {
    type Err = AuthorityError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

#[derive(Deserialize)]
struct OidcError {
    error: String,
}

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    device_authorization_endpoint: Option<String>,
    end_session_endpoint: Option<String>,
}

impl Discovery {
    fn check(self, authority: &Authority) -> Result<Endpoints, AuthorityError> {
        let fault = |reason| AuthorityError::Discovery { host: host_and_port(&authority.url), reason };
        let own = |text: &str| {
            let url = Url::parse(text).map_err(|_| fault("an endpoint is not an address"))?;
            if authority.owns(&url) { Ok(url) } else { Err(fault("an endpoint is on another host")) }
        };
        // `{tenantid}` is no part of a host, so the address parses with it.
        own(&self.issuer)?;
        Ok(Endpoints {
            authorization: own(&self.authorization_endpoint)?,
            token: own(&self.token_endpoint)?,
            device_authorization: self.device_authorization_endpoint.as_deref().map(own).transpose()?,
            end_session: self.end_session_endpoint.as_deref().map(own).transpose()?,
            issuer: self.issuer,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write() {
        for text in [
            "https://login.microsoftonline.com/organizations",
            " https://login.microsoftonline.com/organizations/ ",
            "https://LOGIN.microsoftonline.com/organizations/v2.0",
            "https://login.microsoftonline.com:443/organizations/v2.0/",
        ] {
            let authority = Authority::parse(text).unwrap();
            assert_eq!(authority.as_str(), "https://login.microsoftonline.com/organizations");
            assert!(authority.is_microsoft());
        }
        let local = Authority::at("http://localhost:7243/", "0d4b9a4e-2f0e-4f4e-8a52-3f7f0f3f2b11").unwrap();
        assert!(!local.is_microsoft());
        assert!(local.tenant_id().is_some());
        assert_eq!(
            Authority::at("login.microsoftonline.us", "contoso.example").unwrap().tenant(),
            "contoso.example"
        );
    }

    #[test]
    fn a_tenant_is_taken_where_many_are_served() {
        let many = Authority::parse("https://login.microsoftonline.com/organizations").unwrap();
        assert!(many.is_of_many_tenants() && many.tenant_id().is_none());
        let one = many.of_tenant(Uuid::from_u128(7));
        assert_eq!(one.as_str(), "https://login.microsoftonline.com/00000000-0000-0000-0000-000000000007");
        assert!(!one.is_of_many_tenants());
        assert_eq!(one.tenant_id(), Some(Uuid::from_u128(7)));
    }

    #[test]
    fn refuses_what_is_no_authority() {
        for text in [
            "",
            "login.microsoftonline.com/x",
            "http://example.com/x",
            "https://h/",
            "https://h/a/b",
            "https://h/a?b",
            "https://u:p@h/a",
            "https://h/a#b",
            "https://h/%2e%2e%2f",
            "ftp://localhost/x",
        ] {
            assert!(Authority::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn knows_microsoft_by_whole_labels() {
        assert!(is_microsoft_host("LOGIN.microsoftonline.com."));
        assert!(is_microsoft_host("westus2.login.microsoft.com"));
        assert!(is_microsoft_host("sts.windows.net"));
        assert!(!is_microsoft_host("evillogin.microsoftonline.com.example"));
        assert!(!is_microsoft_host("xlogin.microsoftonline.com"));
    }

    #[test]
    fn a_document_cannot_send_codes_elsewhere() {
        let authority = Authority::parse("https://localhost:7243/t").unwrap();
        let document = |token: &str| Discovery {
            issuer: "https://localhost:7243/t/v2.0".to_owned(),
            authorization_endpoint: "https://localhost:7243/t/oauth2/v2.0/authorize".to_owned(),
            token_endpoint: token.to_owned(),
            device_authorization_endpoint: None,
            end_session_endpoint: None,
        };
        assert!(document("https://localhost:7243/t/oauth2/v2.0/token").check(&authority).is_ok());
        for elsewhere in
            ["https://localhost:7244/t", "https://example.com/t", "http://localhost:7243/t", "nowhere"]
        {
            assert!(document(elsewhere).check(&authority).is_err(), "{elsewhere}");
        }
    }
}
