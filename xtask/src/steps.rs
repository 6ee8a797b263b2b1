//! Named steps with their minutes.

use std::io::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};

/// Writes a line of progress to standard error.
pub(crate) fn say(line: &str) {
    // Nobody is left to tell when standard error is gone.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Runs steps one after another and remembers how long each took.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    taken: Vec<(String, Duration)>,
}

impl Steps {
    /// Runs one step. Its failure ends the run; the minutes so far are printed first.
    pub(crate) fn run(
        &mut self,
        name: &str,
        step: impl FnOnce() -> Result<(), String>,
    ) -> Result<(), String> {
        say(&format!("\n=== {name}"));
        let start = Instant::now();
        let outcome = step();
        self.taken.push((name.to_owned(), start.elapsed()));
        outcome.map_err(|reason| {
            self.print_minutes();
            format!("{name}: {reason}")
        })
    }

    /// Prints the minutes of each step and of all.
    pub(crate) fn print_minutes(&self) {
        say("\nminutes  step");
        for (name, duration) in &self.taken {
            say(&format!("{:7.2}  {name}", duration.as_secs_f64() / 60.0));
        }
        let total: Duration = self.taken.iter().map(|(_, duration)| *duration).sum();
        say(&format!("{:7.2}  together", total.as_secs_f64() / 60.0));
    }
}

/// Runs a program with the terminal of this one. An exit code other than 0 is an error.
pub(crate) fn execute(command: &mut Command) -> Result<(), String> {
    let shown = format!("{command:?}");
    let status = command.status().map_err(|error| format!("cannot run {shown}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{shown} ended with {status}")) }
}

/// The output of a program; `None` if it cannot run or fails.
pub(crate) fn output_of(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs this very command in a build of this program that has `feature`.
#[cfg(not(feature = "store"))]
pub(crate) fn run_again_with(feature: &str) -> Result<(), String> {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let build =
        ["run", "--quiet", "--release", "--package", "xtask", "--no-default-features", "--features", feature];
    execute(Command::new(program).args(build).arg("--").args(std::env::args_os().skip(1)))
}
