//! Where access tokens come from, and what must be known of one before it is sent anywhere.

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use patcycle_primitives::Secret;
use serde::Deserialize;
use url::{Host, Url};

/// The application id of Azure DevOps and its URI forms: the audiences of its access tokens.
const AZURE_DEVOPS_AUDIENCES: [&str; 3] = [
    "499b84ac-1321-427f-aa17-267ca6975798",
    "https://app.vssps.visualstudio.com",
    "https://app.vssps.visualstudio.com/",
];

/// Hosts that issue tokens in Microsoft's name: the public cloud and the national ones.
const MICROSOFT_ISSUERS: [&str; 7] = [
    "login.microsoftonline.com",
    "sts.windows.net",
    "login.windows.net",
    "login.microsoft.com",
    "login.microsoftonline.us",
    "login.partner.microsoftonline.cn",
    "login.chinacloudapi.cn",
];

/// Who issued an access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenIssuer {
    /// Microsoft's identity platform, in any of its clouds.
    Microsoft,
    /// Anybody else, for instance the tenant of `patcycle dev`.
    Other,
}

/// An access token, with what decides where it may go ([`crate::destination`]).
#[derive(Debug)]
pub struct BearerToken {
    /// The token itself.
    pub secret: Secret,
    /// Who issued it.
    pub issuer: TokenIssuer,
    /// Whether its audience is Azure DevOps.
    pub azure_devops_audience: bool,
}

impl BearerToken {
    /// Reads issuer and audience out of a token that came from outside (an environment variable), without
    /// believing them: the signature is the server's business.
    ///
    /// A token that cannot be read is taken for Microsoft's for Azure DevOps, which is the kind that may go to
    /// the fewest hosts.
    pub fn inspect(secret: Secret) -> Self {
        let (issuer, azure_devops_audience) = match Claims::read(secret.expose()) {
            Some(claims) => (claims.issuer(), claims.is_for_azure_devops()),
            None => (TokenIssuer::Microsoft, true),
        };
        Self { secret, issuer, azure_devops_audience }
    }
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Claims {
    fn read(token: &str) -> Option<Self> {
        let payload = token.split('.').nth(1)?;
        let json = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
        serde_json::from_slice(&json).ok()
    }

    /// An issuer that is no https address is nobody's: it is treated like Microsoft's, the narrow way.
    fn issuer(&self) -> TokenIssuer {
        let Ok(url) = self.iss.parse::<Url>() else { return TokenIssuer::Microsoft };
        let Some(Host::Domain(host)) = url.host() else { return TokenIssuer::Other };
        let host = host.trim_end_matches('.');
        if MICROSOFT_ISSUERS.contains(&host) { TokenIssuer::Microsoft } else { TokenIssuer::Other }
    }

    fn is_for_azure_devops(&self) -> bool {
        let is_it = |audience: &String| {
            AZURE_DEVOPS_AUDIENCES.iter().any(|known| known.eq_ignore_ascii_case(audience))
        };
        match &self.aud {
            Audience::One(audience) => is_it(audience),
            Audience::Many(audiences) => audiences.iter().any(is_it),
        }
    }
}

/// What kind of failure a [`TokenSourceError`] is; the exit code follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenSourceErrorKind {
    /// A person must sign in.
    SignInNeeded,
    /// The identity platform refused (consent, conditional access, policy).
    Refused,
    /// The identity platform cannot be reached, or is throttling.
    Unavailable,
    /// Anything else: a store that cannot be read, a wrong setting.
    Failed,
}

/// Why there is no access token. Neither text may hold a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TokenSourceError {
    /// What kind of failure it is.
    pub kind: TokenSourceErrorKind,
    /// What happened: one sentence.
    pub message: String,
    /// What to do next: one sentence.
    pub next: String,
}

/// Gives access tokens: a cache with silent refresh, an environment variable, a console session.
#[async_trait]
pub trait AccessTokenSource: Send + Sync {
    /// An access token for the API. With `force_refresh` the service has just refused the one that was given
    /// before, so a cached one is of no use.
    async fn access_token(&self, force_refresh: bool) -> Result<BearerToken, TokenSourceError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jwt(claims: &str) -> Secret {
        Secret::new(format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims)))
    }

    fn inspected(claims: &str) -> (TokenIssuer, bool) {
        let token = BearerToken::inspect(jwt(claims));
        (token.issuer, token.azure_devops_audience)
    }

    #[test]
    fn reads_issuer_and_audience() {
        let azure = "499b84ac-1321-427f-aa17-267ca6975798";
        let cases = [
            (format!(r#"{{"iss":"https://sts.windows.net/t/","aud":"{azure}"}}"#), (TokenIssuer::Microsoft, true)),
            (
                r#"{"iss":"https://login.microsoftonline.com/t/v2.0","aud":"api://patcycle"}"#.to_owned(),
                (TokenIssuer::Microsoft, false),
            ),
            (format!(r#"{{"iss":"https://localhost:7243/t/","aud":["x","{azure}"]}}"#), (TokenIssuer::Other, true)),
            (
                r#"{"iss":"https://LOGIN.microsoftonline.com./t","aud":"https://app.vssps.visualstudio.com/"}"#.to_owned(),
                (TokenIssuer::Microsoft, true),
            ),
            (r#"{"iss":"https://evil-login.microsoftonline.com.example/","aud":"a"}"#.to_owned(), (TokenIssuer::Other, false)),
        ];
        for (claims, expected) in cases {
            assert_eq!(inspected(&claims), expected, "{claims}");
        }
    }

    #[test]
    fn an_unreadable_token_is_kept_narrow() {
        for text in ["", "opaque", "a.b.c", "e30.e30.sig", "PTCY-like-pat"] {
            let token = BearerToken::inspect(Secret::new(text));
            assert_eq!((token.issuer, token.azure_devops_audience), (TokenIssuer::Microsoft, true), "{text}");
        }
    }
}
