//! `cargo xtask test`: everything that has to hold before a change lands.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;

use crate::leaks;
use crate::steps::{Steps, execute, output_of, say};

/// What to leave out.
#[derive(Debug, Args)]
pub(crate) struct TestArguments {
    /// Install nothing; fail where something is missing.
    #[arg(long)]
    no_install: bool,
    /// Only run tests whose name contains this.
    filter: Option<String>,
}

/// Which benchmark to run.
#[derive(Debug, Args)]
pub(crate) struct BenchArguments {
    /// Arguments for the benchmark program; `-- --help` lists them.
    #[arg(last = true)]
    arguments: Vec<String>,
}

/// Runs all steps, cheapest first, and prints the minutes of each.
pub(crate) fn run(arguments: &TestArguments) -> Result<(), String> {
    let root = root();
    let mut steps = Steps::default();
    if !arguments.no_install {
        steps.run("install what the tests need", crate::install::run)?;
        steps.run("install the clients that the tests run", || crate::install::clients(&root))?;
    }
    steps.run("formatting", || execute(cargo(&root).args(["fmt", "--all", "--check"])))?;
    steps.run("lints", || {
        execute(cargo(&root).args([
            "clippy",
            "--release",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]))
    })?;
    steps.run("documentation", || {
        execute(
            cargo(&root)
                .args(["doc", "--release", "--workspace", "--no-deps"])
                .env("RUSTDOCFLAGS", "-D warnings"),
        )
    })?;
    steps.run("bans, licences and sources", || deny(&root))?;
    steps.run("compile the binary and the tests", || {
        execute(cargo(&root).args(["build", "--release", "--workspace", "--all-targets"]))
    })?;
    let evidence = leaks::Evidence::start(&root)?;
    steps.run("tests", || tests(&root, &evidence, arguments.filter.as_deref()))?;
    steps.run("documentation tests", || {
        execute(cargo(&root).args(["test", "--release", "--workspace", "--doc", "--quiet"]))
    })?;
    steps.run("no secret in logs, databases, audit and snapshots", || evidence.search(&root))?;
    steps.print_minutes();
    Ok(())
}

/// Writes the generated reference pages by running the tests that compare them, told to write instead.
pub(crate) fn write_reference() -> Result<(), String> {
    execute(
        cargo(&root())
            .args(["test", "--release", "--workspace", "--quiet", "reference"])
            .env("PATCYCLE_WRITE_REFERENCE", "1"),
    )
}

/// Runs the benchmark program.
pub(crate) fn bench(arguments: &BenchArguments) -> Result<(), String> {
    let root = root();
    execute(cargo(&root).args(["build", "--release", "--workspace", "--bins"]))?;
    execute(
        cargo(&root)
            .args(["run", "--release", "--quiet", "--package", "patcycle-bench", "--"])
            .args(&arguments.arguments),
    )
}

fn tests(root: &Path, evidence: &leaks::Evidence, filter: Option<&str>) -> Result<(), String> {
    let mut command = cargo(root);
    if output_of(cargo(root).args(["nextest", "--version"])).is_some() {
        command.args(["nextest", "run", "--release", "--workspace", "--no-fail-fast"]);
    } else {
        say("cargo-nextest is not installed; `cargo test` runs instead");
        command.args(["test", "--release", "--workspace", "--all-targets", "--no-fail-fast"]);
    }
    execute(command.args(filter).env(leaks::DIRECTORY_VARIABLE, evidence.directory()))
}

fn deny(root: &Path) -> Result<(), String> {
    if output_of(cargo(root).args(["deny", "--version"])).is_none() {
        say("cargo-deny is not installed; `cargo install cargo-deny` brings it. Left out.");
        return Ok(());
    }
    execute(cargo(root).args(["deny", "check", "bans", "licenses", "sources"]))
}

pub(crate) fn cargo(root: &Path) -> Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.current_dir(root);
    command
}

pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}
