//! The configuration of `patcycle serve`: read, laid over by flags and environment, checked. Whatever is wrong is
//! told with the place, the problem and what to write.

mod console;
mod keys;
mod listen;
mod notify;
mod organization;
mod raw;
#[cfg(test)]
mod tests;
mod verify_rule;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use patcycle_api::VerifyRule;
use patcycle_contract::DisplayFilterOption;
use patcycle_notify::ReportKeySettings;
use patcycle_token::Signature;

pub(crate) use console::ConsoleConfiguration;
pub use keys::{KEYS, Key, Kind, reference};
pub(crate) use listen::listen_address;
pub use notify::{NotifyConfiguration, SmtpConfiguration, WebhookConfiguration};
pub use organization::{NameError, OrganizationConfiguration, check_name};
pub use raw::Override;
use raw::{Raw, RawEmulation, RawTls, Sources};

use crate::telemetry::{LogFormat, LogLevel, LogSettings};
use crate::{audit_checkpoints, rotation_key};

/// Something in the configuration cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct ConfigurationError {
    /// The file and key, or the flag or variable.
    pub place: String,
    /// What is wrong with it.
    pub problem: String,
    /// What to write instead.
    pub remedy: String,
}

/// A configuration that can be used.
#[derive(Debug, Clone)]
pub struct Configuration {
    /// Where the API listens.
    pub listen: SocketAddr,
    /// Certificate and key; `None`: plain http.
    pub tls: Option<TlsFiles>,
    /// Where the metrics listen.
    pub metrics_listen: Option<SocketAddr>,
    /// The SQLite database.
    pub database: PathBuf,
    /// The file of the pepper.
    pub pepper_file: PathBuf,
    /// The file of the key that rotations derive secrets with.
    pub rotation_key_file: PathBuf,
    /// The key that signs checkpoints of the audit.
    pub audit_key_file: PathBuf,
    /// Where checkpoints of the audit are appended.
    pub audit_checkpoint_file: PathBuf,
    /// Proxies whose word about the client's address counts.
    pub trusted_proxies: Vec<IpNet>,
    /// How many active PATs one owner may hold in one organization; 0: no limit.
    pub maximum_active_pats_per_owner: u32,
    /// Whether Azure DevOps' audience is accepted from Microsoft issuers.
    pub accept_azure_devops_audience: bool,
    /// Whether `Strict-Transport-Security` is sent: TLS ends here, and not on loopback.
    pub strict_transport_security: bool,
    /// What is logged, and how.
    pub log: LogSettings,
    /// How close the answers are to Azure DevOps' where it is not at its best.
    pub emulation: Emulation,
    /// Who is told of what.
    pub notify: NotifyConfiguration,
    /// Where the keys of signed leak reports are published; `None`: no such report is taken.
    pub report_keys: Option<ReportKeySettings>,
    /// The organizations; at least one.
    pub organizations: Vec<OrganizationConfiguration>,
    /// The rules of `/_patcycle/verify/{name}`.
    pub verify_rules: Vec<VerifyRule>,
    /// The web console; `None`: none is served.
    pub(crate) console: Option<ConsoleConfiguration>,
}

/// Certificate and key of the https listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The chain, PEM.
    pub certificate: PathBuf,
    /// The private key, PEM.
    pub key: PathBuf,
}

/// See [`KEYS`] for each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent switches of the configuration file")]
pub struct Emulation {
    /// `emulation.token_signature`
    pub token_signature: Signature,
    /// `emulation.default_display_filter`
    pub default_display_filter: DisplayFilterOption,
    /// `emulation.domain_errors_as_400`
    pub domain_errors_as_400: bool,
    /// `emulation.revoke_unknown_is_204`
    pub revoke_unknown_is_204: bool,
    /// `emulation.sign_in_page_203`
    pub sign_in_page_203: bool,
    /// `emulation.require_both_pat_scopes`
    pub require_both_pat_scopes: bool,
}

