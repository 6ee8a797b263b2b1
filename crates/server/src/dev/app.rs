//! `patcycle dev app` and `patcycle dev user`: what a portal would be for. They work on the data directory, whether
//! `dev` runs on it or not.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::SignedDuration;
use patcycle_local_tenant::{
    ApplicationKind, LocalTenant, LocalTenantError, LocalTenantSettings, NewApplication, NewUser, Permission,
};
use patcycle_primitives::Secret;
use uuid::Uuid;

use super::clock::{ClockError, DevClock};
use super::credentials::{Credentials, CredentialsError};
use super::directory::{Directory, DirectoryError};
use crate::Context;
use crate::files::{self, FileError};

/// Not used to issue anything here.
const LIFETIME: SignedDuration = SignedDuration::from_secs(3600);

/// An application or a person could not be made or changed.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// No directory of `dev`.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// Its credentials cannot be read.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// Its clock cannot be read.
    #[error(transparent)]
    Clock(#[from] ClockError),
    /// A file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The tenant refused.
    #[error(transparent)]
    Tenant(#[from] LocalTenantError),
    /// No permission of that name.
    #[error("there is no permission `{0}`")]
    Permission(String),
    /// Nobody of that name.
    #[error("there is no user `{0}`")]
    NoUser(String),
}

impl AppError {
    /// What to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Directory(error) => error.next_step(),
            Self::Credentials(error) => error.next_step(),
            Self::Clock(error) => error.next_step(),
            Self::File(error) => error.next_step(),
            Self::Tenant(error) => tenant_next_step(error),
            Self::Permission(_) => "There are `user_impersonation`, `vso.pats` and `vso.pats_manage`.",
            Self::NoUser(_) => {
                "User names look like `ana@fabrikam.example`; `credentials.toml` has those of `dev`."
            }
        }
    }
}

/// What to do about a failure of the local tenant.
pub(crate) fn tenant_next_step(error: &LocalTenantError) -> &'static str {
    match error {
        LocalTenantError::Invalid { .. } => "Give another value; `--help` says what is meant.",
        LocalTenantError::Exists { .. } => "Choose another name, or use the one that is there.",
        LocalTenantError::NotFound { .. } => "Check the name.",
        LocalTenantError::File { .. } | LocalTenantError::Storage(_) => {
            "Look at the data directory and its disk, then try again."
        }
        LocalTenantError::Migration(_) | LocalTenantError::Key(_) | LocalTenantError::Corrupt(_) => {
            "Put the data directory back as it was, or start with an empty one."
        }
        LocalTenantError::Random(_) | LocalTenantError::Password | LocalTenantError::Interrupted => {
            "Try again."
        }
    }
}

/// Which of the two tenants.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DevTenant {
    /// The first, `fabrikam`.
    #[default]
    Fabrikam,
    /// The second, `contoso`.
    Contoso,
}

/// An application to register.
#[derive(Debug, Clone, Default)]
pub struct NewDevApplication {
    /// Its name, as the consent page shows it.
    pub name: String,
    /// Where.
    pub tenant: DevTenant,
    /// Where people may be sent back to. None: it acts for itself only.
    pub redirect_uris: Vec<String>,
    /// Whether it cannot keep a secret.
    pub public: bool,
    /// Names of permissions; none: `user_impersonation`.
    pub permissions: Vec<String>,
    /// Whether an administrator must approve it first.
    pub needs_approval: bool,
    /// A PEM file with its certificate, instead of a secret.
    pub certificate: Option<PathBuf>,
}

/// An application that was registered.
#[derive(Debug)]
pub struct CreatedApplication {
    /// Its client id.
    pub client_id: Uuid,
    /// The tenant that it is in.
    pub tenant_id: Uuid,
    /// Its secret, shown this once; `None` for a public one and for one with a certificate.
    pub client_secret: Option<Secret>,
}

/// A person to create.
#[derive(Debug, Clone, Default)]
pub struct NewDevUser {
    /// The name to sign in with, `ana@fabrikam.example`.
    pub user_name: String,
    /// The whole name; empty: the user name.
    pub display_name: String,
    /// Where.
    pub tenant: DevTenant,
    /// Whether the person may approve applications.
    pub administrator: bool,
    /// Whether a one-time code is asked for.
    pub multi_factor: bool,
    /// The groups that access tokens name.
    pub groups: Vec<Uuid>,
}

/// A person who was created.
#[derive(Debug)]
pub struct CreatedUser {
    /// The object id.
    pub id: Uuid,
    /// The password, shown this once.
    pub password: Secret,
    /// The seed of one-time codes, base32, shown this once.
    pub totp_secret: Option<Secret>,
}

