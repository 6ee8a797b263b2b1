//! The configuration as it is written: nothing is obligatory yet, unknown keys are errors, flags and
//! environment variables lie on top of the file.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::{Table, Value};

use super::ConfigurationError;
use super::keys::{KEYS, Key, Kind};

/// One value from outside the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// The name of a key in [`KEYS`].
    pub key: &'static str,
    /// What was written.
    pub value: String,
    /// Where, for error messages: `--listen` or `PATCYCLE_LISTEN`.
    pub origin: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    pub(super) listen: Option<String>,
    #[serde(default)]
    pub(super) tls: RawTls,
    pub(super) metrics_listen: Option<String>,
    pub(super) database: Option<String>,
    pub(super) database_url_file: Option<String>,
    pub(super) pepper_file: Option<String>,
    pub(super) rotation_key_file: Option<String>,
    pub(super) audit_key_file: Option<String>,
    pub(super) audit_checkpoint_file: Option<String>,
    pub(super) trusted_proxies: Option<Vec<String>>,
    pub(super) maximum_active_pats_per_owner: Option<u32>,
    pub(super) accept_azure_devops_audience: Option<bool>,
    pub(super) strict_transport_security: Option<bool>,
    #[serde(default)]
    pub(super) log: RawLog,
    #[serde(default)]
    pub(super) emulation: RawEmulation,
    #[serde(default)]
    pub(super) notify: RawNotify,
    #[serde(default)]
    pub(super) leaks: RawLeaks,
    pub(super) console: Option<RawConsole>,
    #[serde(default)]
    pub(super) organization: Vec<RawOrganization>,
    #[serde(default)]
    pub(super) verify_rule: Vec<RawVerifyRule>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTls {
    pub(super) certificate_file: Option<String>,
    pub(super) key_file: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLog {
    pub(super) level: Option<String>,
    pub(super) format: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawEmulation {
    pub(super) token_signature: Option<String>,
    pub(super) default_display_filter: Option<String>,
    pub(super) domain_errors_as_400: Option<bool>,
    pub(super) revoke_unknown_is_204: Option<bool>,
    pub(super) sign_in_page_203: Option<bool>,
    pub(super) require_both_pat_scopes: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawNotify {
    pub(super) days_before_expiry: Option<Vec<i64>>,
    pub(super) allowed_networks: Option<Vec<String>>,
    pub(super) smtp: Option<RawSmtp>,
    #[serde(default)]
    pub(super) webhook: Vec<RawWebhook>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSmtp {
    pub(super) host: Option<String>,
    pub(super) port: Option<u16>,
    pub(super) tls: Option<String>,
    pub(super) ca_file: Option<String>,
    pub(super) from: Option<String>,
    pub(super) user: Option<String>,
    pub(super) password_file: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawWebhook {
    pub(super) url: Option<String>,
    pub(super) secret_file: Option<String>,
    pub(super) events: Option<Vec<String>>,
    pub(super) organization: Option<String>,
    pub(super) ca_file: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLeaks {
    pub(super) report_keys_url: Option<String>,
    pub(super) report_keys_ca_file: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawConsole {
    pub(super) client_id: Option<String>,
    pub(super) client_secret_file: Option<String>,
    pub(super) client_certificate_file: Option<String>,
    pub(super) public_url: Option<String>,
    pub(super) organization: Option<String>,
    pub(super) authority: Option<String>,
    pub(super) redirect_path: Option<String>,
    pub(super) scopes: Option<Vec<String>>,
    pub(super) session_type: Option<String>,
    pub(super) session_folder: Option<String>,
    pub(super) session_key_file: Option<String>,
    pub(super) fresh_sign_in_hours: Option<i64>,
    pub(super) ca_file: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOrganization {
    pub(super) name: Option<String>,
    pub(super) members: Option<String>,
    #[serde(default)]
    pub(super) listed: Vec<String>,
    #[serde(default)]
    pub(super) administrators: Vec<String>,
    #[serde(default)]
    pub(super) permit_global_pats: bool,
    #[serde(default)]
    pub(super) issuer: Vec<RawIssuer>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawIssuer {
    pub(super) issuer: Option<String>,
    #[serde(default)]
    pub(super) audiences: Vec<String>,
    pub(super) ca_file: Option<String>,
    pub(super) tenant_id: Option<String>,
    pub(super) accept_v1_issuer: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawVerifyRule {
    pub(super) name: Option<String>,
    pub(super) scope: Option<String>,
    pub(super) organization: Option<String>,
}

/// Where each value stands, for error messages.
#[derive(Debug, Default)]
pub(super) struct Sources {
    file: PathBuf,
    outside: HashMap<&'static str, String>,
}

impl Sources {
    /// The flag or variable that gave the key, else the file.
    pub(super) fn place(&self, key: &str) -> String {
        match self.outside.get(key) {
            Some(origin) => format!("`{origin}`"),
            None => format!("{}: `{key}`", self.file.display()),
        }
    }

    pub(super) fn error(&self, key: &str, problem: impl Into<String>, remedy: &str) -> ConfigurationError {
        ConfigurationError { place: self.place(key), problem: problem.into(), remedy: remedy.to_owned() }
    }
}

/// Reads the text of the file and lays the overrides on top. The later of two overrides of a key wins.
pub(super) fn merge(
    file: &Path,
    text: &str,
    overrides: &[Override],
) -> Result<(Raw, Sources), ConfigurationError> {
    let in_file = |error: toml::de::Error| syntax_error(file, text, &error);
    let _: Raw = toml::from_str(text).map_err(in_file)?;
    let mut table: Table = toml::from_str(text).map_err(in_file)?;
    let mut sources = Sources { file: file.to_owned(), outside: HashMap::new() };
    for one in overrides {
        let Some(key) = KEYS.iter().find(|key| key.name == one.key) else { continue };
        let value = parse(key, &one.value).map_err(|problem| outside_error(one, key, problem))?;
        place(&mut table, key.name, value.clone());
        let mut alone = Table::new();
        place(&mut alone, key.name, value);
        // Alone, so that a value of the wrong form is blamed on where it was written.
        let _: Raw = alone.try_into().map_err(|error| outside_error(one, key, describe(&error)))?;
        sources.outside.insert(key.name, one.origin.clone());
    }
    let raw = table.try_into().map_err(|error| syntax_error(file, text, &error))?;
    Ok((raw, sources))
}

fn parse(key: &Key, text: &str) -> Result<Value, String> {
    let text = text.trim();
    match key.kind {
        Kind::Text => Ok(Value::String(text.to_owned())),
        Kind::Number => text.parse().map(Value::Integer).map_err(|_| format!("`{text}` is not a number")),
        Kind::Switch => text.parse().map(Value::Boolean).map_err(|_| format!("`{text}` is not a switch")),
        Kind::List if !text.starts_with('[') => Ok(Value::Array(
            text.split([',', ' '])
                .filter(|part| !part.is_empty())
                .map(|part| Value::String(part.into()))
                .collect(),
        )),
        Kind::Numbers if !text.starts_with('[') => text
            .split([',', ' '])
            .filter(|part| !part.is_empty())
            .map(|part| part.parse().map(Value::Integer).map_err(|_| format!("`{part}` is not a number")))
            .collect::<Result<_, _>>()
            .map(Value::Array),
        Kind::List | Kind::Numbers | Kind::Tables => {
            let table: Table =
                toml::from_str(&format!("value = {text}")).map_err(|error| describe(&error))?;
            table.get("value").cloned().ok_or_else(|| "it is empty".to_owned())
        }
    }
}

fn place(table: &mut Table, name: &str, value: Value) {
    match name.split_once('.') {
        None => {
            table.insert(name.to_owned(), value);
        }
        Some((outer, inner)) => {
            let entry = table.entry(outer).or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(nested) = entry {
                place(nested, inner, value);
            }
        }
    }
}

fn outside_error(one: &Override, key: &Key, problem: String) -> ConfigurationError {
    ConfigurationError {
        place: format!("`{}`", one.origin),
        problem,
        remedy: format!("Write it like this: `{}`.", key.example),
    }
}

/// The parser's own text shows the line of the file, which may hold what should have been a secret; this one
/// shows where it is.
fn syntax_error(file: &Path, text: &str, error: &toml::de::Error) -> ConfigurationError {
    let place = match error.span().and_then(|span| text.get(..span.start)) {
        Some(before) => {
            let line = before.matches('\n').count() + 1;
            let column = before.chars().rev().take_while(|character| *character != '\n').count() + 1;
            format!("{}:{line}:{column}", file.display())
        }
        None => file.display().to_string(),
    };
    ConfigurationError {
        place,
        problem: describe(error),
        remedy: "The configuration reference lists every key.".to_owned(),
    }
}

fn describe(error: &toml::de::Error) -> String {
    error.message().trim_end_matches('.').replace('\n', ", ")
}
