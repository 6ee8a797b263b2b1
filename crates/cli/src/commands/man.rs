//! `man`: the manual pages, made from the grammar.

use std::io;
use std::path::Path;

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use crate::arguments::Cli;
use crate::arguments::tools::ManArguments;
use crate::error::{CommandError, CommandResult};
use crate::output::Output;

pub(super) fn run(arguments: &ManArguments) -> CommandResult {
    let mut command = Cli::command();
    command.build();
    match &arguments.to {
        None => {
            let page = page(&command)
                .map_err(|error| CommandError::failed("man", format!("cannot make the page: {error}")))?;
            Output::write_text(&page)
        }
        Some(directory) => write_all(&command, "patcycle", directory).map_err(|error| {
            CommandError::failed("man", format!("cannot write pages to `{}`: {error}", directory.display()))
        }),
    }
}

fn write_all(command: &Command, name: &str, directory: &Path) -> io::Result<()> {
    std::fs::create_dir_all(directory)?;
    std::fs::write(directory.join(format!("{name}.1")), page(command)?)?;
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        write_all(sub, &format!("{name}-{}", sub.get_name()), directory)?;
    }
    Ok(())
}

fn page(command: &Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    Man::new(command.clone()).render(&mut page)?;
    Ok(page)
}
