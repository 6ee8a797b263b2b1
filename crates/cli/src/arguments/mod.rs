//! The grammar: verb first, the same options everywhere. Help texts are part of the contract; the reference page is
//! made from them.

pub(crate) mod admin;
pub(crate) mod console;
pub(crate) mod pats;
pub(crate) mod policy;
pub(crate) mod service;
pub(crate) mod sign_in;
pub(crate) mod tools;
pub(crate) mod values;

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use serde::Deserialize;

use self::values::TokenStoreChoice;

const EXAMPLES: &str = "\
Examples:
  patcycle login
  patcycle create --name ci --scope vso.code --valid-for 30d --to dotenv:.env#CI_PAT
  patcycle list --expiring-within 14d
  patcycle rotate ci --to dotenv:.env#CI_PAT
  patcycle revoke ci

Try it offline: `patcycle dev` runs a tenant, the API and everything else on this machine.";

/// Manages the whole life of personal access tokens: create, find, renew, rotate, revoke.
///
/// Works against Azure DevOps and against a patcycle server alike. Data goes to stdout, talk to stderr.
#[derive(Debug, Parser)]
#[command(
    name = "patcycle",
    version,
    after_help = EXAMPLES,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true,
    disable_help_subcommand = false
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) globals: Globals,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options that every command takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Globals {
    /// The profile of the user file.
    #[arg(long, global = true, value_name = "NAME", hide_short_help = true)]
    pub(crate) profile: Option<String>,
    /// The organization whose PATs are meant [aliases: --collection, --org].
    #[arg(long, global = true, value_name = "NAME", aliases = ["collection", "org"])]
    pub(crate) organization: Option<String>,
    /// The service that manages the PATs.
    #[arg(long, global = true, value_name = "URL", hide_short_help = true)]
    pub(crate) base_url: Option<String>,
    /// The place to sign in, with or without the tenant at the end of its path.
    #[arg(long, global = true, value_name = "URL", hide_short_help = true)]
    pub(crate) authority: Option<String>,
    /// The tenant to sign in to.
    #[arg(long, global = true, value_name = "ID", hide_short_help = true)]
    pub(crate) tenant_id: Option<String>,
    /// The id of the registered public client application.
    #[arg(long, global = true, value_name = "ID", hide_short_help = true)]
    pub(crate) client_id: Option<String>,
    /// A PEM file of certificate authorities to trust besides the system's.
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    pub(crate) ca_file: Option<PathBuf>,
    /// Where sign-ins are kept: `keychain`, `file:DIR`, `age:FILE` or `memory`.
    #[arg(long, global = true, value_name = "STORE", hide_short_help = true)]
    pub(crate) token_store: Option<TokenStoreChoice>,
    /// The form of the data on stdout. Default: a table on a terminal, JSON otherwise.
    #[arg(long, short, global = true, value_name = "FORMAT")]
    pub(crate) output: Option<OutputFormat>,
    /// Answer every question with yes.
    #[arg(long, short, global = true)]
    pub(crate) yes: bool,
    /// Never ask anything.
    #[arg(long, global = true, hide_short_help = true)]
    pub(crate) no_input: bool,
    /// Write log lines to stderr; more with each `-v`.
    #[arg(long, short, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Write only errors to stderr.
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
}

/// `--output`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum OutputFormat {
    /// For people.
    Table,
    /// For programs.
    Json,
    /// Tab-separated, no heading, one line each.
    Tsv,
    /// Nothing: only the exit code counts.
    None,
}

impl OutputFormat {
    /// The name on the command line.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Tsv => "tsv",
            Self::None => "none",
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Login(sign_in::LoginArguments),
    Logout(sign_in::LogoutArguments),
    Whoami(sign_in::WhoamiArguments),
    List(pats::ListArguments),
    Show(pats::ShowArguments),
    Create(pats::CreateArguments),
    Renew(pats::RenewArguments),
    Update(pats::UpdateArguments),
    Rotate(pats::RotateArguments),
    #[command(visible_alias = "delete")]
    Revoke(pats::RevokeArguments),
    Admin(admin::AdminArguments),
    Scopes(tools::ScopesArguments),
    Doctor(tools::DoctorArguments),
    Config(tools::ConfigArguments),
    Dev(service::DevArguments),
    Serve(service::ServeArguments),
    Console(console::ConsoleArguments),
    Completions(tools::CompletionsArguments),
    Man(tools::ManArguments),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_grammar_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_has_examples() {
        fn check(command: &clap::Command, path: &str) {
            for sub in command.get_subcommands() {
                let path = format!("{path} {}", sub.get_name());
                let help = sub.get_after_help().map(ToString::to_string).unwrap_or_default();
                assert!(help.contains("patcycle"), "`{path}` has no example");
                check(sub, &path);
            }
        }
        check(&Cli::command(), "patcycle");
    }
}
