//! The repository's own commands: `cargo xtask help`.

mod install;
mod leaks;
mod screenshots;
mod seed;
#[cfg(feature = "database")]
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
    /// Takes the pictures of the console in `docs/images` anew.
    Screenshots,
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Test(arguments) => test::run(&arguments),
        Command::Seed(arguments) => seed::run(arguments),
        Command::Sqlx => refresh_query_caches(),
        Command::Reference => test::write_reference(),
        Command::Bench(arguments) => test::bench(&arguments),
        Command::Screenshots => screenshots::run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            steps::say(&format!("error: {message}"));
            ExitCode::FAILURE
        }
    }
}

/// Makes the caches, by a build that has databases and leaves the stores out: a new query stops them from compiling.
#[cfg(not(feature = "database"))]
fn refresh_query_caches() -> Result<(), String> {
    steps::run_again_with("database")
}

#[cfg(feature = "database")]
fn refresh_query_caches() -> Result<(), String> {
    sqlx::run().map_err(|error| error.to_string())
}
