//! `completions`: a script for a shell.

use clap::CommandFactory as _;

use crate::arguments::Cli;
use crate::arguments::tools::CompletionsArguments;
use crate::error::CommandResult;
use crate::output::Output;

pub(super) fn run(arguments: &CompletionsArguments) -> CommandResult {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "patcycle", &mut script);
    Output::write_text(&script)
}
