//! Opening the file: permissions, settings, schema.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use patcycle_lifecycle::StorageError;
use sqlx::migrate::MigrateError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};
use uuid::Uuid;

use crate::SqliteStore;
use crate::failure::Failure;
use crate::write::queue::Queue;

/// How long a read waits for a free connection.
const READER_TIMEOUT: Duration = Duration::from_secs(10);
/// The length of the log, in pages of 4 KiB, at which it is folded into the database.
const CHECKPOINT_PAGES: u32 = 8000;
/// Rows that a reader's connection may be ahead of who takes them: a page and the row that tells of the next.
const PAGE_ROWS: usize = 128;
/// "PTCY", which the first migration writes into the file's header.
const APPLICATION_ID: i64 = 0x5054_4359;

static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

/// How to open a database.
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    /// The change feed's incarnation, if this opening creates the database; otherwise unused.
    pub incarnation: Uuid,
    /// At most so many reading connections, at least one. They are opened when they are needed.
    pub readers: u32,
    /// The memory for cached pages of the writer, in KiB. Large imports gain from more.
    pub writer_cache_kib: u32,
    /// How long a connection waits for another process's lock before the call is answered with
    /// [`StorageError::Unavailable`].
    pub busy_timeout: Duration,
    /// The size beyond which the database does not grow, in pages of 4 KiB; `None`: the disk's.
    /// Writes that need more are answered with [`StorageError::Unavailable`].
    pub maximum_pages: Option<u32>,
}

impl SqliteOptions {
    /// The usual settings. `incarnation` is a random id.
    pub fn new(incarnation: Uuid) -> Self {
        Self {
            incarnation,
            readers: 4,
            writer_cache_kib: 8 * 1024,
            busy_timeout: Duration::from_secs(5),
            maximum_pages: None,
        }
    }
}

pub(crate) async fn open(path: &Path, options: SqliteOptions) -> Result<SqliteStore, StorageError> {
    create_private(path).map_err(|error| {
        Failure::Unavailable(format!(
            "cannot open `{}` for writing: {error}. Check that the directory exists and may be written",
            path.display()
        ))
    })?;
    let reading = SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(options.busy_timeout)
        .disable_statement_logging();
    let mut writing = reading
        .clone()
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // Savepoints keep page copies; they belong in memory, not in a file that nobody chose.
        .pragma("temp_store", "MEMORY")
        .pragma("cache_size", format!("-{}", options.writer_cache_kib))
        // Folding the log into the database costs two more fsyncs and writes each page again: not too often.
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES.to_string());
    if let Some(pages) = options.maximum_pages {
        writing = writing.pragma("max_page_count", pages.to_string());
    }

    let mut connection = writing.connect().await.map_err(Failure::from)?;
    if let Err(failure) = prepare_schema(&mut connection, path, options.incarnation).await {
        // The failure that led here is the one to tell.
        let _ = connection.close().await;
        return Err(failure.into());
    }
    let readers = SqlitePoolOptions::new()
        .max_connections(options.readers.max(1))
        .acquire_timeout(READER_TIMEOUT)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_lazy_with(reading.read_only(true).row_buffer_size(PAGE_ROWS));
    let queue = Queue::start(connection, writing).map_err(|error| {
        Failure::Unavailable(format!("cannot start the writer's thread: {error}. Raise the limit of threads"))
    })?;
    Ok(SqliteStore { readers, queue: Arc::new(queue) })
}

/// Makes the file, if there is none, so that only its owner may read it. SQLite gives the log and the index
/// beside it the same permissions.
fn create_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// Takes the permissions of others away from a database that was copied or restored.
#[cfg(unix)]
fn restrict(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    for suffix in ["", "-wal", "-shm"] {
        let mut file = path.as_os_str().to_owned();
        file.push(suffix);
        match std::fs::metadata(&file) {
            Ok(metadata) if metadata.permissions().mode() & 0o077 != 0 => {
                std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600))?;
            }
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn restrict(_path: &Path) -> std::io::Result<()> {
    Ok(())
}

async fn prepare_schema(
    connection: &mut SqliteConnection,
    path: &Path,
    incarnation: Uuid,
) -> Result<(), Failure> {
    let header = sqlx::query!(
        r#"SELECT
            (SELECT CAST(application_id AS INTEGER) FROM pragma_application_id) AS "application_id!: i64",
            (SELECT count(*) FROM sqlite_schema) AS "objects!: i64""#
    )
    .fetch_one(&mut *connection)
    .await?;
    if header.application_id != APPLICATION_ID && header.objects != 0 {
        return Err(Failure::Corrupt(format!(
            "`{}` is a database of another program. Name another file",
            path.display()
        )));
    }
    let journal =
        sqlx::query_scalar::<_, String>("PRAGMA journal_mode = WAL").fetch_one(&mut *connection).await?;
    if journal != "wal" {
        return Err(Failure::Unavailable(format!(
            "`{}` lies on a file system that cannot hold a write-ahead log. Move it to a local disk",
            path.display()
        )));
    }
    restrict(path).map_err(|error| {
        Failure::Unavailable(format!(
            "cannot take the permissions of others away from `{}`: {error}. Run `chmod 600` on it",
            path.display()
        ))
    })?;
    MIGRATOR.run(&mut *connection).await.map_err(|error| match error {
        MigrateError::VersionMissing(version) | MigrateError::VersionTooNew(version, _) => {
            Failure::Corrupt(format!(
                "`{}` was made by a newer version (schema {version}). Start that version, or restore a backup",
                path.display()
            ))
        }
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
        other => Failure::Corrupt(format!(
            "the schema of `{}` cannot be brought up to date: {other}. Restore a backup",
            path.display()
        )),
    })?;
    sqlx::query!(
        "INSERT INTO change_head (only, incarnation, sequence) VALUES (1, $1, 0) ON CONFLICT DO NOTHING",
        incarnation
    )
    .execute(connection)
    .await?;
    Ok(())
}
