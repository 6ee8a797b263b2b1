//! The ways to sign a person in, and to renew that without them.
//!
//! [`loopback`] is the normal one: the system's browser, back to a listener on this machine. [`paste`] is the
//! same for machines without a browser: the person carries the address over. [`web`] is for a web application, which
//! may have a credential ([`ClientCredential`]). [`device_code`] is the short code
//! entered elsewhere, which many organizations forbid. All give a [`Grant`]; [`refresh`] renews it.
//! There is no password grant.

mod application;
pub mod authorization_code;
mod callback;
mod credential;
pub mod device_code;
mod grant;
mod id_token;
pub mod loopback;
mod page;
pub mod paste;
pub mod refresh;
pub mod web;

use std::time::Duration;

pub use application::ClientApplication;
pub use credential::{AssertionError, CertificateError, ClientCertificate, ClientCredential};
pub use grant::{Grant, Identity};

/// What to ask for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignInRequest {
    /// The scopes of one resource, for instance `499b84ac-1321-427f-aa17-267ca6975798/.default`.
    /// `openid`, `profile` and `offline_access` are always added.
    pub scopes: Vec<String>,
    /// The user name to fill in.
    pub login_hint: Option<String>,
    /// What the service must ask even if it need not.
    pub prompt: Option<Prompt>,
    /// How long ago the person may have proved who they are; older, and the service asks again. Where it is set, the
    /// service tells when that was ([`Identity::authenticated_at`]).
    pub maximum_age: Option<Duration>,
    /// Claims that an earlier refusal demanded, as JSON text.
    pub claims: Option<String>,
}

/// What the service must ask even if it need not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prompt {
    /// For the password again.
    Login,
    /// Which account.
    SelectAccount,
    /// For consent again.
    Consent,
}

impl Prompt {
    fn as_str(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::SelectAccount => "select_account",
            Self::Consent => "consent",
        }
    }
}

/// The scope parameter: what is asked for, and what the sign-in itself needs, each once.
fn scope_parameter(scopes: &[String]) -> String {
    let mut all: Vec<&str> = scopes.iter().flat_map(|scope| scope.split_ascii_whitespace()).collect();
    for own in ["openid", "profile", "offline_access"] {
        if !all.contains(&own) {
            all.push(own);
        }
    }
    all.join(" ")
}
