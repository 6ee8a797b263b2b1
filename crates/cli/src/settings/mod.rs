//! The settings in force: flags, environment, project file, user file, defaults, in this order.

mod authority;
mod create_defaults;
pub(crate) mod project_file;
pub(crate) mod source;
pub(crate) mod user_file;

use std::path::{Path, PathBuf};

use url::Url;

use self::create_defaults::CreateDefaults;
use self::source::{Source, Sourced, first};
use crate::arguments::values::TokenStoreChoice;
use crate::arguments::{Globals, OutputFormat};
use crate::environment::Environment;
use crate::error::{CommandError, CommandResult};

/// The service of Azure DevOps that manages PATs.
pub(crate) const AZURE_DEVOPS_BASE_URL: &str = "https://vssps.dev.azure.com";

/// The scope of access tokens for Azure DevOps.
pub(crate) const AZURE_DEVOPS_SCOPE: &str = "499b84ac-1321-427f-aa17-267ca6975798/.default";

/// The profile that is used when nobody names one.
const DEFAULT_PROFILE: &str = "default";

/// All settings, each with its origin.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) profile: Sourced<String>,
    pub(crate) organization: Option<Sourced<String>>,
    pub(crate) base_url: Sourced<Url>,
    /// With the tenant at the end of its path.
    pub(crate) authority: Sourced<Url>,
    pub(crate) client_id: Option<Sourced<String>>,
    /// The scope to ask access tokens for; only a profile sets it.
    pub(crate) scope: Sourced<String>,
    pub(crate) ca_file: Option<Sourced<PathBuf>>,
    /// `None`: the keychain, if there is one.
    pub(crate) token_store: Option<Sourced<TokenStoreChoice>>,
    pub(crate) output: Option<Sourced<OutputFormat>>,
    pub(crate) create: CreateDefaults,
    /// The user file, whether it is there or not.
    pub(crate) user_file: Option<PathBuf>,
    /// The project file that was found.
    pub(crate) project_file: Option<PathBuf>,
}

impl Settings {
    /// Reads the files and joins them with flags and environment. `directory` is where the project file is looked for.
    pub(crate) fn resolve(
        globals: &Globals,
        environment: &Environment,
        directory: &Path,
    ) -> CommandResult<Self> {
        let user_path = user_file::path(environment);
        let user = user_path.as_deref().map(user_file::read).transpose()?.unwrap_or_default();
        let (project_path, project) = project_file::find(directory)?.unzip();
        let project = project.unwrap_or_default();
        let of_user = || user_path.clone().map_or(Source::Default, Source::UserFile);
        let of_project = || project_path.clone().map_or(Source::Default, Source::ProjectFile);

        let profile_name = first([
            (globals.profile.clone(), Source::Flag("--profile")),
            (environment.profile.clone(), Source::Environment("PATCYCLE_PROFILE")),
            (project.profile.clone(), of_project()),
            (user.default_profile.clone(), of_user()),
        ])
        .unwrap_or_else(|| Sourced::new(DEFAULT_PROFILE.to_owned(), Source::Default));
        check_profile_name(&profile_name)?;
        let profile = user.profile.get(&profile_name.value).cloned().unwrap_or_default();
        if must_be_there(&profile_name, environment) && !user.profile.contains_key(&profile_name.value) {
            return Err(unknown_profile(&profile_name, user.profile.keys(), user_path.as_deref()));
        }

        let organization = first([
            (globals.organization.clone(), Source::Flag("--organization")),
            (environment.organization.clone(), Source::Environment("PATCYCLE_ORGANIZATION")),
            (project.organization.clone(), of_project()),
            (profile.organization.clone(), of_user()),
        ])
        .map(|organization| organization.try_map(check_organization))
        .transpose()?;
        let base_url = first([
            (globals.base_url.clone(), Source::Flag("--base-url")),
            (environment.base_url.clone(), Source::Environment("PATCYCLE_BASE_URL")),
            (profile.base_url.clone(), of_user()),
        ])
        .unwrap_or_else(|| Sourced::new(AZURE_DEVOPS_BASE_URL.to_owned(), Source::Default))
        .try_map(|text, source| parse_url("base URL", &text, source))?;
        let authority = authority::resolve(globals, environment, &profile, &of_user())?;
        let client_id = first([
            (globals.client_id.clone(), Source::Flag("--client-id")),
            (environment.public_client_id.clone(), Source::Environment("PATCYCLE_PUBLIC_CLIENT_ID")),
            (profile.client_id.clone(), of_user()),
        ]);
        let scope = first([(profile.scope.clone(), of_user())])
            .unwrap_or_else(|| Sourced::new(AZURE_DEVOPS_SCOPE.to_owned(), Source::Default));
        let ca_file = first([
            (globals.ca_file.clone(), Source::Flag("--ca-file")),
            (environment.ca_file.clone().map(PathBuf::from), Source::Environment("PATCYCLE_CA_FILE")),
            (profile.ca_file.clone(), of_user()),
        ]);
        let token_store = first([
            (globals.token_store.as_ref().map(ToString::to_string), Source::Flag("--token-store")),
            (environment.token_store.clone(), Source::Environment("PATCYCLE_TOKEN_STORE")),
            (profile.token_store.clone(), of_user()),
        ])
        .map(|store| {
            store.try_map(|text, source| {
                text.parse::<TokenStoreChoice>()
                    .map_err(|reason| CommandError::usage(format!("the token store ({source}): {reason}")))
            })
        })
        .transpose()?;
        let output = first([
            (globals.output, Source::Flag("--output")),
            (project.output, of_project()),
            (user.output, of_user()),
        ]);
        let create = CreateDefaults {
            scope: project.create.scope.or(user.create.scope),
            valid_for: project.create.valid_for.or(user.create.valid_for),
        };
        Ok(Self {
            profile: profile_name,
            organization,
            base_url,
            authority,
            client_id,
            scope,
            ca_file,
            token_store,
            output,
            create,
            user_file: user_path,
            project_file: project_path,
        })
    }

