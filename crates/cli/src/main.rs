//! The command line of patcycle: grammar, settings, output, token store, browser, and one file for each command.
//!
//! Data goes to stdout, talk to stderr. Every failure is a [`error::CommandError`]: an exit code, a stable name, a
//! sentence and a next step. The commands on PATs know only the client library, so they work against Azure DevOps and a
//! patcycle server alike.

mod arguments;
mod atomic_file;
mod browser;
mod claims;
mod commands;
mod context;
mod delivery;
mod environment;
mod error;
mod exit_code;
mod failure;
mod interrupt;
mod logging;
mod output;
mod prompt;
#[cfg(test)]
mod reference;
mod select;
mod settings;
mod sign_in;
mod token_store;

use std::ffi::OsString;
use std::process::ExitCode as ProcessExitCode;

use clap::Parser as _;
use clap::error::ErrorKind;

use crate::arguments::{Cli, OutputFormat};
use crate::error::CommandError;
use crate::exit_code::ExitCode;

fn main() -> ProcessExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    let cli = match Cli::try_parse_from(&words) {
        Ok(cli) => cli,
        Err(error) => return not_parsed(&error, &words),
    };
    let json = cli.globals.output == Some(OutputFormat::Json);
    match commands::run(cli) {
        Ok(()) => ExitCode::Done.into(),
        Err(error) => {
            error.print(json);
            error.exit.into()
        }
    }
}

/// Help and version are answers; everything else is wrong usage.
fn not_parsed(error: &clap::Error, words: &[OsString]) -> ProcessExitCode {
    let is_answer = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    if !is_answer && asks_for_json(words) {
        let text = error.render().to_string();
        let (message, rest) = text.split_once("\n\n").unwrap_or((&text, ""));
        let message = message.trim_start_matches("error: ").trim();
        CommandError::usage(message).with_next(rest.trim()).print(true);
    } else {
        // A closed stdout or stderr leaves nobody to tell.
        let _ = error.print();
    }
    if is_answer { ExitCode::Done.into() } else { ExitCode::Usage.into() }
}

/// Whether the line says `-o json`, although it could not be understood.
fn asks_for_json(words: &[OsString]) -> bool {
    let joined = ["-ojson", "-o=json", "--output=json"];
    words.iter().any(|word| joined.iter().any(|known| word == known))
        || words.windows(2).any(|pair| (pair[0] == "-o" || pair[0] == "--output") && pair[1] == "json")
}
