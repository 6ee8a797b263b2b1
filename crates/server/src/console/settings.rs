//! The settings of `patcycle console`: read, laid over by variables and flags, checked. Whatever is wrong is told with the
//! place, the problem and what to write.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::SignedDuration;
use patcycle_entra::Authority;
use patcycle_primitives::Secret;
use toml::{Table, Value};
use url::Url;

use super::addresses::{self, REDIRECT_PATH};
use super::credential::CredentialSource;
use super::endpoint::{self, Endpoint};
use super::keys::{KEYS, SettingKey};
use super::sessions::SessionType;
use crate::configuration::{ConfigurationError, TlsFiles, listen_address};

const LISTEN: &str = "http://127.0.0.1:5000";
/// The ways to prove who the application is, of which there is at most one.
const CREDENTIALS: [&str; 3] = ["CLIENT_SECRET", "CLIENT_SECRET_FILE", "CLIENT_CERTIFICATE_FILE"];
/// Audiences of the sign-in service that have people in them who have no organization.
const TOO_WIDE: [&str; 2] = ["common", "consumers"];

/// A setting from outside the file.
#[derive(Debug)]
pub struct GivenSetting {
    /// Which one.
    pub key: &'static SettingKey,
    /// What was given.
    pub value: Secret,
    /// Where, for messages: the flag or the variable.
    pub origin: String,
}

/// Settings that fit together.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) client_id: String,
    pub(super) credential: CredentialSource,
    pub(super) authority: Authority,
    pub(super) redirect_path: String,
    pub(super) endpoint: Endpoint,
    /// Empty: the default.
    pub(super) scopes: Vec<String>,
    pub(super) session_type: SessionType,
    pub(super) session_folder: PathBuf,
    pub(super) session_key_file: PathBuf,
    pub(super) fresh_sign_in: SignedDuration,
    pub(super) listen: SocketAddr,
    pub(super) tls: Option<TlsFiles>,
    /// `None`: `localhost` with the port that was taken.
    pub(super) public_url: Option<Url>,
    pub(super) ca_file: Option<PathBuf>,
}

/// A value, and where it stands.
#[derive(Debug)]
struct Placed {
    value: Secret,
    place: String,
    in_file: bool,
}

/// All that was written.
#[derive(Debug)]
struct Written {
    values: HashMap<&'static str, Placed>,
    /// Where a missing setting could be.
    file: Option<PathBuf>,
}

/// Reads the file, if one is named, and lays `given` over it: the later one wins. Without `SESSION_FOLDER`, sessions are
/// below `data_folder`.
pub(super) fn load(
    file: Option<&Path>,
    given: Vec<GivenSetting>,
    data_folder: Option<&Path>,
) -> Result<Settings, ConfigurationError> {
    let text = match file {
        None => zeroize::Zeroizing::default(),
        Some(file) => std::fs::read_to_string(file).map(zeroize::Zeroizing::new).map_err(|error| {
            ConfigurationError {
                place: file.display().to_string(),
                problem: format!("the file cannot be read: {error}"),
                remedy: "Name the file of settings with `--config FILE`, or leave it out.".to_owned(),
            }
        })?,
    };
    check(&Written::of(file, &text, given)?, data_folder)
}

fn check(written: &Written, data_folder: Option<&Path>) -> Result<Settings, ConfigurationError> {
    let (listen, https) = listen_address(written.text("LISTEN").unwrap_or(LISTEN)).map_err(|problem| {
        written.error("LISTEN", problem, "Write `http://127.0.0.1:5000`, or `https://IP:PORT`.")
    })?;
    let session_folder =
        written.path("SESSION_FOLDER").or_else(|| Some(data_folder?.join("console/sessions")));
    let session_folder = session_folder.ok_or_else(|| {
        written.error("SESSION_FOLDER", "it is missing, and there is no home directory", "Name a folder.")
    })?;
    Ok(Settings {
        client_id: client_id(written)?,
        credential: credential(written)?,
        authority: authority(written)?,
        redirect_path: redirect_path(written)?,
        endpoint: endpoint(written)?,
        scopes: scopes(written)?,
        session_key_file: written
            .path("SESSION_KEY_FILE")
            .unwrap_or_else(|| session_folder.with_file_name("session-key")),
        session_type: session_type(written)?,
        session_folder,
        fresh_sign_in: fresh_sign_in(written)?,
        public_url: public_url(written, listen)?,
        tls: tls(written, https)?,
        listen,
        ca_file: written.path("CA_FILE"),
    })
}

fn client_id(written: &Written) -> Result<String, ConfigurationError> {
    let remedy = "In the Azure portal it is under App registrations, your application, Overview, Application (client) ID.";
    let id = written.required("CLIENT_ID", remedy)?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    if id.bytes().all(plain) {
        Ok(id.to_owned())
    } else {
        Err(written.error("CLIENT_ID", "it is not an id", remedy))
    }
}

