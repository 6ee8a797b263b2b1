//! What can go wrong with a call. Each variant is a fact that a person or a program acts upon differently;
//! [`ClientError::explain`] says it in words.
//!
//! No error holds a token, and every text of a server in one has been cleaned and cut.

use std::time::Duration;

use patcycle_contract::SessionTokenError;
use uuid::Uuid;

use crate::destination::DestinationError;
use crate::select::Candidate;
use crate::settings::SettingsError;
use crate::token_source::{TokenSourceError, TokenSourceErrorKind};

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The service wants a (new) sign-in of the person.
    #[error("the service asks for a new sign-in")]
    SignInNeeded(Box<SignIn>),
    /// There is no access token to send.
    #[error("no access token: {0}")]
    Token(#[source] TokenSourceError),
    /// The access token must not go to this address.
    #[error(transparent)]
    Destination(#[from] DestinationError),
    /// The caller may not do this.
    #[error("refused by the service: {0}")]
    Refused(Box<ServiceFault>),
    /// There is nothing at this address, or no such PAT of this person.
    #[error("not found: {0}")]
    NotFound(Box<ServiceFault>),
    /// It contradicts what is there.
    #[error("conflict: {0}")]
    Conflict(Box<ServiceFault>),
    /// The service does not accept the request as it is (version, parameter, body).
    #[error("the service does not accept the request: {0}")]
    Rejected(Box<ServiceFault>),
    /// Too many calls, also after waiting.
    #[error("throttled by the service")]
    Throttled {
        /// What the service said.
        fault: Box<ServiceFault>,
        /// How long the service asked to wait.
        retry_after: Option<Duration>,
    },
    /// The service failed, also when asked again.
    #[error("the service is not available: {0}")]
    Unavailable(Box<ServiceFault>),
    /// A web page where data was expected.
    #[error("the answer is a web page (HTTP {}) and not data", .0.status)]
    Html(HtmlAnswer),
    /// No answer at all.
    #[error(transparent)]
    Unreachable(Unreachable),
    /// The API refused for a reason of its own: `patTokenError`.
    #[error("the service refused: {}", .0.error.as_str())]
    Domain(Box<Domain>),
    /// The answer is not what the API describes.
    #[error("HTTP {status}: the answer is not what the API describes: {problem}")]
    Unexpected {
        /// The HTTP status.
        status: u16,
        /// What is wrong with it; never its content.
        problem: String,
    },
    /// The service points to another address. It was not followed, since a token never goes along a redirect.
    #[error("the service redirects (HTTP {status}) to `{to}`")]
    Redirected {
        /// The HTTP status.
        status: u16,
        /// Where to, without query.
        to: String,
    },
    /// A PAT was asked for, and it is not known whether it was made.
    #[error("it is not known whether the PAT was made: {}", .0.cause)]
    UnconfirmedCreate(Box<UnconfirmedCreate>),
    /// The client's settings do not fit together.
    #[error(transparent)]
    Settings(#[from] SettingsError),
}

/// Sorts [`ClientError`]s by what the caller does about them; exit codes follow from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// Something in the request or the settings is wrong.
    Usage,
    /// A person must sign in.
    SignIn,
    /// Permission, policy, consent.
    Refused,
    /// Not found.
    NotFound,
    /// Conflict.
    Conflict,
    /// Throttled or unavailable, after retries.
    Unavailable,
    /// Anything else.
    Failed,
}

/// A sign-in that the service asks for.
#[derive(Debug)]
pub struct SignIn {
    /// How it asked.
    pub reason: SignInReason,
    /// What it said.
    pub fault: ServiceFault,
    /// The claims that the next access token needs (a challenge of continuous access evaluation), as JSON.
    pub claims: Option<String>,
}

/// How the service showed that it wants a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInReason {
    /// HTTP 401.
    Unauthorized,
    /// A redirect to a sign-in page.
    Redirect,
    /// HTTP 203: the sign-in page itself.
    NonAuthoritative,
    /// A sign-in page under another status.
    Page,
    /// `TF401444`: the person has never used this organization in a browser.
    FirstVisit,
    /// The policies of the tenant changed: the token must be renewed with other claims.
    ClaimsChallenge,
}

/// What a service said when it refused.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServiceFault {
    /// The HTTP status.
    pub status: u16,
    /// The code at the start of the message: `TF400813`, `VS403463`.
    pub code: Option<String>,
    /// The name of the exception: `InvalidAccessException`.
    pub type_key: Option<String>,
    /// The message, cleaned. Empty when there was none.
    pub message: String,
    /// The id under which the service's operators find the call.
    pub activity_id: Option<Uuid>,
}

