//! How an operation can fail.

use patcycle_contract::SessionTokenError;
use patcycle_primitives::RandomError;
use patcycle_token::{IssueMonthError, MintError};

use crate::StorageError;

/// The domain says no. Nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {message}", error.as_str())]
pub struct Refusal {
    /// The published reason.
    pub error: SessionTokenError,
    /// The reason in words, and what to do.
    pub message: String,
}

impl Refusal {
    /// A refusal with its sentence.
    pub fn new(error: SessionTokenError, message: impl Into<String>) -> Self {
        Self { error, message: message.into() }
    }

    /// No such authorization of this caller in this organization; the same for unknown, foreign and revoked
    /// ones, so that nobody learns which ids exist.
    pub(crate) fn not_found() -> Self {
        Self::new(
            SessionTokenError::AuthorizationNotFound,
            "You have no usable personal access token with this authorizationId in this organization. \
             List your tokens to find the right id.",
        )
    }
}

/// Why an operation gave no result.
#[derive(Debug, thiserror::Error)]
pub enum OperationError {
    /// The domain says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store could not do it. Whether it was done is told by the variant.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// No randomness, no secret.
    #[error(transparent)]
    Random(#[from] RandomError),
}

impl From<IssueMonthError> for Refusal {
    fn from(error: IssueMonthError) -> Self {
        let message = format!("No secret could be made: {error} of the service.");
        Self::new(SessionTokenError::FailedToIssueAccessToken, message)
    }
}

impl From<MintError> for OperationError {
    fn from(error: MintError) -> Self {
        match error {
            MintError::Random(error) => Self::Random(error),
            MintError::Month(error) => Refusal::from(error).into(),
        }
    }
}
