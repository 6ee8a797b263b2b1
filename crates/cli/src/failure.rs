//! From the failures of the libraries to those of commands: which exit code, which name, which words.

use std::fmt::Write as _;

use patcycle_client::explain::Explanation;
use patcycle_client::select::SelectError;
use patcycle_client::{ClientError, ErrorKind, SettingsError};
use patcycle_contract::SessionTokenError;
use patcycle_entra::SignInError;
use patcycle_entra::error::SignInErrorKind;

use crate::error::CommandError;
use crate::exit_code::ExitCode;

impl From<ClientError> for CommandError {
    fn from(error: ClientError) -> Self {
        let explanation = error.explain();
        explained(exit_of_client(&error), code_of(&error), &explanation)
    }
}

/// What a failure of the client library ends the program with.
pub(crate) fn exit_of_client(error: &ClientError) -> ExitCode {
    match error {
        ClientError::Domain(domain) => match domain.error {
            // What was typed is wrong, and only typing something else helps.
            SessionTokenError::InvalidScope
            | SessionTokenError::InvalidValidTo
            | SessionTokenError::DisplayNameRequired
            | SessionTokenError::InvalidDisplayName => ExitCode::Usage,
            _ => exit_of_kind(error.kind()),
        },
        _ => exit_of_kind(error.kind()),
    }
}

/// What a kind of failure ends the program with.
pub(crate) fn exit_of_kind(kind: ErrorKind) -> ExitCode {
    match kind {
        ErrorKind::Usage => ExitCode::Usage,
        ErrorKind::SignIn => ExitCode::SignInNeeded,
        ErrorKind::Refused => ExitCode::Refused,
        ErrorKind::NotFound => ExitCode::NotFound,
        ErrorKind::Conflict => ExitCode::Conflict,
        ErrorKind::Unavailable => ExitCode::Unavailable,
        ErrorKind::Failed => ExitCode::Failed,
    }
}

/// A failure from an explanation.
pub(crate) fn explained(
    exit: ExitCode,
    code: impl Into<std::borrow::Cow<'static, str>>,
    explanation: &Explanation,
) -> CommandError {
    CommandError::new(exit, code, explanation.message.clone()).with_next(explanation.next.clone())
}

/// A stable name for scripts.
pub(crate) fn code_of(error: &ClientError) -> String {
    let name = match error {
        ClientError::Domain(domain) => return domain.error.as_str().to_owned(),
        ClientError::SignInNeeded(_) | ClientError::Token(_) => "signInNeeded",
        ClientError::Destination(_) => "wrongDestination",
        ClientError::Refused(_) => "refused",
        ClientError::NotFound(_) => "notFound",
        ClientError::Conflict(_) => "conflict",
        ClientError::Rejected(_) => "rejected",
        ClientError::Throttled { .. } => "throttled",
        ClientError::Unavailable(_) => "unavailable",
        ClientError::Html(_) => "htmlAnswer",
        ClientError::Unreachable(_) => "unreachable",
        ClientError::Unexpected { .. } => "unexpectedAnswer",
        ClientError::Redirected { .. } => "redirected",
        ClientError::UnconfirmedCreate(_) => "unconfirmedCreate",
        ClientError::Settings(_) => "usage",
    };
    name.to_owned()
}

impl From<SettingsError> for CommandError {
    fn from(error: SettingsError) -> Self {
        ClientError::Settings(error).into()
    }
}

impl From<SelectError> for CommandError {
    fn from(error: SelectError) -> Self {
        let (exit, code) = match &error {
            SelectError::NotFound { .. } => (ExitCode::NotFound, "notFound"),
            SelectError::Ambiguous { .. } => (ExitCode::Conflict, "ambiguous"),
        };
        let mut failure = explained(exit, code, &error.explain());
        if let SelectError::Ambiguous { candidates, .. } = &error {
            for candidate in candidates {
                let _ = write!(
                    failure.message,
                    "\n  {}  made {}, ends {}, scope {}",
                    candidate.authorization_id, candidate.valid_from, candidate.valid_to, candidate.scope
                );
            }
        }
        failure
    }
}

/// What a kind of sign-in failure ends the program with.
pub(crate) fn exit_of(error: &SignInError) -> ExitCode {
    match error.kind() {
        SignInErrorKind::SignInNeeded => ExitCode::SignInNeeded,
        SignInErrorKind::Refused => ExitCode::Refused,
        SignInErrorKind::Configuration => ExitCode::Usage,
        SignInErrorKind::Unavailable => ExitCode::Unavailable,
        SignInErrorKind::Failed => ExitCode::Failed,
    }
}

impl From<SignInError> for CommandError {
    fn from(error: SignInError) -> Self {
        let code = match error.kind() {
            SignInErrorKind::SignInNeeded => "signInNeeded",
            SignInErrorKind::Refused => "signInRefused",
            SignInErrorKind::Configuration => "signInConfiguration",
            SignInErrorKind::Unavailable => "signInUnavailable",
            SignInErrorKind::Failed => "signInFailed",
        };
        let failure = Self::new(exit_of(&error), code, error.to_string());
        match error.next_step() {
            Some(next) => failure.with_next(next),
            None => failure,
        }
    }
}
