//! Why a server did not start, or a command on its data failed; and which kind of failure that is.

use crate::assembly::AssemblyError;
use crate::configuration::ConfigurationError;
use crate::console::ConsoleSetupError;
use crate::console::scopes::ForeignHost;
use crate::dev::app::{AppError, tenant_next_step};
use crate::dev::certificates::CertificateError;
use crate::dev::clock::ClockError;
use crate::dev::credentials::CredentialsError;
use crate::dev::directory::DirectoryError;
use crate::dev::quickstart::QuickstartError;
use crate::dev::trust::TrustError;
use crate::files::FileError;
use crate::listen::ListenError;
use crate::tls::TlsError;

/// What a caller can make of a failure; the command line maps it to an exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// What was asked for cannot be: a wrong option or configuration (exit 2).
    Usage,
    /// A token would leave for a host that it is not meant for (exit 4).
    Refused,
    /// What was named is not there (exit 5).
    NotFound,
    /// Something else is in the way: a lock, a port, a name (exit 6).
    Conflict,
    /// Anything else (exit 1).
    Failed,
}

/// A failure. Its text says what was wrong and where, and never holds a secret.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The configuration cannot be used.
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
    /// An option of `dev` cannot be used.
    #[error("{0}")]
    Option(String),
    /// The data directory cannot be used.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// `serve` was pointed at a directory that `dev` made.
    #[error("`{0}` was made by `patcycle dev`: its passwords and keys are in plain text")]
    DevelopmentData(std::path::PathBuf),
    /// A listener could not be had.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// The certificate cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The service could not be put together.
    #[error(transparent)]
    Assembly(#[from] AssemblyError),
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The development certificates could not be made.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The credentials of the data directory cannot be used.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// The kept clock cannot be used.
    #[error(transparent)]
    Clock(#[from] ClockError),
    /// The local tenant could not be opened or filled.
    #[error(transparent)]
    Tenant(#[from] patcycle_local_tenant::LocalTenantError),
    /// An application or a person could not be made or changed.
    #[error(transparent)]
    App(#[from] AppError),
    /// The authority could not be trusted or untrusted.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// The quickstart could not be written.
    #[error(transparent)]
    Quickstart(#[from] QuickstartError),
    /// The console could not be set up.
    #[error(transparent)]
    Console(#[from] ConsoleSetupError),
    /// The console would send tokens for Azure DevOps elsewhere.
    #[error(transparent)]
    ForeignHost(#[from] ForeignHost),
    /// The metrics could not be set up.
    #[error("the metrics cannot be set up: {0}")]
    Metrics(#[from] metrics_exporter_prometheus::BuildError),
    /// Signals cannot be caught, or the summary cannot be written.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

impl ServerError {
    /// Which kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Configuration(_) | Self::Option(_) | Self::DevelopmentData(_) => ErrorKind::Usage,
            Self::ForeignHost(_) => ErrorKind::Refused,
            Self::Directory(error) | Self::Trust(TrustError::Directory(error)) => directory_kind(error),
            Self::Listen(error) if error.is_in_use() => ErrorKind::Conflict,
            Self::App(error) => app_kind(error),
            Self::Tenant(error) => tenant_kind(error),
            Self::Quickstart(error) => match error {
                QuickstartError::Directory(error) => directory_kind(error),
                QuickstartError::NotEmpty(_) => ErrorKind::Conflict,
                QuickstartError::NotRunning(_) => ErrorKind::NotFound,
                QuickstartError::File(_) => ErrorKind::Failed,
            },
            Self::Listen(_)
            | Self::Tls(_)
            | Self::Assembly(_)
            | Self::File(_)
            | Self::Certificate(_)
            | Self::Credentials(_)
            | Self::Clock(_)
            | Self::Trust(_)
            | Self::Console(_)
            | Self::Metrics(_)
            | Self::Io(_) => ErrorKind::Failed,
        }
    }
}

impl ServerError {
    /// What to do about it: a sentence.
    pub fn next_step(&self) -> String {
        match self {
            Self::Configuration(error) => return error.remedy.clone(),
            Self::Trust(error) => return error.next_step(),
            Self::Option(_) => "`patcycle dev --help` tells of the options.",
            Self::Directory(error) => error.next_step(),
            Self::DevelopmentData(_) => "Give `serve` a directory of its own.",
            Self::Listen(error) => error.next_step(),
            Self::Tls(_) => "Name a certificate chain and its key as PEM files that this user may read.",
            Self::Assembly(error) => error.next_step(),
            Self::File(error) => error.next_step(),
            Self::Certificate(error) => error.next_step(),
            Self::Credentials(error) => error.next_step(),
            Self::Clock(error) => error.next_step(),
            Self::Tenant(error) => tenant_next_step(error),
            Self::App(error) => error.next_step(),
            Self::Quickstart(error) => error.next_step(),
            Self::Console(error) => error.next_step(),
            Self::ForeignHost(_) => {
                "Set SCOPE (with `serve`: `scopes` of `[console]`) to a scope of that service's own application, for example \
                 `api://patcycle/.default`."
            }
            Self::Metrics(_) => "Leave `metrics_listen` out to go without them, and report it.",
            Self::Io(_) => "Try again; look at the system's log if it stays.",
        }
        .to_owned()
    }
}

fn directory_kind(error: &DirectoryError) -> ErrorKind {
    match error {
        DirectoryError::Locked(_) => ErrorKind::Conflict,
        DirectoryError::Foreign { .. } => ErrorKind::Usage,
        DirectoryError::Absent(_) => ErrorKind::NotFound,
        DirectoryError::File(_) => ErrorKind::Failed,
    }
}

fn app_kind(error: &AppError) -> ErrorKind {
    match error {
        AppError::Directory(error) => directory_kind(error),
        AppError::Tenant(error) => tenant_kind(error),
        AppError::Permission(_) => ErrorKind::Usage,
        AppError::NoUser(_) => ErrorKind::NotFound,
        AppError::Credentials(_) | AppError::Clock(_) | AppError::File(_) => ErrorKind::Failed,
    }
}

fn tenant_kind(error: &patcycle_local_tenant::LocalTenantError) -> ErrorKind {
    use patcycle_local_tenant::LocalTenantError;
    match error {
        LocalTenantError::Invalid { .. } => ErrorKind::Usage,
        LocalTenantError::Exists { .. } => ErrorKind::Conflict,
        LocalTenantError::NotFound { .. } => ErrorKind::NotFound,
        LocalTenantError::Storage(_)
        | LocalTenantError::Migration(_)
        | LocalTenantError::File { .. }
        | LocalTenantError::Random(_)
        | LocalTenantError::Key(_)
        | LocalTenantError::Password
        | LocalTenantError::Corrupt(_)
        | LocalTenantError::Interrupted => ErrorKind::Failed,
    }
}
