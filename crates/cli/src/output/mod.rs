//! Data on stdout, in the form that was asked for.

pub(crate) mod pat;
pub(crate) mod sanitize;
pub(crate) mod table;

use std::io::{self, Write as _};

use serde::Serialize;
use zeroize::Zeroizing;

use self::sanitize::{sanitize, sanitize_json};
use self::table::Table;
use crate::arguments::OutputFormat;
use crate::error::{CommandError, CommandResult};

/// How data is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    /// The form in force.
    pub(crate) format: OutputFormat,
}

impl Output {
    /// The form that was asked for; else a table for a person and JSON for a program.
    pub(crate) fn new(asked: Option<OutputFormat>, stdout_is_terminal: bool) -> Self {
        let by_itself = if stdout_is_terminal { OutputFormat::Table } else { OutputFormat::Json };
        Self { format: asked.unwrap_or(by_itself) }
    }

    /// Writes one thing in whichever form is in force.
    pub(crate) fn write(self, value: &impl Serialize, table: impl FnOnce() -> Table) -> CommandResult {
        let text = match self.format {
            OutputFormat::None => return Ok(()),
            OutputFormat::Json => json(value)?,
            OutputFormat::Table => Zeroizing::new(coloured(&table().render())),
            OutputFormat::Tsv => Zeroizing::new(table().tab_separated()),
        };
        or_closed(write_all(text.as_bytes()))
    }

    /// Writes text as it is, for what has only one form.
    pub(crate) fn write_text(text: &[u8]) -> CommandResult {
        or_closed(write_all(text))
    }
}

/// Indented JSON with a line feed.
pub(crate) fn json(value: &impl Serialize) -> CommandResult<Zeroizing<String>> {
    // Room for everything at once: a string that grows leaves copies of a secret behind.
    let mut bytes = Vec::with_capacity(4096);
    let mut serializer = serde_json::Serializer::pretty(&mut bytes);
    let fault =
        |error: String| CommandError::failed("output", format!("cannot write the answer as JSON: {error}"));
    value.serialize(&mut serializer).map_err(|error| fault(error.to_string()))?;
    bytes.push(b'\n');
    let text = String::from_utf8(bytes).map_err(|error| fault(error.to_string()))?;
    Ok(Zeroizing::new(sanitize_json(text)))
}

/// Writes to stdout and says whether all of it left.
pub(crate) fn write_all(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes)?;
    stdout.flush()
}

/// The text as it may be shown: without colour where stdout is no terminal or `NO_COLOR` is set.
pub(crate) fn coloured(text: &str) -> String {
    match anstream::AutoStream::choice(&io::stdout()) {
        anstream::ColorChoice::Never => anstream::adapter::strip_str(text).to_string(),
        _ => text.to_owned(),
    }
}

/// A reader who has seen enough (`| head`) is no failure.
fn or_closed(outcome: io::Result<()>) -> CommandResult {
    match outcome {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(CommandError::failed("output", format!("cannot write to stdout: {error}"))),
        Ok(()) => Ok(()),
    }
}

/// A field of a tab-separated line.
fn field(text: &str) -> String {
    sanitize(text).into_owned()
}
