//! Why a token was not believed.

/// Why a token was refused. A caller is told none of this: the answer is the same for all but
/// [`TokenFault::KeysUnavailable`]. It is for the log, and holds nothing of the token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    /// Not three non-empty parts of base64url with JSON objects in the first two, or too long.
    #[error("the token is malformed: {0}")]
    Malformed(&'static str),
    /// Signed with another algorithm than RS256, or not at all.
    #[error("the token is not signed with RS256")]
    Algorithm,
    /// The header demands extensions (`crit`).
    #[error("the token's header demands extensions")]
    CriticalHeader,
    /// An obligatory claim is missing, or has the wrong form.
    #[error("the token's claim `{0}` is missing or has a wrong form")]
    Claim(&'static str),
    /// The tenant is not a configured one.
    #[error("the token is from a tenant that is not configured here")]
    WrongTenant,
    /// The issuer is not one of the two forms for the token's tenant.
    #[error("the token's issuer is not the one configured for its tenant")]
    UnknownIssuer,
    /// The issuer publishes no key of that id.
    #[error("the token names a key that its issuer does not publish")]
    UnknownKey,
    /// The signature is not by the key it names.
    #[error("the token's signature is wrong")]
    BadSignature,
    /// The audience is not a configured one.
    #[error("the token is for another audience")]
    WrongAudience,
    /// It has ended.
    #[error("the token has expired")]
    Expired,
    /// It has not begun, by more than the permitted skew.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// The issuer's keys could not be had, so nothing is known about the token.
    #[error("the keys of the token's issuer are unavailable: {0}")]
    KeysUnavailable(#[from] KeysFault),
}

impl TokenFault {
    /// Whether the fault lies with the issuer's keys and not with the token: a later call may succeed.
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::KeysUnavailable(_))
    }
}

/// Why the keys of an issuer could not be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeysFault {
    /// No answer from the issuer or its key address.
    #[error(transparent)]
    Http(#[from] crate::http::HttpError),
    /// An answer other than 200.
    #[error("{host} answered {status}")]
    Status {
        /// Host and port.
        host: String,
        /// The HTTP status.
        status: u16,
    },
    /// The discovery document could not be used.
    #[error("the discovery document of `{issuer}` cannot be used: {reason}")]
    Discovery {
        /// The issuer as configured.
        issuer: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The key set could not be used.
    #[error("the key set of `{issuer}` cannot be used: {reason}")]
    KeySet {
        /// The issuer as configured.
        issuer: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The fetch was ended from outside, for instance by a shutdown.
    #[error("fetching the keys was interrupted")]
    Interrupted,
}
