//! A real mail server in a process of its own (aiosmtpd), that keeps its mail in a directory.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

pub(crate) struct MailServer {
    pub(crate) port: u16,
    mails: TempDir,
    process: Option<Child>,
}

impl MailServer {
    pub(crate) fn start() -> Self {
        let mails = tempfile::tempdir().unwrap();
        let mut server = Self { port: 0, mails, process: None };
        server.restart();
        server
    }

    /// Starts it again, on the port that it had.
    pub(crate) fn restart(&mut self) {
        self.kill();
        let mut process = Command::new(python())
            .arg(workspace().join("tests/clients/smtp_server.py"))
            .arg(self.mails.path())
            .arg(self.port.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        self.process = Some(process);
        self.port = line.trim().parse().expect("the mail server says its port; see its stderr");
    }

    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// All mails that arrived, in order, as they came over the wire.
    pub(crate) fn mails(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.mails.path()).unwrap().map(|entry| entry.unwrap().path());
        let mut paths: Vec<PathBuf> =
            entries.filter(|path| path.extension().is_some_and(|end| end == "eml")).collect();
        paths.sort();
        paths.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.kill();
    }
}

fn workspace() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The Python that `cargo xtask test` prepares.
fn python() -> PathBuf {
    let python = workspace().join("target/test-clients/python/bin/python");
    assert!(python.exists(), "{} is missing: `cargo xtask test` prepares it", python.display());
    python
}
