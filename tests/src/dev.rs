//! A real `patcycle dev`.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use reqwest::{Certificate, Client};
use serde_json::Value;

use crate::browser::{Arrival, Browser, Page};
use crate::{Patcycle, evidence};

const START_LIMIT: Duration = Duration::from_mins(1);

/// The Azure DevOps resource.
pub const RESOURCE: &str = "499b84ac-1321-427f-aa17-267ca6975798";

/// A running `patcycle dev` on ports of its own. It is killed when dropped.
#[derive(Debug)]
pub struct Dev {
    /// `None`: somebody else started it and ends it.
    child: Option<Child>,
    directory: PathBuf,
    environment: BTreeMap<String, String>,
}

impl Dev {
    /// Starts on a new data directory that is kept for the search for secrets.
    ///
    /// # Panics
    /// When it does not come up.
    pub fn start(name: &str) -> Self {
        Self::start_with(&evidence::directory(name), &[])
    }

    /// Starts on this directory (its data is below `data`), with more arguments. Logs go to `server.log`.
    ///
    /// # Panics
    /// When it does not come up.
    pub fn start_with(directory: &Path, arguments: &[&str]) -> Self {
        let data = directory.join("data");
        let ready_file = data.join("dev.env");
        // A killed process leaves it behind.
        let _ = fs::remove_file(&ready_file);
        let mut child = Patcycle::new(directory)
            .env("PATCYCLE_LOG", "trace")
            .command(&[
                "dev",
                "--data-dir",
                data.to_str().unwrap(),
                "--http",
                "127.0.0.1:0",
                "--https",
                "127.0.0.1:0",
            ])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = follow(child.stderr.take().unwrap(), &directory.join("server.log"));
        let deadline = Instant::now() + START_LIMIT;
        let mut said = String::new();
        while !ready_file.exists() {
            match lines.recv_timeout(Duration::from_millis(20)) {
                Ok(line) => said.push_str(&line),
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => {
                    panic!("patcycle dev ended with {:?}:\n{said}", child.wait())
                }
            }
            assert!(Instant::now() < deadline, "patcycle dev did not come up:\n{said}");
        }
        let environment = read_environment(&ready_file);
        Self { child: Some(child), directory: directory.to_path_buf(), environment }
    }

    /// One that runs already on this data directory.
    ///
    /// # Panics
    /// When it does not come up.
    pub fn attach(data: &Path) -> Self {
        let ready_file = data.join("dev.env");
        let deadline = Instant::now() + START_LIMIT;
        while !ready_file.exists() {
            assert!(Instant::now() < deadline, "patcycle dev did not come up");
            std::thread::sleep(Duration::from_millis(5));
        }
        let directory = data.parent().unwrap().to_path_buf();
        Self { child: None, directory, environment: read_environment(&ready_file) }
    }

    /// A variable of `dev.env`, without `PATCYCLE_` in front.
    #[track_caller]
    pub fn var(&self, name: &str) -> &str {
        let name = format!("PATCYCLE_{name}");
        self.environment.get(&name).unwrap_or_else(|| panic!("dev.env has no {name}"))
    }

    /// Lets tests sign in a person who was created later: `person` stands for them from now on, and ends in `USER`.
    pub fn introduce(&mut self, person: &str, name: &str, password: &str) {
        self.environment.insert(format!("PATCYCLE_{person}"), name.to_owned());
        let key = format!("PATCYCLE_{}", person.replace("USER", "PASSWORD"));
        self.environment.insert(key, password.to_owned());
    }

    /// All variables of `dev.env`.
    pub fn environment(&self) -> &BTreeMap<String, String> {
        &self.environment
    }

    /// The directory that was given.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The data directory.
    pub fn data(&self) -> PathBuf {
        self.directory.join("data")
    }

    /// The command line, configured by `dev.env`.
    pub fn cli(&self) -> Patcycle {
        let start = Patcycle::new(&self.directory);
        self.environment.iter().fold(start, |cli, (name, value)| cli.env(name, value))
    }

    /// An HTTP client that trusts the private CA and follows no redirects.
    pub fn http(&self) -> Client {
        let pem = fs::read(self.var("CA_FILE")).unwrap();
        Client::builder()
            .tls_certs_only([Certificate::from_pem(&pem).unwrap()])
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap()
    }

