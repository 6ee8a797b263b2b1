//! Benchmarks. Each prints a ratio against something measured in the same run, the two in turn (A B A B …), and
//! the median of the rounds: absolute rates move with whatever else the machine does.
//!
//! The server runs on one core and the load on another. `cargo xtask bench -- --help` lists what there is.

mod console;
mod create;
mod fill;
mod list;
mod revoke;
mod service;
mod start;
mod wire;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// What went wrong, in words: a benchmark has nobody to handle it but its reader.
type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[derive(Debug, Parser)]
#[command(name = "cargo xtask bench --")]
struct Arguments {
    #[command(subcommand)]
    benchmark: Benchmark,
}

#[derive(Debug, Subcommand)]
enum Benchmark {
    /// The console's list page of 100, against the API's own.
    Console(console::ConsoleArguments),
    /// Durable creates over HTTP, against 16-row group commits on the same disk.
    Create(create::CreateArguments),
    /// A list page of 100 in a large store, against the same page in a small one.
    List(list::ListArguments),
    /// Revoking everything of an owner by one raised epoch, against a commit of one row.
    Revoke(revoke::RevokeArguments),
    /// From start to first answer, against nginx; resident memory at rest.
    Start(start::StartArguments),
}

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let outcome = runtime.map_err(Into::into).and_then(|runtime| {
        runtime.block_on(async {
            match Arguments::parse().benchmark {
                Benchmark::Console(arguments) => console::run(arguments).await,
                Benchmark::Create(arguments) => create::run(arguments).await,
                Benchmark::List(arguments) => list::run(arguments).await,
                Benchmark::Revoke(arguments) => revoke::run(arguments).await,
                Benchmark::Start(arguments) => start::run(arguments).await,
            }
        })
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("error: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Prints a line of the result.
#[expect(clippy::print_stdout, reason = "a benchmark's result is its output")]
fn say(line: &str) {
    println!("{line}");
}

/// The middle value.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
