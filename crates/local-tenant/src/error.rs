//! What can go wrong outside a protocol exchange: opening, administration, storage.

use std::path::PathBuf;

use patcycle_primitives::RandomError;

/// Why the tenant cannot be opened or administered.
#[derive(Debug, thiserror::Error)]
pub enum LocalTenantError {
    /// The database refused.
    #[error("the tenant's database failed: {0}")]
    Storage(#[from] sqlx::Error),
    /// The database could not be brought to this version's form.
    #[error("the tenant's database could not be brought up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A file could not be written.
    #[error("could not write `{path}`: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// No random bytes.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// A key could not be made, read or used.
    #[error("the token-signing key cannot be used: {0}")]
    Key(&'static str),
    /// A password could not be hashed or its hash not be read.
    #[error("the password hash failed")]
    Password,
    /// A stored row does not have the form that this version writes.
    #[error("the tenant's database holds {0} that cannot be read")]
    Corrupt(&'static str),
    /// A value was refused.
    #[error("the {what} `{value}` cannot be used: {why}")]
    Invalid {
        /// Which value.
        what: &'static str,
        /// The value itself; never a secret.
        value: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Something of this id or name exists already.
    #[error("{what} `{name}` exists already")]
    Exists {
        /// A tenant, an application or a user.
        what: &'static str,
        /// Its id or name.
        name: String,
    },
    /// Nothing of this id or name.
    #[error("there is no {what} `{name}`")]
    NotFound {
        /// A tenant, an application or a user.
        what: &'static str,
        /// Its id or name.
        name: String,
    },
    /// A task of the runtime was ended before it finished.
    #[error("the work was interrupted")]
    Interrupted,
}

impl LocalTenantError {
    pub(crate) fn invalid(what: &'static str, value: impl Into<String>, why: &'static str) -> Self {
        Self::Invalid { what, value: value.into(), why }
    }
}