fn credential(written: &Written) -> Result<CredentialSource, ConfigurationError> {
    let given: Vec<&'static str> =
        CREDENTIALS.into_iter().filter(|name| written.text(name).is_some()).collect();
    if let [first, second, ..] = given[..] {
        let problem = format!("there is {} as well", written.place(second));
        return Err(written.error(
            first,
            problem,
            "Keep one of them: an application has one credential here.",
        ));
    }
    let Some(&name) = given.first() else { return Ok(CredentialSource::Public) };
    let remedy = "In the Azure portal it is made under App registrations, your application, Certificates & secrets; copy the \
                  secret's Value, which is shown once.";
    let value = written.required(name, remedy)?;
    Ok(match name {
        "CLIENT_SECRET" => {
            if let Some(placed) = written.values.get(name).filter(|placed| placed.in_file) {
                tracing::warn!(
                    place = %placed.place,
                    "the client secret is in plain text; use CLIENT_SECRET_FILE or an environment variable"
                );
            }
            CredentialSource::Secret(Arc::new(Secret::new(value)))
        }
        "CLIENT_SECRET_FILE" => CredentialSource::SecretFile(PathBuf::from(value)),
        _ => CredentialSource::CertificateFile(PathBuf::from(value)),
    })
}

fn authority(written: &Written) -> Result<Authority, ConfigurationError> {
    let remedy = "Write `https://login.microsoftonline.com/` and behind it the tenant's id (in the Azure portal: Microsoft \
                  Entra ID, Overview, Tenant ID), one of its domains, or `organizations`.";
    let text = written.required("AUTHORITY", remedy)?;
    let authority =
        Authority::parse(text).map_err(|error| written.error("AUTHORITY", error.to_string(), remedy))?;
    if TOO_WIDE.contains(&authority.tenant()) {
        let problem = format!("`{}` lets people in who have no work or school account", authority.tenant());
        return Err(written.error("AUTHORITY", problem, remedy));
    }
    Ok(authority)
}

fn redirect_path(written: &Written) -> Result<String, ConfigurationError> {
    let path = written.text("REDIRECT_PATH").unwrap_or(REDIRECT_PATH);
    let remedy = "Write the path of the registered redirect URI, for example `/getAToken`.";
    addresses::check_redirect_path(path)
        .map_err(|problem| written.error("REDIRECT_PATH", problem, remedy))?;
    Ok(path.to_owned())
}

fn endpoint(written: &Written) -> Result<Endpoint, ConfigurationError> {
    let remedy = "Write `https://vssps.dev.azure.com/ORGANIZATION/_apis/Tokens/Pats?api-version=7.1-preview.1`; the \
                  organization is the first part of the path when you look at a project, `https://dev.azure.com/ORGANIZATION`.";
    let text = written.required("ENDPOINT", remedy)?;
    endpoint::parse(text).map_err(|problem| written.error("ENDPOINT", problem, remedy))
}

fn scopes(written: &Written) -> Result<Vec<String>, ConfigurationError> {
    let remedy =
        "Write `499b84ac-1321-427f-aa17-267ca6975798/.default` in front of Azure DevOps, or leave it out.";
    if written.text("SCOPE").is_none() {
        return Ok(Vec::new());
    }
    Ok(written.required("SCOPE", remedy)?.split_whitespace().map(str::to_owned).collect())
}

fn session_type(written: &Written) -> Result<SessionType, ConfigurationError> {
    let name = written.text("SESSION_TYPE").unwrap_or("filesystem");
    SessionType::from_name(name).ok_or_else(|| {
        let problem = format!("`{name}` is not a place for sessions that this build knows");
        written.error("SESSION_TYPE", problem, "Write `filesystem` or `sqlite`.")
    })
}

fn fresh_sign_in(written: &Written) -> Result<SignedDuration, ConfigurationError> {
    let Some(text) = written.text("FRESH_SIGN_IN_HOURS") else { return Ok(patcycle_console::FRESH_SIGN_IN) };
    let hours = text.parse().ok().filter(|hours| (1..=720).contains(hours));
    hours.map(SignedDuration::from_hours).ok_or_else(|| {
        let problem = format!("`{text}` is not a number of hours from 1 to 720");
        written.error("FRESH_SIGN_IN_HOURS", problem, "Write `12`.")
    })
}

fn public_url(written: &Written, listen: SocketAddr) -> Result<Option<Url>, ConfigurationError> {
    let remedy = "Write where browsers reach the console, for example `https://pats.fabrikam.example`.";
    let error = |problem| written.error("PUBLIC_URL", problem, remedy);
    let local = listen.ip().is_loopback();
    match written.text("PUBLIC_URL") {
        None if local => Ok(None),
        None => Err(error("it is missing, and the console listens on more than this machine")),
        Some(text) if local => addresses::public_url(text).map(Some).map_err(error),
        Some(text) => addresses::remote_public_url(text).map(Some).map_err(error),
    }
}