/// Registers an application in the data directory.
pub async fn create(
    data_directory: &Path,
    new: NewDevApplication,
    context: &Context,
) -> Result<CreatedApplication, AppError> {
    let permissions = permissions(&new.permissions)?;
    let certificates = new.certificate.as_deref().map(files::read).transpose()?;
    let (tenant, credentials) = open(data_directory, context).await?;
    let with_secret = !new.public && certificates.is_none();
    let client_secret = with_secret.then(|| tenant.new_client_secret()).transpose()?;
    let application = tenant.create_application(NewApplication {
        id: None,
        tenant_id: tenant_id(new.tenant, &credentials),
        name: new.name,
        kind: if new.public { ApplicationKind::Public } else { ApplicationKind::Confidential },
        multi_tenant: false,
        redirect_uris: new.redirect_uris,
        spa_redirect_uris: Vec::new(),
        permissions,
        needs_approval: new.needs_approval,
        client_secret: client_secret.as_ref().map(|secret| Secret::new(secret.expose())),
        certificates: certificates.iter().map(|pem| pem.as_str().to_owned()).collect(),
    });
    let application = close_after(&tenant, application).await?;
    Ok(CreatedApplication { client_id: application.id, tenant_id: application.tenant_id, client_secret })
}

/// Creates a person with a random password.
pub async fn create_user(
    data_directory: &Path,
    new: NewDevUser,
    context: &Context,
) -> Result<CreatedUser, AppError> {
    let (tenant, credentials) = open(data_directory, context).await?;
    let password = tenant.new_password()?;
    let totp_secret = new.multi_factor.then(|| tenant.new_totp_secret()).transpose()?;
    let display_name = if new.display_name.is_empty() { new.user_name.clone() } else { new.display_name };
    let user = tenant.create_user(NewUser {
        id: None,
        tenant_id: tenant_id(new.tenant, &credentials),
        user_name: new.user_name,
        display_name,
        password: Secret::new(password.expose()),
        administrator: new.administrator,
        totp_secret: totp_secret.as_ref().map(|seed| Secret::new(seed.expose())),
        groups: new.groups,
    });
    let user = close_after(&tenant, user).await?;
    Ok(CreatedUser { id: user.id, password, totp_secret })
}

/// Refuses the person's sign-ins and renewals from now on.
pub async fn disable_user(data_directory: &Path, user_name: &str, context: &Context) -> Result<(), AppError> {
    let (tenant, _) = open(data_directory, context).await?;
    let disable = async {
        let user = tenant.find_user_named(user_name).await?;
        let user = user.ok_or_else(|| AppError::NoUser(user_name.to_owned()))?;
        Ok(tenant.disable_user(user.id).await?)
    };
    close_after(&tenant, disable).await
}

/// Asks the person for one-time codes from now on, or no more. Answers the new seed, base32, shown this once.
pub async fn set_mfa(
    data_directory: &Path,
    user_name: &str,
    on: bool,
    context: &Context,
) -> Result<Option<Secret>, AppError> {
    let (tenant, _) = open(data_directory, context).await?;
    let set = async {
        let user = tenant.find_user_named(user_name).await?;
        let user = user.ok_or_else(|| AppError::NoUser(user_name.to_owned()))?;
        let seed = on.then(|| tenant.new_totp_secret()).transpose()?;
        tenant.set_mfa(user.id, seed.as_ref()).await?;
        Ok::<_, AppError>(seed)
    };
    close_after(&tenant, set).await
}

async fn open(data_directory: &Path, context: &Context) -> Result<(LocalTenant, Credentials), AppError> {
    let directory = Directory::existing(data_directory)?;
    let credentials = Credentials::load(&directory)?;
    let clock = DevClock::open(&directory.clock(), Arc::clone(&context.clock))?;
    let settings = settings(&directory, &credentials, LIFETIME);
    let tenant = LocalTenant::open(settings, clock.shared(), Arc::clone(&context.random)).await?;
    Ok((tenant, credentials))
}

/// How the tenant of a data directory is opened.
pub(crate) fn settings(
    directory: &Directory,
    credentials: &Credentials,
    access_token_lifetime: SignedDuration,
) -> LocalTenantSettings {
    LocalTenantSettings {
        directory: directory.tenant(),
        access_token_lifetime,
        signing_key_file: directory.signing_key(),
        installation: credentials.installation.clone(),
    }
}

async fn close_after<T, E>(tenant: &LocalTenant, work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    let done = work.await;
    tenant.close().await;
    done
}

fn tenant_id(tenant: DevTenant, credentials: &Credentials) -> Uuid {
    match tenant {
        DevTenant::Fabrikam => credentials.fabrikam.id,
        DevTenant::Contoso => credentials.contoso.id,
    }
}

fn permissions(names: &[String]) -> Result<Vec<Permission>, AppError> {
    if names.is_empty() {
        return Ok(vec![Permission::UserImpersonation]);
    }
    let find = |name: &String| Permission::find(name).ok_or_else(|| AppError::Permission(name.clone()));
    names.iter().map(find).collect()
}
