//! From a server's failure to a command's.

use patcycle_server::{ErrorKind, ServerError};

use crate::error::CommandError;
use crate::exit_code::ExitCode;

impl From<ServerError> for CommandError {
    fn from(error: ServerError) -> Self {
        let (exit, code) = match error.kind() {
            ErrorKind::Usage => (ExitCode::Usage, "usage"),
            ErrorKind::Refused => (ExitCode::Refused, "wrongDestination"),
            ErrorKind::NotFound => (ExitCode::NotFound, "notFound"),
            ErrorKind::Conflict => (ExitCode::Conflict, "conflict"),
            ErrorKind::Failed => (ExitCode::Failed, "serverFailed"),
        };
        Self::new(exit, code, error.to_string()).with_next(error.next_step())
    }
}
