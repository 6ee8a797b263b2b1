//! Why signing in, or renewing a sign-in silently, did not work.
//!
//! Every error is a sentence for the person ([`std::fmt::Display`]), mostly with a next step
//! ([`SignInError::next_step`]), and a kind for the program ([`SignInError::kind`]). None holds a token or code.

use crate::aadsts::Remedy;
use crate::authority::AuthorityError;
use crate::cache::StoreError;
use crate::http::HttpError;

mod refusal;

pub use refusal::Refusal;
pub(crate) use refusal::{WireRefusal, one_line};

/// What an error means for a program; the command line makes its exit code from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignInErrorKind {
    /// The person must sign in (again).
    SignInNeeded,
    /// Refused by a policy, for want of consent, by the account's state, or because the person declined.
    Refused,
    /// Something that was configured is wrong: authority, client id, scope, certificate file.
    Configuration,
    /// The service or the network is not available now.
    Unavailable,
    /// Anything else.
    Failed,
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignInError {
    /// Nobody has signed in with this authority and application yet, or everybody signed out.
    #[error("nobody is signed in")]
    NotSignedIn,
    /// The saved sign-in no longer works, for the reason given.
    #[error("the saved sign-in no longer works: {0}")]
    SignInNeeded(Box<Refusal>),
    /// The service refused.
    #[error("{0}")]
    Refused(Box<Refusal>),
    /// The device code ended before anybody entered it.
    #[error("the device code has expired")]
    DeviceCodeExpired,
    /// Nobody came back from the browser in time.
    #[error("nobody finished the sign-in in the browser in time")]
    TimedOut,
    /// The browser could not be opened.
    #[error("could not open a browser: {0}")]
    Browser(String),
    /// The loopback listener that the browser returns to could not be opened.
    #[error("cannot listen on 127.0.0.1 for the browser to return: {0}")]
    Listener(String),
    /// What was pasted is neither a redirect address nor a code.
    #[error("that is neither the address of the page that could not be loaded nor a code")]
    PastedText,
    /// The redirect belongs to another sign-in.
    #[error("the browser returned with the answer to another sign-in")]
    WrongState,
    /// The identity in the answer is not the one that was asked for.
    #[error("the answer of the sign-in service cannot be trusted: {0}")]
    Identity(&'static str),
    /// Another person or tenant than before came back from a renewal.
    #[error("the sign-in service answered with another account")]
    OtherAccount,
    /// The answer is not what the protocol says.
    #[error("{host} answered {status} with {what}, which is not the answer of a sign-in service")]
    Answer {
        /// Host and port.
        host: String,
        /// The HTTP status.
        status: u16,
        /// What it is, in two or three words.
        what: &'static str,
    },
    /// The service asks to come back later.
    #[error("{host} is not available now (HTTP status {status})")]
    Unavailable {
        /// Host and port.
        host: String,
        /// The HTTP status.
        status: u16,
    },
    /// The authority, or what it says about itself, cannot be used.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// No answer.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The token store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The client certificate cannot be used.
    #[error(transparent)]
    Assertion(#[from] crate::flows::AssertionError),
    /// No randomness for state, nonce and proof key.
    #[error(transparent)]
    Random(#[from] patcycle_primitives::RandomError),
}

impl SignInError {
    /// What this means for a program.
    pub fn kind(&self) -> SignInErrorKind {
        match self {
            Self::NotSignedIn | Self::SignInNeeded(_) | Self::DeviceCodeExpired | Self::TimedOut => {
                SignInErrorKind::SignInNeeded
            }
            Self::Refused(refusal) => match refusal.remedy() {
                Remedy::SignIn | Remedy::SignInByBrowser => SignInErrorKind::SignInNeeded,
                Remedy::Consent | Remedy::Administrator | Remedy::Account => SignInErrorKind::Refused,
                Remedy::Registration => SignInErrorKind::Configuration,
                Remedy::Wait => SignInErrorKind::Unavailable,
                Remedy::Report => SignInErrorKind::Failed,
            },
            Self::Authority(_)
            | Self::Assertion(_)
            | Self::Http(HttpError::CaFile { .. } | HttpError::NotSecure(_)) => {
                SignInErrorKind::Configuration
            }
            Self::Http(HttpError::Unreachable { .. }) | Self::Unavailable { .. } => {
                SignInErrorKind::Unavailable
            }
            Self::Browser(_)
            | Self::Listener(_)
            | Self::PastedText
            | Self::WrongState
            | Self::Identity(_)
            | Self::OtherAccount
            | Self::Answer { .. }
            | Self::Http(HttpError::Tls(_) | HttpError::TooLong { .. })
            | Self::Store(_)
            | Self::Random(_) => SignInErrorKind::Failed,
        }
    }

    /// What to do about it, as a sentence.
    pub fn next_step(&self) -> Option<&str> {
        match self {
            Self::NotSignedIn | Self::OtherAccount => Some("Sign in with `patcycle login`."),
            Self::SignInNeeded(refusal) | Self::Refused(refusal) => Some(refusal.next_step()),
            Self::DeviceCodeExpired => {
                Some("Run `patcycle login --device` again and enter the code before it ends.")
            }
            Self::TimedOut | Self::WrongState | Self::Identity(_) => {
                Some("Start again with `patcycle login`.")
            }
            Self::Browser(_) | Self::Listener(_) => Some(
                "Use `patcycle login --device`, or `patcycle login --paste` where device codes are forbidden.",
            ),
            Self::PastedText => Some("Paste the whole address from the browser's address bar."),
            Self::Answer { .. } => {
                Some("Check the authority, and whether a proxy or a captive network answers for it.")
            }
            Self::Unavailable { .. } => Some("Wait a moment, then try again."),
            Self::Http(HttpError::Unreachable { .. }) => Some(
                "Check the address, the proxy (`HTTPS_PROXY`, `NO_PROXY`) and the certificates (`PATCYCLE_CA_FILE`).",
            ),
            Self::Http(HttpError::CaFile { .. }) => Some("Name a readable PEM file in `PATCYCLE_CA_FILE`."),
            Self::Http(HttpError::Tls(_)) => {
                Some("Install the system's certificate authorities (package `ca-certificates`).")
            }
            Self::Store(fault) => Some(fault.next_step()),
            Self::Assertion(_) => Some("Name a PEM file with the certificate and its RSA key."),
            Self::Authority(_) => Some("The authority has the form `https://HOST/TENANT`."),
            Self::Http(HttpError::NotSecure(_) | HttpError::TooLong { .. }) | Self::Random(_) => None,
        }
    }

    /// The numbers that the service gave (`AADSTS…`), most specific first.
    pub fn codes(&self) -> &[u32] {
        match self {
            Self::SignInNeeded(refusal) | Self::Refused(refusal) => &refusal.codes,
            _ => &[],
        }
    }

    /// The claims that the service wants in the next authorize request, as it sent them.
    pub fn claims_challenge(&self) -> Option<&str> {
        match self {
            Self::SignInNeeded(refusal) | Self::Refused(refusal) => refusal.claims.as_deref(),
            _ => None,
        }
    }
}