    /// A browser at the tenant.
    pub fn browser(&self) -> Browser {
        Browser::new(self.http(), self.var("BASE_URL"))
    }

    /// Goes through whatever the tenant asks: sign-in, second factor, consent. `person` is `USER`,
    /// `ADMIN_USER`, `MFA_USER` or `OTHER_USER`.
    pub async fn sign_in(&self, browser: &mut Browser, address: &str, person: &str) -> Arrival {
        match browser.open(address).await {
            Arrival::Page(page) => self.complete(browser, page, person).await,
            elsewhere @ Arrival::Elsewhere(_) => elsewhere,
        }
    }

    /// Goes on from a page of the tenant, until there is nothing more to fill in.
    pub async fn complete(&self, browser: &mut Browser, page: Page, person: &str) -> Arrival {
        let mut arrival = Arrival::Page(page);
        for _ in 0..6 {
            let page = match arrival {
                Arrival::Page(page) => page,
                elsewhere @ Arrival::Elsewhere(_) => return elsewhere,
            };
            let Some(form) = self.fill_in(&page, person) else { return Arrival::Page(page) };
            arrival = browser.submit(form).await;
        }
        arrival
    }

    fn fill_in(&self, page: &Page, person: &str) -> Option<crate::browser::Form> {
        let forms = page.forms().into_iter().filter(|form| form.method == reqwest::Method::POST);
        forms.into_iter().find_map(|form| {
            if form.fields.contains_key("password") {
                let password = self.var(&person.replace("USER", "PASSWORD"));
                return Some(form.fill("username", self.var(person)).fill("password", password));
            }
            if form.fields.contains_key("otp") {
                return Some(form.fill("otp", &self.one_time_code()));
            }
            let action = form.fields.get("action").map(String::as_str);
            matches!(action, Some("accept" | "confirm")).then_some(form)
        })
    }

    /// The one-time code of the person with a second factor, by the computer's clock.
    #[expect(clippy::disallowed_methods, reason = "the process under test runs on the computer's clock")]
    pub fn one_time_code(&self) -> String {
        let secret = totp_rs::Secret::try_from_base32(self.var("MFA_SECRET")).unwrap();
        let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        totp.generate(now.as_secs()).to_string()
    }

    /// Moves the clock of tenant and service.
    pub async fn advance(&self, by: &str) {
        self.control(reqwest::Method::POST, "/_dev/clock", Some(serde_json::json!({ "advance": by }))).await;
    }

    /// Calls `/_dev`.
    ///
    /// # Panics
    /// When it refuses.
    pub async fn control(&self, method: reqwest::Method, path: &str, body: Option<Value>) -> Value {
        let url = format!("{}{path}", self.var("CONSOLE_URL"));
        let mut request = self.http().request(method, url).bearer_auth(self.var("CONTROL_KEY"));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        assert!(response.status().is_success(), "{path}: {}", response.status());
        let text = response.text().await.unwrap();
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// Asks the process to stop, and waits for it. Gives its exit code.
    pub fn stop(mut self) -> Option<i32> {
        let mut child = self.child.take().expect("started here");
        terminate(&child);
        child.wait().unwrap().code()
    }

    /// Kills the process on the spot, as a crash would.
    pub fn kill(mut self) {
        let mut child = self.child.take().expect("started here");
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // It may have ended already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Asks a process to stop.
///
/// # Panics
/// When it is gone.
pub fn terminate(child: &Child) {
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
}

/// Copies a process's talk to a file, and tells of each line.
fn follow(stream: std::process::ChildStderr, file: &Path) -> mpsc::Receiver<String> {
    let mut log = fs::OpenOptions::new().create(true).append(true).open(file).unwrap();
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).into_owned() + "\n";
            log.write_all(line.as_bytes()).unwrap();
            // Nobody listens any more once it is up.
            let _ = sender.send(line);
        }
    });
    receiver
}

/// Reads `NAME='value'` lines.
fn read_environment(file: &Path) -> BTreeMap<String, String> {
    let text = fs::read_to_string(file).unwrap();
    let lines = text.lines().map(|line| line.strip_prefix("export ").unwrap_or(line));
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let (name, value) = line.split_once('=').unwrap();
            let value = value.strip_prefix('\'').and_then(|value| value.strip_suffix('\'')).unwrap();
            (name.to_owned(), value.replace(r"'\''", "'"))
        })
        .collect()
}
