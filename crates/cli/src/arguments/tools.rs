//! `scopes`, `doctor`, `config`, `completions`, `man`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use clap_complete::Shell;

/// The scopes that a PAT can have.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  patcycle scopes list
  patcycle scopes explain vso.code_write")]
pub(crate) struct ScopesArguments {
    #[command(subcommand)]
    pub(crate) command: ScopesCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ScopesCommand {
    /// List the scopes by area.
    #[command(after_help = "\
Examples:
  patcycle scopes list
  patcycle scopes list --area code
  patcycle scopes list -o json")]
    List {
        /// Only areas whose name contains this text; case counts not.
        #[arg(long, value_name = "TEXT")]
        area: Option<String>,
    },
    /// Say what scopes permit, and what they include.
    #[command(after_help = "\
Examples:
  patcycle scopes explain vso.code_write
  patcycle scopes explain 'vso.code vso.build_execute'")]
    Explain {
        /// Scopes; blanks and commas separate too.
        #[arg(value_name = "SCOPE", required = true)]
        scopes: Vec<String>,
    },
}

/// Check the set-up: settings, token store, network, certificates, clock, sign-in, organization.
///
/// Exits 1 when a check fails.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  patcycle doctor
  patcycle doctor -o json")]
pub(crate) struct DoctorArguments {}

/// Show the settings in force, and where each comes from.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  patcycle config
  patcycle config --profile work -o json")]
pub(crate) struct ConfigArguments {}

/// Print a completion script for a shell.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  patcycle completions bash > ~/.local/share/bash-completion/completions/patcycle
  patcycle completions zsh > ~/.zfunc/_patcycle
  patcycle completions fish > ~/.config/fish/completions/patcycle.fish")]
pub(crate) struct CompletionsArguments {
    /// The shell.
    pub(crate) shell: Shell,
}

/// Print the manual page, or write all pages into a directory.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  patcycle man | man -l -
  patcycle man --to ~/.local/share/man/man1")]
pub(crate) struct ManArguments {
    /// Write one page for each command into this directory.
    #[arg(long, value_name = "DIR")]
    pub(crate) to: Option<PathBuf>,
}
