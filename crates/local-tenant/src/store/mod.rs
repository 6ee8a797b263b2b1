//! The tenant's own database. One file per table; each query is checked at compile time against the migrations.

mod applications;
mod codes;
mod consents;
mod devices;
mod people;
mod refresh_tokens;
mod sessions;
mod signing_keys;
mod tenants;

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

pub(crate) use applications::{ApplicationRow, CertificateRow, SecretRow};
pub(crate) use codes::Redemption;
pub(crate) use consents::ConsentOf;
pub(crate) use devices::StoredDeviceGrant;
pub(crate) use people::PersonRow;
pub(crate) use refresh_tokens::StoredRefreshToken;
pub(crate) use sessions::SessionAccount;
pub(crate) use signing_keys::KeyRow;

use crate::error::LocalTenantError;

/// How long a statement waits for another one's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// A handful suffices: one person and their tests.
const CONNECTIONS: u32 = 4;

/// The database.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    pool: SqlitePool,
}

impl Store {
    /// Opens the file, creates it where it is missing, readable by its owner only, and brings it up to date.
    pub(crate) async fn open(path: &Path) -> Result<Self, LocalTenantError> {
        create_private(path).map_err(|source| LocalTenantError::File { path: path.to_owned(), source })?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_TIMEOUT);
        let pool = SqlitePoolOptions::new().max_connections(CONNECTIONS).connect_with(options).await?;
        sqlx::migrate!().run(&pool).await?;
        Ok(Self { pool })
    }

    /// Ends all connections.
    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}

fn create_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path).map(drop)
}

/// An instant as the database keeps it.
fn microseconds(instant: Timestamp) -> i64 {
    instant.as_microsecond()
}

/// An instant as the database kept it.
fn instant(microseconds: i64) -> Result<Timestamp, LocalTenantError> {
    Timestamp::from_microsecond(microseconds).map_err(|_| LocalTenantError::Corrupt("an instant"))
}

fn to_json(value: &impl serde::Serialize) -> Result<String, LocalTenantError> {
    serde_json::to_string(value).map_err(|_| LocalTenantError::Corrupt("a grant"))
}

fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, LocalTenantError> {
    serde_json::from_str(text).map_err(|_| LocalTenantError::Corrupt("a grant"))
}

/// Whether an insert failed because the row is there already.
fn is_duplicate(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}