impl Configuration {
    /// Reads the file, lays `overrides` over it (the later wins) and checks everything.
    pub fn load(file: &Path, overrides: &[Override]) -> Result<Self, ConfigurationError> {
        let text = std::fs::read_to_string(file).map_err(|error| ConfigurationError {
            place: file.display().to_string(),
            problem: format!("the file cannot be read: {error}"),
            remedy: "Name the configuration with `--config FILE`.".to_owned(),
        })?;
        Self::parse(file, &text, overrides)
    }

    /// The same with the text of the file; `file` is for messages.
    pub fn parse(file: &Path, text: &str, overrides: &[Override]) -> Result<Self, ConfigurationError> {
        let (raw, sources) = raw::merge(file, text, overrides)?;
        check(raw, &sources)
    }
}

fn check(raw: Raw, sources: &Sources) -> Result<Configuration, ConfigurationError> {
    let (listen, https) = listen_address(raw.listen.as_deref().unwrap_or_default()).map_err(|problem| {
        let remedy = "Write `listen = \"https://0.0.0.0:8443\"`, or `http://…` behind a proxy.";
        sources.error("listen", problem, remedy)
    })?;
    let accept_azure_devops_audience = raw.accept_azure_devops_audience.unwrap_or(false);
    let pepper_file = path(raw.pepper_file).ok_or_else(|| {
        let remedy = "Write `pepper_file = \"/var/lib/patcycle-secrets/pepper\"`; it is made when absent.";
        sources.error("pepper_file", "it is missing", remedy)
    })?;
    let organizations = organization::organizations(raw.organization, accept_azure_devops_audience, sources)?;
    let around = console::Around {
        listens_on_loopback: listen.ip().is_loopback(),
        pepper_file: &pepper_file,
        organizations: &organizations,
    };
    Ok(Configuration {
        console: raw.console.map(|raw| console::console(raw, &around, sources)).transpose()?,
        listen,
        tls: tls_files(raw.tls, https, sources)?,
        metrics_listen: raw.metrics_listen.map(|text| metrics_address(&text, sources)).transpose()?,
        database: database(raw.database, raw.database_url_file.is_some(), sources)?,
        audit_key_file: path(raw.audit_key_file)
            .unwrap_or_else(|| audit_checkpoints::key_beside(&pepper_file)),
        audit_checkpoint_file: path(raw.audit_checkpoint_file)
            .unwrap_or_else(|| audit_checkpoints::file_beside(&pepper_file)),
        rotation_key_file: path(raw.rotation_key_file).unwrap_or_else(|| rotation_key::beside(&pepper_file)),
        pepper_file,
        trusted_proxies: raw
            .trusted_proxies
            .unwrap_or_default()
            .iter()
            .map(|text| network("trusted_proxies", text, sources))
            .collect::<Result<_, _>>()?,
        maximum_active_pats_per_owner: raw.maximum_active_pats_per_owner.unwrap_or(1000),
        accept_azure_devops_audience,
        strict_transport_security: https
            && !listen.ip().is_loopback()
            && raw.strict_transport_security.unwrap_or(true),
        log: LogSettings {
            level: match raw.log.level {
                None => LogLevel::Info,
                Some(text) => LogLevel::from_name(&text).ok_or_else(|| {
                    let remedy = "Write `error`, `warn`, `info`, `debug` or `trace`.";
                    sources.error("log.level", format!("`{text}` is not a level"), remedy)
                })?,
            },
            format: match raw.log.format {
                None => LogFormat::Text,
                Some(text) => LogFormat::from_name(&text).ok_or_else(|| {
                    sources.error(
                        "log.format",
                        format!("`{text}` is not a format"),
                        "Write `text` or `json`.",
                    )
                })?,
            },
        },
        emulation: emulation(&raw.emulation, sources)?,
        verify_rules: verify_rule::verify_rules(raw.verify_rule, &organizations, sources)?,
        notify: notify::notify(raw.notify, sources)?,
        report_keys: notify::report_keys(raw.leaks, sources)?,
        organizations,
    })
}

fn metrics_address(text: &str, sources: &Sources) -> Result<SocketAddr, ConfigurationError> {
    text.parse().map_err(|_| {
        let problem = format!("`{text}` is not an IP address with a port");
        sources.error("metrics_listen", problem, "Write `metrics_listen = \"127.0.0.1:9090\"`.")
    })
}