impl std::fmt::Display for ServiceFault {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.message.as_str(), &self.type_key) {
            ("", None) => write!(formatter, "HTTP {}", self.status),
            ("", Some(type_key)) => write!(formatter, "HTTP {}, {type_key}", self.status),
            (message, _) => write!(formatter, "HTTP {}, {message}", self.status),
        }
    }
}

/// A web page where data was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HtmlAnswer {
    /// The HTTP status.
    pub status: u16,
    /// Scheme, host and port that sent it.
    pub host: String,
}

/// A refusal of the API's own rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// The reason.
    pub error: SessionTokenError,
    /// The reason in the service's words, cleaned.
    pub message: Option<String>,
    /// The HTTP status: 200 as a rule, 400 or 403 from some services.
    pub status: u16,
}

/// Why there was no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot reach {host}: {detail}")]
pub struct Unreachable {
    /// What failed.
    pub kind: UnreachableKind,
    /// Scheme, host and port.
    pub host: String,
    /// The innermost cause, cleaned.
    pub detail: String,
    /// Whether the request may have reached the service.
    pub may_have_arrived: bool,
}

/// What failed on the way to the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnreachableKind {
    /// The name is unknown.
    Dns,
    /// Nobody listens there.
    Connect,
    /// The certificate is not trusted, or TLS is not spoken.
    Tls,
    /// The proxy failed or refused.
    Proxy,
    /// No answer in time.
    Timeout,
    /// The connection broke off.
    Interrupted,
    /// The answer was longer than is read.
    TooLong,
}

/// A create whose outcome is not known, and what the list shows after it.
#[derive(Debug)]
pub struct UnconfirmedCreate {
    /// What went wrong.
    pub cause: ClientError,
    /// The name that was asked for.
    pub display_name: String,
    /// The PATs that may be it: same name, same scope, made since. `None` when the list could not be read either.
    /// A PAT among them has a secret that nobody holds: revoke it.
    pub found: Option<Vec<Candidate>>,
}

impl ClientError {
    /// Whether a change that failed like this may have been made all the same.
    pub fn outcome_is_unknown(&self) -> bool {
        match self {
            Self::Unreachable(unreachable) => unreachable.may_have_arrived,
            Self::Unavailable(_) | Self::Unexpected { .. } | Self::UnconfirmedCreate(_) => true,
            Self::Html(page) => page.status < 300 || page.status >= 500,
            Self::SignInNeeded(_)
            | Self::Token(_)
            | Self::Destination(_)
            | Self::Refused(_)
            | Self::NotFound(_)
            | Self::Conflict(_)
            | Self::Rejected(_)
            | Self::Throttled { .. }
            | Self::Domain(_)
            | Self::Redirected { .. }
            | Self::Settings(_) => false,
        }
    }

    /// What the caller does about it.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::SignInNeeded(_) => ErrorKind::SignIn,
            Self::Token(error) => match error.kind {
                TokenSourceErrorKind::SignInNeeded => ErrorKind::SignIn,
                TokenSourceErrorKind::Refused => ErrorKind::Refused,
                TokenSourceErrorKind::Unavailable => ErrorKind::Unavailable,
                TokenSourceErrorKind::Failed => ErrorKind::Failed,
            },
            Self::Destination(_) | Self::Refused(_) => ErrorKind::Refused,
            Self::NotFound(_) => ErrorKind::NotFound,
            Self::Conflict(_) => ErrorKind::Conflict,
            Self::Throttled { .. } | Self::Unavailable(_) | Self::Unreachable(_) => ErrorKind::Unavailable,
            Self::Html(page) => kind_of_status(page.status),
            Self::Domain(domain) => crate::explain::kind_of(&domain.error),
            Self::UnconfirmedCreate(unconfirmed) => unconfirmed.cause.kind(),
            Self::Rejected(_) | Self::Unexpected { .. } | Self::Redirected { .. } => ErrorKind::Failed,
            Self::Settings(_) => ErrorKind::Usage,
        }
    }
}

fn kind_of_status(status: u16) -> ErrorKind {
    match status {
        403 => ErrorKind::Refused,
        404 => ErrorKind::NotFound,
        409 => ErrorKind::Conflict,
        429 | 500.. => ErrorKind::Unavailable,
        _ => ErrorKind::Failed,
    }
}
