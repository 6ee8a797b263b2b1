//! The command line as a real process.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// The directory that cargo builds into.
pub fn target_directory() -> PathBuf {
    let executable = std::env::current_exe().unwrap();
    // target/PROFILE/deps/TEST
    executable.ancestors().nth(3).unwrap().to_path_buf()
}

/// The binary under test, of the profile that the tests were built in.
///
/// # Panics
/// When it was not built.
pub fn binary() -> PathBuf {
    let executable = std::env::current_exe().unwrap();
    let binary = executable.ancestors().nth(2).unwrap().join("patcycle");
    assert!(binary.exists(), "{} is missing: build the workspace first", binary.display());
    binary
}

/// How a process ended.
#[derive(Debug)]
pub struct Outcome {
    /// Its exit code; -1 when a signal ended it.
    pub code: i32,
    /// What it printed as data.
    pub stdout: String,
    /// What it said.
    pub stderr: String,
}

impl Outcome {
    /// Asserts success and gives the data.
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.code, 0, "stderr: {}", self.stderr);
        self.stdout
    }

    /// Asserts success and gives the data as JSON.
    #[track_caller]
    pub fn json(self) -> Value {
        let text = self.ok();
        serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("{error} in {} bytes of output", text.len()))
    }

    /// Asserts this exit code and gives what was said.
    #[track_caller]
    pub fn fails_with(self, code: i32) -> String {
        assert_eq!(self.code, code, "stdout: {} bytes, stderr: {}", self.stdout.len(), self.stderr);
        self.stderr
    }
}

/// `patcycle` with a clean environment.
#[derive(Debug, Clone)]
pub struct Patcycle {
    environment: BTreeMap<OsString, OsString>,
    directory: PathBuf,
}

impl Patcycle {
    /// Runs in `directory`, with nothing from this process's environment but `PATH`; `HOME` is `directory`.
    pub fn new(directory: &Path) -> Self {
        let mut environment = BTreeMap::new();
        environment.insert("PATH".into(), std::env::var_os("PATH").unwrap_or_default());
        environment.insert("HOME".into(), directory.into());
        Self { environment, directory: directory.to_path_buf() }
    }

    /// Sets a variable.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.environment.insert(name.as_ref().into(), value.as_ref().into());
        self
    }

    /// Removes a variable.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.environment.remove(OsStr::new(name));
        self
    }

    /// A command that is not started yet, for tests that need its pipes.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.args(arguments).env_clear().envs(&self.environment).current_dir(&self.directory);
        command
    }

    /// Runs to the end, with no standard input.
    pub fn run(&self, arguments: &[&str]) -> Outcome {
        self.run_with_input(arguments, "")
    }

    /// Runs to the end, with this standard input.
    pub fn run_with_input(&self, arguments: &[&str], input: &str) -> Outcome {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that does not read its input closes the pipe early; that is its right.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        let outcome = Outcome {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        patcycle_evidence::note_all_in(&outcome.stdout);
        outcome
    }
}
