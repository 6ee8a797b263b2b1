//! The console of `dev`: an application of the local tenant in front of the local service.

use std::sync::Arc;

use patcycle_console::sessions::FileSessions;
use patcycle_console::{Development, FRESH_SIGN_IN};
use patcycle_entra::Authority;
use patcycle_entra::flows::ClientCredential;
use patcycle_primitives::Secret;
use url::Url;

use super::credentials::Credentials;
use super::directory::Directory;
use super::environment_file::quote;
use super::start::{RESOURCE, environment_command};
use super::tenants::FABRIKAM;
use crate::console::{ConsoleSetup, ConsoleSetupError, Network};

/// Where the local tenant sends browsers back to: the path of the registered redirect URI.
const REDIRECT_PATH: &str = "/getAToken";

/// The console that browsers reach at `public_url`, in front of the service at `base_url`.
pub(super) fn setup(
    directory: &Directory,
    credentials: &Credentials,
    base_url: &str,
    public_url: &str,
) -> Result<ConsoleSetup, ConsoleSetupError> {
    let address = |text: &str| {
        Url::parse(text).map_err(|error| ConsoleSetupError::Address(text.to_owned(), error.to_string()))
    };
    let authority = format!("{base_url}/{}", credentials.fabrikam.id);
    let authority = Authority::parse(&authority)
        .map_err(|error| ConsoleSetupError::Address(authority.clone(), error.to_string()))?;
    let people = [
        (&credentials.user.name, "person"),
        (&credentials.admin.name, "administrator"),
        (&credentials.mfa_user.name, "mfa"),
    ];
    Ok(ConsoleSetup {
        public_url: address(public_url)?,
        redirect_path: REDIRECT_PATH.to_owned(),
        installation: Some(credentials.installation.clone()),
        authority,
        client_id: credentials.web_application.id.to_string(),
        credential: ClientCredential::Secret(Secret::new(credentials.web_application.secret.expose())),
        scopes: vec![format!("{RESOURCE}/.default")],
        ca_file: Some(directory.ca()),
        base_url: address(base_url)?,
        organization: FABRIKAM.to_owned(),
        api_version: None,
        network: Network::default(),
        sessions: Arc::new(FileSessions::open(&directory.console_sessions())?),
        session_key_file: directory.console_key(),
        fresh_sign_in: FRESH_SIGN_IN,
        development: Some(Development {
            environment_command: environment_command(directory),
            trust_command: format!(
                "patcycle dev trust --data-dir {}",
                *quote(&directory.path().display().to_string())
            ),
            credentials_file: directory.credentials().display().to_string(),
            base_url: base_url.to_owned(),
            organization: FABRIKAM.to_owned(),
            tenant_id: credentials.fabrikam.id.to_string(),
            people: people.map(|(name, role)| (name.clone(), role.to_owned())).to_vec(),
        }),
    })
}
