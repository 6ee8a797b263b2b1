//! `[console]`: the web console in front of one of the organizations.

use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use patcycle_console::FRESH_SIGN_IN;
use patcycle_entra::Authority;
use url::Url;

use super::organization::OrganizationConfiguration;
use super::raw::{RawConsole, Sources};
use super::{ConfigurationError, path};
use crate::console::addresses::{self, REDIRECT_PATH};
use crate::console::credential::CredentialSource;
use crate::console::sessions::SessionType;

/// See [`KEYS`](super::KEYS) for each of them.
#[derive(Debug, Clone)]
pub(crate) struct ConsoleConfiguration {
    /// `None`: `localhost` with the port that was taken.
    pub(crate) public_url: Option<Url>,
    pub(crate) organization: String,
    pub(crate) client_id: String,
    pub(crate) credential: CredentialSource,
    pub(crate) authority: Authority,
    pub(crate) redirect_path: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) session_type: SessionType,
    /// Where `session_type` is `filesystem`.
    pub(crate) session_folder: PathBuf,
    pub(crate) session_key_file: PathBuf,
    pub(crate) fresh_sign_in: SignedDuration,
    pub(crate) ca_file: Option<PathBuf>,
}

/// What the rest of the configuration says that matters here.
pub(super) struct Around<'a> {
    pub(super) listens_on_loopback: bool,
    pub(super) pepper_file: &'a Path,
    pub(super) organizations: &'a [OrganizationConfiguration],
}

pub(super) fn console(
    raw: RawConsole,
    around: &Around<'_>,
    sources: &Sources,
) -> Result<ConsoleConfiguration, ConfigurationError> {
    let organization = organization(raw.organization.as_deref(), around.organizations, sources)?;
    let issuer = organization.issuers.first();
    let client_id = raw.client_id.filter(|id| !id.is_empty()).ok_or_else(|| {
        let remedy = "Write the id of the application that people sign in to, or take `[console]` out.";
        sources.error("console.client_id", "it is missing", remedy)
    })?;
    let authority = raw.authority.or_else(|| Some(issuer?.issuer.clone())).unwrap_or_default();
    let authority = Authority::parse(&authority).map_err(|error| {
        let remedy = "Write `authority = \"https://login.microsoftonline.com/TENANT\"`.";
        sources.error("console.authority", error.to_string(), remedy)
    })?;
    let redirect_path = raw.redirect_path.unwrap_or_else(|| REDIRECT_PATH.to_owned());
    addresses::check_redirect_path(&redirect_path).map_err(|problem| {
        sources.error("console.redirect_path", problem, "Write the path of the registered redirect URI.")
    })?;
    let (session_type, session_folder) = sessions(raw.session_type, path(raw.session_folder), sources)?;
    Ok(ConsoleConfiguration {
        public_url: public_url(raw.public_url, around.listens_on_loopback, sources)?,
        credential: credential(path(raw.client_secret_file), path(raw.client_certificate_file), sources)?,
        scopes: raw.scopes.filter(|scopes| !scopes.is_empty()).unwrap_or_else(|| {
            let audience = issuer.and_then(|issuer| issuer.audiences.first());
            audience.map(|audience| format!("{audience}/.default")).into_iter().collect()
        }),
        ca_file: path(raw.ca_file).or_else(|| issuer?.ca_file.clone()),
        organization: organization.specification.name.clone(),
        session_key_file: path(raw.session_key_file).unwrap_or_else(|| beside(around.pepper_file)),
        fresh_sign_in: fresh_sign_in(raw.fresh_sign_in_hours, sources)?,
        client_id,
        authority,
        redirect_path,
        session_type,
        session_folder,
    })
}

/// The one that is named, or the only one.
fn organization<'a>(
    name: Option<&str>,
    organizations: &'a [OrganizationConfiguration],
    sources: &Sources,
) -> Result<&'a OrganizationConfiguration, ConfigurationError> {
    let remedy = "Write the name of an `[[organization]]`.";
    match (name, organizations) {
        (None, [only]) => Ok(only),
        (None, _) => {
            let problem = "it is missing, and there are several organizations";
            Err(sources.error("console.organization", problem, remedy))
        }
        (Some(name), _) => organizations.iter().find(|one| one.specification.name == name).ok_or_else(|| {
            sources.error("console.organization", format!("there is no organization `{name}`"), remedy)
        }),
    }
}

fn public_url(
    text: Option<String>,
    listens_on_loopback: bool,
    sources: &Sources,
) -> Result<Option<Url>, ConfigurationError> {
    let remedy = "Write where browsers reach the server, for example `public_url = \"https://pats.fabrikam.example\"`.";
    let error = |problem| sources.error("console.public_url", problem, remedy);
    match text.filter(|text| !text.is_empty()) {
        None if listens_on_loopback => Ok(None),
        None => Err(error("it is missing, and the server listens on more than this machine")),
        Some(text) if listens_on_loopback => addresses::public_url(&text).map(Some).map_err(error),
        Some(text) => addresses::remote_public_url(&text).map(Some).map_err(error),
    }
}

fn credential(
    secret_file: Option<PathBuf>,
    certificate_file: Option<PathBuf>,
    sources: &Sources,
) -> Result<CredentialSource, ConfigurationError> {
    match (secret_file, certificate_file) {
        (None, None) => Ok(CredentialSource::Public),
        (Some(file), None) => Ok(CredentialSource::SecretFile(file)),
        (None, Some(file)) => Ok(CredentialSource::CertificateFile(file)),
        (Some(_), Some(_)) => {
            let problem = "there is a `client_certificate_file` as well";
            Err(sources.error("console.client_secret_file", problem, "Keep one of the two."))
        }
    }
}

fn sessions(
    name: Option<String>,
    folder: Option<PathBuf>,
    sources: &Sources,
) -> Result<(SessionType, PathBuf), ConfigurationError> {
    let name = name.unwrap_or_else(|| "sqlite".to_owned());
    let session_type = SessionType::from_name(&name).ok_or_else(|| {
        let problem = format!("`{name}` is not a place for sessions that this build knows");
        sources.error("console.session_type", problem, "Write `sqlite` or `filesystem`.")
    })?;
    match (session_type, folder) {
        (SessionType::Sqlite, None) => Ok((session_type, PathBuf::new())),
        (SessionType::Filesystem, Some(folder)) => Ok((session_type, folder)),
        (SessionType::Sqlite, Some(_)) => {
            let problem = "it has no effect, because sessions are in the database";
            let remedy = "Write `session_type = \"filesystem\"`, or take it out.";
            Err(sources.error("console.session_folder", problem, remedy))
        }
        (SessionType::Filesystem, None) => {
            let remedy = "Write `session_folder = \"/var/lib/patcycle/sessions\"`.";
            Err(sources.error("console.session_folder", "it is missing", remedy))
        }
    }
}

fn fresh_sign_in(hours: Option<i64>, sources: &Sources) -> Result<SignedDuration, ConfigurationError> {
    let Some(hours) = hours else { return Ok(FRESH_SIGN_IN) };
    if (1..=720).contains(&hours) {
        return Ok(SignedDuration::from_hours(hours));
    }
    let problem = format!("`{hours}` is not a number of hours from 1 to 720");
    Err(sources.error("console.fresh_sign_in_hours", problem, "Write `fresh_sign_in_hours = 12`."))
}

fn beside(pepper_file: &Path) -> PathBuf {
    let mut path = pepper_file.as_os_str().to_owned();
    path.push(".console");
    path.into()
}