fn tls(written: &Written, https: bool) -> Result<Option<TlsFiles>, ConfigurationError> {
    match (https, written.path("TLS_CERTIFICATE_FILE"), written.path("TLS_KEY_FILE")) {
        (true, Some(certificate), Some(key)) => Ok(Some(TlsFiles { certificate, key })),
        (false, None, None) => Ok(None),
        (true, certificate, _) => {
            let name = if certificate.is_none() { "TLS_CERTIFICATE_FILE" } else { "TLS_KEY_FILE" };
            Err(written.error(
                name,
                "it is missing, and LISTEN is https",
                "Name it, or listen on `http://…`.",
            ))
        }
        (false, certificate, _) => {
            let name = if certificate.is_some() { "TLS_CERTIFICATE_FILE" } else { "TLS_KEY_FILE" };
            let problem = "it has no effect, because LISTEN is plain http";
            Err(written.error(name, problem, "Listen on `https://…`, or take it out."))
        }
    }
}

impl Written {
    fn of(file: Option<&Path>, text: &str, given: Vec<GivenSetting>) -> Result<Self, ConfigurationError> {
        let mut values = HashMap::new();
        if let Some(file) = file {
            let table: Table = toml::from_str(text).map_err(|error| not_toml(file, text, &error))?;
            for (name, value) in table {
                let key = KEYS.iter().find(|key| key.name == name).ok_or_else(|| unknown(file, &name))?;
                let place = format!("{}: `{}`", file.display(), key.name);
                let Some(text) = text_of(&value) else {
                    let remedy = format!("Write it like this: `{} = {}`.", key.name, key.example);
                    let problem = "it is neither a text nor a list of texts".to_owned();
                    return Err(ConfigurationError { place, problem, remedy });
                };
                values.insert(key.name, Placed { value: text, place, in_file: true });
            }
        }
        for GivenSetting { key, value, origin } in given {
            let place = format!("`{origin}`");
            values.insert(key.name, Placed { value, place, in_file: false });
        }
        Ok(Self { values, file: file.map(Path::to_owned) })
    }

    /// The text of a setting. An empty one counts as absent.
    fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(|placed| placed.value.expose().trim()).filter(|text| !text.is_empty())
    }

    fn path(&self, name: &str) -> Option<PathBuf> {
        self.text(name).map(PathBuf::from)
    }

    /// The text of a setting that has to be there, and to be more than what the sample's file has in its place.
    fn required(&self, name: &str, remedy: &str) -> Result<&str, ConfigurationError> {
        let text = self.text(name).ok_or_else(|| self.error(name, "it is missing", remedy))?;
        if is_placeholder(text) {
            return Err(self.error(name, "it still has the words of the sample in it", remedy));
        }
        Ok(text)
    }

    fn place(&self, name: &str) -> String {
        match (self.values.get(name), &self.file) {
            (Some(placed), _) => placed.place.clone(),
            (None, Some(file)) => format!("{}: `{name}`", file.display()),
            (None, None) => format!("`{name}`"),
        }
    }

    fn error(&self, name: &str, problem: impl Into<String>, remedy: &str) -> ConfigurationError {
        ConfigurationError { place: self.place(name), problem: problem.into(), remedy: remedy.to_owned() }
    }
}

/// `Enter_the_Application_Id_here` and its like.
fn is_placeholder(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.find("enter_the_").is_some_and(|start| text[start..].contains("_here"))
}

/// A text, a number, or a list of texts as one with blanks between them.
fn text_of(value: &Value) -> Option<Secret> {
    match value {
        Value::String(text) => Some(Secret::new(text.as_str())),
        Value::Integer(number) => Some(Secret::new(number.to_string())),
        Value::Array(items) => {
            let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
            texts.map(|texts| Secret::new(texts.join(" ")))
        }
        _ => None,
    }
}

/// Says where, and never what stands there: it may be a secret.
fn not_toml(file: &Path, text: &str, error: &toml::de::Error) -> ConfigurationError {
    let line =
        error.span().and_then(|span| text.get(..span.start)).map(|before| before.matches('\n').count() + 1);
    ConfigurationError {
        place: line.map_or_else(|| file.display().to_string(), |line| format!("{}:{line}", file.display())),
        problem: "this is not TOML".to_owned(),
        remedy: "Write each setting as `NAME = \"value\"`.".to_owned(),
    }
}

fn unknown(file: &Path, name: &str) -> ConfigurationError {
    let names: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
    ConfigurationError {
        place: file.display().to_string(),
        problem: format!("there is no setting `{name}`"),
        remedy: format!("Settings are {}.", names.join(", ")),
    }
}
