//! The reference pages under `docs/reference`, made from the grammar, the exit codes and the environment.
//!
//! The committed pages must be what is made here: `cargo xtask reference` writes them.

use std::fmt::Write as _;
use std::path::Path;

use clap::{Command, CommandFactory as _};

use crate::arguments::Cli;
use crate::environment::Environment;
use crate::exit_code::ExitCode;

const MADE: &str = "<!-- Made from the code: cargo xtask reference -->\n";

fn command_line() -> String {
    let mut page = format!("{MADE}\n# Command line\n\nWhat `--help` says of every command.\n");
    let mut command = Cli::command().term_width(100);
    command.build();
    describe(&mut command, "patcycle", &mut page);
    page
}

fn describe(command: &mut Command, path: &str, page: &mut String) {
    let help = command.render_long_help().to_string();
    let help: Vec<&str> = help.lines().map(str::trim_end).collect();
    let _ = write!(page, "\n## {path}\n\n```text\n{}\n```\n", help.join("\n").trim_end());
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in names.iter().filter(|name| *name != "help") {
        if let Some(sub) = command.find_subcommand_mut(name) {
            describe(sub, &format!("{path} {name}"), page);
        }
    }
}

fn exit_codes() -> String {
    let mut page = format!("{MADE}\n# Exit codes\n\n| code | meaning |\n| --- | --- |\n");
    for (code, meaning) in ExitCode::ALL {
        let _ = writeln!(page, "| {} | {} |", *code as u8, meaning.trim());
    }
    page.push_str(
        "\n10, 11 and 12 are kept for commands that compare and watch; nothing ends with them yet.\n",
    );
    page.push_str(
        "\nWith `-o json` a failure is one object on stderr: `{\"error\":{\"code\",\"message\",\"next\"}}`. Its `code` is a \
         name that scripts can rely on; for a refusal by the API it is the API's own `patTokenError`.\n",
    );
    page
}

fn environment() -> String {
    let mut page = format!(
        "{MADE}\n# Environment\n\nFlags win over variables, variables over the project file, that over the user file. An \
         empty variable counts as absent.\n\n| variable | meaning |\n| --- | --- |\n"
    );
    for variable in Environment::ALL {
        let _ = writeln!(page, "| `{}` | {} |", variable.name, variable.meaning.trim());
    }
    page.push_str(
        "\n`patcycle serve` also reads one variable for each key of its configuration, and `patcycle console` one for each \
         of its settings; `patcycle serve --help` and `patcycle console --help` name them.\n",
    );
    page
}

#[test]
fn reference_pages_are_those_of_this_code() {
    #[expect(clippy::disallowed_methods, reason = "a switch of the test itself")]
    let update = std::env::var("PATCYCLE_WRITE_REFERENCE").is_ok();
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference");
    for (name, page) in
        [("cli.md", command_line()), ("exit-codes.md", exit_codes()), ("environment.md", environment())]
    {
        let path = directory.join(name);
        if update {
            std::fs::create_dir_all(&directory).unwrap();
            std::fs::write(&path, &page).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == page, "docs/reference/{name} is old; run cargo xtask reference");
    }
}
