//! The repository's own commands: `cargo xtask help`.

mod install;
mod leaks;
mod seed;
mod sqlx;
mod steps;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The repository's own commands.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", disable_help_subcommand = false)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Installs what the tests need, then runs formatting, lints, layering, documentation and all tests.
    Test(test::TestArguments),
    /// Fills a database with PATs through the storage trait.
    Seed(seed::SeedArguments),
    /// Makes the stores' committed query caches (`.sqlx`) anew from their migrations.
    Sqlx,
    /// Writes the generated pages of `docs/reference` anew.
    Reference,
    /// Runs the benchmarks of `bench/` and prints their ratios.
    Bench(test::BenchArguments),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Test(arguments) => test::run(&arguments),
        Command::Seed(arguments) => run_seed(arguments),
        Command::Sqlx => sqlx::run().map_err(|error| error.to_string()),
        Command::Reference => test::write_reference(),
        Command::Bench(arguments) => test::bench(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            steps::say(&format!("error: {message}"));
            ExitCode::FAILURE
        }
    }
}

fn run_seed(arguments: seed::SeedArguments) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start the runtime: {error}"))?;
    runtime.block_on(seed::run(arguments)).map_err(|error| error.to_string())
}
