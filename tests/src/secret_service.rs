//! A desktop's keychain: GNOME Keyring on a session bus of its own, unlocked with a throw-away password.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Patcycle;

const START_LIMIT: Duration = Duration::from_mins(1);

/// A running Secret Service. Its processes are killed when it is dropped.
#[derive(Debug)]
pub struct SecretService {
    processes: Vec<Child>,
    address: String,
    home: PathBuf,
}

impl SecretService {
    /// Starts bus and keyring; everything that they keep is below `directory`.
    ///
    /// # Panics
    /// When they do not come up.
    pub fn start(directory: &Path) -> Self {
        let home = directory.join("keyring-home");
        fs::create_dir_all(&home).unwrap();
        let mut bus = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--nopidfile", "--print-address=1", "--address=unix:tmpdir=/tmp"])
            .env_clear()
            .envs([("PATH", std::env::var_os("PATH").unwrap()), ("HOME", home.clone().into_os_string())])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut address = String::new();
        BufReader::new(bus.stdout.take().unwrap()).read_line(&mut address).unwrap();
        let address = address.trim().to_owned();
        assert!(!address.is_empty(), "the bus did not come up");
        let mut service = Self { processes: vec![bus], address, home };
        service.start_keyring();
        service
    }

    fn start_keyring(&mut self) {
        let mut keyring = self
            .command("gnome-keyring-daemon", &["--foreground", "--unlock", "--components=secrets"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        keyring.stdin.take().unwrap().write_all(b"throw-away password").unwrap();
        self.processes.push(keyring);
        let deadline = Instant::now() + START_LIMIT;
        let has_owner =
            ["--print-reply", "--dest=org.freedesktop.DBus", "/", "org.freedesktop.DBus.NameHasOwner"];
        let question = [&has_owner[..], &["string:org.freedesktop.secrets"]].concat();
        loop {
            let answer = self.command("dbus-send", &question).output().unwrap();
            if String::from_utf8_lossy(&answer.stdout).contains("boolean true") {
                return;
            }
            assert!(Instant::now() < deadline, "the keyring did not come up");
            std::thread::yield_now();
        }
    }

    /// The command line on this desktop.
    pub fn desktop(&self, cli: Patcycle) -> Patcycle {
        cli.without("PATCYCLE_TOKEN_STORE").env("DBUS_SESSION_BUS_ADDRESS", &self.address)
    }

    /// What the keyring holds for a profile, read by another program; `None`: nothing.
    ///
    /// # Panics
    /// When the program cannot be run.
    pub fn held_for(&self, profile: &str) -> Option<Vec<u8>> {
        let lookup = ["lookup", "service", "patcycle", "username", profile];
        let output = self.command("secret-tool", &lookup).output().unwrap();
        output.status.success().then_some(output.stdout)
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", &self.home)
            .env("XDG_RUNTIME_DIR", &self.home)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address);
        command
    }
}

impl Drop for SecretService {
    fn drop(&mut self) {
        for process in self.processes.iter_mut().rev() {
            // It may have ended already.
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}
