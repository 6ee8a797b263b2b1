//! The processes that are measured.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::Outcome;

const START_LIMIT: Duration = Duration::from_secs(30);
/// The core that servers run on.
const SERVER_CORE: &str = "0";

/// A process that ends with this value.
#[derive(Debug)]
pub(crate) struct Running(Child);

impl Running {
    /// Starts a program on the server's core.
    pub(crate) fn start(program: &Path, arguments: &[&str], log: &Path) -> Outcome<Self> {
        let log = fs::File::create(log)?;
        let mut command = Command::new("taskset");
        command.args(["--cpu-list", SERVER_CORE]).arg(program).args(arguments);
        Ok(Self(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn()?))
    }

    /// Its process id.
    pub(crate) fn pid(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The binary that was built with this one.
pub(crate) fn binary() -> Outcome<PathBuf> {
    let binary = std::env::current_exe()?.with_file_name("patcycle");
    if binary.exists() {
        Ok(binary)
    } else {
        Err(format!("{} is missing: build the workspace first", binary.display()).into())
    }
}

/// The offline twin: here it is the identity platform only.
#[derive(Debug)]
pub(crate) struct Tenant {
    _process: Running,
    environment: BTreeMap<String, String>,
}

impl Tenant {
    /// Starts `patcycle dev` below `directory`.
    pub(crate) fn start(directory: &Path) -> Outcome<Self> {
        let data = directory.join("twin");
        let arguments =
            ["dev", "--data-dir", text(&data)?, "--http", "127.0.0.1:0", "--https", "127.0.0.1:0"];
        let process = Running::start(&binary()?, &arguments, &directory.join("twin.log"))?;
        let environment = wait_for(&data.join("dev.env"))?;
        let environment = environment
            .lines()
            .filter_map(|line| line.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.trim_matches('\'').to_owned()))
            .collect();
        Ok(Self { _process: process, environment })
    }

    /// A variable of `dev.env`.
    pub(crate) fn variable(&self, name: &str) -> Outcome<&str> {
        self.environment.get(name).map(String::as_str).ok_or_else(|| format!("dev.env has no {name}").into())
    }

    /// An access token of this person, signed with the tenant's own key.
    pub(crate) fn access_token(&self, person: Uuid) -> Outcome<String> {
        let pem = fs::read(self.variable("PATCYCLE_SIGNING_KEY_FILE")?)?;
        let tenant = self.variable("PATCYCLE_TENANT_ID")?;
        let now = patcycle_primitives::Clock::now(&patcycle_primitives::SystemClock).as_second();
        let claims = json!({
            "aud": "499b84ac-1321-427f-aa17-267ca6975798",
            "iss": format!("https://sts.windows.net/{tenant}/"),
            "iat": now, "nbf": now, "exp": now + 3600,
            "tid": tenant, "oid": person, "sub": "benchmark", "ver": "1.0",
            "scp": "user_impersonation", "upn": "bench@fabrikam.example", "name": "Bench",
            "appid": self.variable("PATCYCLE_CLIENT_ID")?, "uti": "benchmark",
        });
        let mut header = Header::new(Algorithm::RS256);
        header.kid = Some(self.key_id(&pem)?);
        Ok(jsonwebtoken::encode(&header, &claims, &EncodingKey::from_rsa_pem(&pem)?)?)
    }

    /// The id of the tenant's current key: the one in its published set whose modulus is the key's.
    fn key_id(&self, pem: &[u8]) -> Outcome<String> {
        let key =
            jsonwebtoken::jwk::Jwk::from_encoding_key(&EncodingKey::from_rsa_pem(pem)?, Algorithm::RS256)?;
        let modulus = serde_json::to_value(&key)?["n"].clone();
        let output = Command::new("curl")
            .args(["--silent", "--noproxy", "*", "--cacert", self.variable("PATCYCLE_CA_FILE")?])
            .arg(format!("{}/discovery/v2.0/keys", self.variable("PATCYCLE_AUTHORITY")?))
            .output()?;
        let keys: Value = serde_json::from_slice(&output.stdout)?;
        let keys = keys["keys"].as_array().ok_or("no keys are published")?;
        let key = keys.iter().find(|key| key["n"] == modulus).ok_or("the current key is not published")?;
        Ok(key["kid"].as_str().ok_or("a key without kid")?.to_owned())
    }
}

/// `patcycle serve` on plain HTTP.
#[derive(Debug)]
pub(crate) struct Service {
    process: Running,
    /// Host and port.
    pub(crate) address: String,
}

impl Service {
    /// Starts it on this database.
    pub(crate) fn start(directory: &Path, tenant: &Tenant, database: &Path) -> Outcome<Self> {
        let name = database.file_stem().and_then(|name| name.to_str()).unwrap_or("service").to_owned();
        let config = directory.join(format!("{name}.toml"));
        fs::write(
            &config,
            format!(
                r#"
                listen = "http://127.0.0.1:0"
                database = "sqlite:{database}"
                pepper_file = "{directory}/{name}.pepper"
                maximum_active_pats_per_owner = 0
                [[organization]]
                name = "fabrikam"
                members = "tenant"
                [[organization.issuer]]
                issuer = "{authority}/v2.0"
                audiences = ["499b84ac-1321-427f-aa17-267ca6975798"]
                ca_file = "{ca}"
                "#,
                database = database.display(),
                directory = directory.display(),
                authority = tenant.variable("PATCYCLE_AUTHORITY")?,
                ca = tenant.variable("PATCYCLE_CA_FILE")?,
            ),
        )?;
        let ready = directory.join(format!("{name}.ready"));
        if ready.exists() {
            fs::remove_file(&ready)?;
        }
        let arguments = ["serve", "--config", text(&config)?, "--ready-file", text(&ready)?];
        let process = Running::start(&binary()?, &arguments, &directory.join(format!("{name}.log")))?;
        let urls = wait_for(&ready)?;
        let start = urls.find("http://").ok_or("the ready file has no http URL")? + "http://".len();
        let address = urls[start..].split(['"', '/']).next().unwrap_or_default().to_owned();
        Ok(Self { process, address })
    }

    /// Its resident memory in MiB.
    pub(crate) fn resident_mebibytes(&self) -> Outcome<f64> {
        resident_mebibytes(self.process.pid())
    }
}

/// The resident memory of a process in MiB.
pub(crate) fn resident_mebibytes(pid: u32) -> Outcome<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).ok_or("no VmRSS")?;
    let kibibytes: f64 = line.split_whitespace().nth(1).ok_or("no number")?.parse()?;
    Ok(kibibytes / 1024.0)
}

fn text(path: &Path) -> Outcome<&str> {
    path.to_str().ok_or_else(|| "a path is not UTF-8".into())
}

/// Waits for a file that appears at once and whole.
fn wait_for(file: &Path) -> Outcome<String> {
    let deadline = Instant::now() + START_LIMIT;
    while Instant::now() < deadline {
        if let Ok(text) = fs::read_to_string(file) {
            return Ok(text);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    Err(format!("{} did not appear", file.display()).into())
}
