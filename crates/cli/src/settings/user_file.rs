//! The user file: `config.toml` below the user's configuration directory, one table for each profile.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::create_defaults::CreateDefaults;
use crate::arguments::OutputFormat;
use crate::environment::Environment;
use crate::error::{CommandError, CommandResult};

/// The content of the user file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UserFile {
    /// The profile that is used when nobody names one.
    pub(crate) default_profile: Option<String>,
    /// The form of the output.
    pub(crate) output: Option<OutputFormat>,
    /// The profiles by name.
    #[serde(default)]
    pub(crate) profile: BTreeMap<String, Profile>,
    /// Defaults of `create`.
    #[serde(default)]
    pub(crate) create: CreateDefaults,
}

/// One profile: which service, where to sign in, and as which application.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profile {
    pub(crate) base_url: Option<String>,
    pub(crate) authority: Option<String>,
    pub(crate) tenant_id: Option<String>,
    pub(crate) client_id: Option<String>,
    pub(crate) organization: Option<String>,
    pub(crate) scope: Option<String>,
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) token_store: Option<String>,
}

/// Where the user file is, if the user has a home at all.
pub(crate) fn path(environment: &Environment) -> Option<PathBuf> {
    let absolute = |text: &String| Path::new(text).is_absolute().then(|| PathBuf::from(text));
    let configuration = environment
        .xdg_config_home
        .as_ref()
        .and_then(absolute)
        .or_else(|| environment.home.as_ref().map(|home| Path::new(home).join(".config")))?;
    Some(configuration.join("patcycle").join("config.toml"))
}

/// Reads the user file. One that is not there is empty.
pub(crate) fn read(path: &Path) -> CommandResult<UserFile> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(UserFile::default()),
        Err(error) => {
            return Err(CommandError::usage(format!(
                "cannot read the user file `{}`: {error}",
                path.display()
            )));
        }
    };
    toml::from_str(&text).map_err(|error| {
        CommandError::usage(format!(
            "the user file `{}` is wrong: {}",
            path.display(),
            error.to_string().trim_end()
        ))
    })
}