    /// The organization, or exit 2 with the ways to name one.
    pub(crate) fn organization(&self) -> CommandResult<&str> {
        self.organization.as_ref().map(|organization| organization.value.as_str()).ok_or_else(|| {
            CommandError::usage("no organization is named").with_next(
                "Use --organization NAME, the variable PATCYCLE_ORGANIZATION, or `organization` in a settings file.",
            )
        })
    }
}

/// A profile's name becomes part of a file's name and of a keychain entry.
fn check_profile_name(name: &Sourced<String>) -> CommandResult {
    let fine = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.');
    let text = &name.value;
    if text.is_empty() || text.len() > 64 || text.starts_with('.') || !text.chars().all(fine) {
        return Err(CommandError::usage(format!(
            "`{text}` ({}) is not a profile's name: use up to 64 letters, digits, `-`, `_` and `.`",
            name.source
        )));
    }
    Ok(())
}

/// Whether a profile that the user file does not have is a mistake. A variable may name one that the other variables
/// describe, as in `dev.env`; everybody else means one that was written down.
fn must_be_there(name: &Sourced<String>, environment: &Environment) -> bool {
    match name.source {
        Source::Flag(_) => {
            name.value != DEFAULT_PROFILE && environment.profile.as_deref() != Some(name.value.as_str())
        }
        Source::ProjectFile(_) | Source::UserFile(_) => true,
        Source::Environment(_) | Source::Default => false,
    }
}

fn unknown_profile<'a>(
    name: &Sourced<String>,
    known: impl Iterator<Item = &'a String>,
    user_path: Option<&Path>,
) -> CommandError {
    let known: Vec<String> = known.map(|name| format!("`{name}`")).collect();
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    let file = user_path.map_or_else(|| "the user file".to_owned(), |path| format!("`{}`", path.display()));
    CommandError::usage(format!("there is no profile `{}` ({}) in {file}", name.value, name.source))
        .with_next(format!("Profiles there: {known}. Add [profile.{}], or use --profile.", name.value))
}

/// An organization's name becomes a segment of the path.
fn check_organization(name: String, source: &Source) -> CommandResult<String> {
    let fine =
        |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.' | ' ');
    if name.is_empty() || name.len() > 256 || name.starts_with('.') || !name.chars().all(fine) {
        let mut error = CommandError::usage(format!("`{name}` ({source}) is not an organization's name"));
        if name.contains("://") {
            error = error.with_next("Give the name only: `fabrikam`, not an address.");
        }
        return Err(error);
    }
    Ok(name)
}

fn parse_url(what: &str, text: &str, source: &Source) -> CommandResult<Url> {
    let wrong = |reason: &str| CommandError::usage(format!("the {what} `{text}` ({source}) {reason}"));
    let url: Url = text.parse().map_err(|error| wrong(&format!("is not an address: {error}")))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(CommandError::usage(format!(
            "the {what} ({source}) must not hold a user name or password"
        )));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("must not have a query or a fragment"));
    }
    if !patcycle_entra::http::is_secure(&url) {
        return Err(wrong("is neither https nor http to this machine"));
    }
    Ok(url)
}

#[cfg(test)]
mod tests;
