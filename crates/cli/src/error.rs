//! What a command fails with: an exit code, a stable name, a sentence, and the next step.

use std::borrow::Cow;
use std::io::Write as _;

use serde::Serialize;

use crate::exit_code::ExitCode;
use crate::output::sanitize::sanitize;

/// The failure of a command, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct CommandError {
    /// The number that the process ends with.
    pub(crate) exit: ExitCode,
    /// A stable name for scripts, in camelCase.
    pub(crate) code: Cow<'static, str>,
    /// What went wrong. Never a secret.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) next: Option<String>,
}

impl CommandError {
    /// A failure without a next step.
    pub(crate) fn new(
        exit: ExitCode,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self { exit, code: code.into(), message: message.into(), next: None }
    }

    /// Wrong usage: exit 2.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(ExitCode::Usage, "usage", message)
    }

    /// Exit 1.
    pub(crate) fn failed(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(ExitCode::Failed, code, message)
    }

    /// The same with a next step.
    pub(crate) fn with_next(mut self, next: impl Into<String>) -> Self {
        self.next = Some(next.into());
        self
    }

    /// The one JSON object that stderr gets with `-o json`.
    pub(crate) fn to_json(&self) -> String {
        #[derive(Serialize)]
        struct Envelope<'a> {
            error: Body<'a>,
        }
        #[derive(Serialize)]
        struct Body<'a> {
            code: &'a str,
            message: &'a str,
            next: Option<&'a str>,
        }
        let body = Body { code: &self.code, message: &self.message, next: self.next.as_deref() };
        // Three strings always serialise.
        serde_json::to_string(&Envelope { error: body }).unwrap_or_default()
    }

    /// Writes the failure to stderr. A stderr that is closed is nobody's to complain to.
    pub(crate) fn print(&self, json: bool) {
        let mut stderr = anstream::stderr();
        if json {
            let _ = writeln!(stderr, "{}", self.to_json());
            return;
        }
        let red = anstyle::AnsiColor::Red.on_default().bold();
        let _ = writeln!(stderr, "{red}error:{red:#} {}", sanitize_lines(&self.message));
        if let Some(next) = &self.next {
            let bold = anstyle::Style::new().bold();
            let _ = writeln!(stderr, "{bold}next:{bold:#} {}", sanitize_lines(next));
        }
    }
}

fn sanitize_lines(text: &str) -> String {
    text.lines().map(|line| sanitize(line).into_owned()).collect::<Vec<_>>().join("\n")
}

/// Result of a command.
pub(crate) type CommandResult<T = ()> = Result<T, CommandError>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_form_has_three_members() {
        let error = CommandError::usage("no").with_next("yes");
        assert_eq!(error.to_json(), r#"{"error":{"code":"usage","message":"no","next":"yes"}}"#);
        let error = CommandError::failed("x", "no");
        assert_eq!(error.to_json(), r#"{"error":{"code":"x","message":"no","next":null}}"#);
    }
}