fn tls_files(raw: RawTls, https: bool, sources: &Sources) -> Result<Option<TlsFiles>, ConfigurationError> {
    match (https, path(raw.certificate_file), path(raw.key_file)) {
        (true, Some(certificate), Some(key)) => Ok(Some(TlsFiles { certificate, key })),
        (true, certificate, _) => {
            let key = if certificate.is_none() { "tls.certificate_file" } else { "tls.key_file" };
            let remedy =
                "Write `tls = { certificate_file = \"…\", key_file = \"…\" }`, or listen on `http://…`.";
            Err(sources.error(key, "it is missing, and `listen` is https", remedy))
        }
        (false, None, None) => Ok(None),
        (false, certificate, _) => {
            let key = if certificate.is_some() { "tls.certificate_file" } else { "tls.key_file" };
            let remedy = "Listen on `https://…`, or take `tls` out.";
            Err(sources.error(key, "it has no effect, because `listen` is plain http", remedy))
        }
    }
}

fn database(url: Option<String>, url_file: bool, sources: &Sources) -> Result<PathBuf, ConfigurationError> {
    let remedy = "Write `database = \"sqlite:/var/lib/patcycle/patcycle.sqlite\"`.";
    let Some(url) = url.filter(|url| !url.is_empty()) else {
        return Err(if url_file {
            sources.error("database_url_file", "PostgreSQL is not in this build yet", remedy)
        } else {
            sources.error("database", "it is missing", remedy)
        });
    };
    if url_file {
        let problem = "there is a `database_url_file` as well";
        return Err(sources.error("database", problem, "Keep one of the two."));
    }
    // The address may hold a password, so it is not repeated.
    if url.starts_with("postgres:") || url.starts_with("postgresql:") {
        return Err(sources.error("database", "PostgreSQL is not in this build yet", remedy));
    }
    match url.strip_prefix("sqlite:").map(|rest| rest.strip_prefix("//").unwrap_or(rest)) {
        Some(path) if !path.is_empty() && !path.contains('?') => Ok(PathBuf::from(path)),
        _ => Err(sources.error("database", "it is not of the form `sqlite:PATH`", remedy)),
    }
}

fn network(key: &str, text: &str, sources: &Sources) -> Result<IpNet, ConfigurationError> {
    let address = || text.parse().ok().map(|address: std::net::IpAddr| IpNet::from(address));
    text.parse().ok().or_else(address).ok_or_else(|| {
        let problem = format!("`{text}` is neither an address nor a range");
        sources.error(key, problem, "Write a list of them: `[\"10.0.0.0/8\", \"192.0.2.7\"]`.")
    })
}

fn emulation(raw: &RawEmulation, sources: &Sources) -> Result<Emulation, ConfigurationError> {
    Ok(Emulation {
        token_signature: match raw.token_signature.as_deref() {
            None | Some("PTCY") => Signature::Patcycle,
            Some("AZDO") => Signature::AzureDevOps,
            Some(other) => {
                let problem = format!("`{other}` is not a signature");
                return Err(sources.error("emulation.token_signature", problem, "Write `PTCY` or `AZDO`."));
            }
        },
        default_display_filter: match raw.default_display_filter.as_deref() {
            None | Some("active") => DisplayFilterOption::Active,
            Some("expired") => DisplayFilterOption::Expired,
            Some("revoked") => DisplayFilterOption::Revoked,
            Some("all") => DisplayFilterOption::All,
            Some(other) => {
                let problem = format!("`{other}` is not a filter");
                let remedy = "Write `active`, `expired`, `revoked` or `all`.";
                return Err(sources.error("emulation.default_display_filter", problem, remedy));
            }
        },
        domain_errors_as_400: raw.domain_errors_as_400.unwrap_or(false),
        revoke_unknown_is_204: raw.revoke_unknown_is_204.unwrap_or(false),
        sign_in_page_203: raw.sign_in_page_203.unwrap_or(false),
        require_both_pat_scopes: raw.require_both_pat_scopes.unwrap_or(false),
    })
}

fn path(text: Option<String>) -> Option<PathBuf> {
    text.filter(|text| !text.is_empty()).map(PathBuf::from)
}
