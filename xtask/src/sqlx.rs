//! `cargo xtask sqlx`: makes the stores' query caches (`.sqlx`) anew.
//!
//! For each store a scratch database is made from its migrations, and the crate is compiled against it: the
//! query macros check every statement and write down what they learned. A plain build reads only that.
//!
//! A new query stops the plain build of everything that uses the store. So this runs in a build of this program that
//! leaves the stores out (feature `database` without `store`).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use ::sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use ::sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};

use crate::steps::{execute, say};

/// Each has `sqlx.toml`, `migrations` and `.sqlx`.
const STORES: [(&str, &str); 2] =
    [("crates/store-sqlite", "patcycle-store-sqlite"), ("crates/local-tenant", "patcycle-local-tenant")];

/// Why a cache was not made. The old one is still there.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SqlxError {
    /// A file could not be read or written.
    #[error("{path}: {error}")]
    File {
        /// Which.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// `sqlx.toml` doesn't say where its crate finds the database.
    #[error("{0} has no line `database-url-var = \"…\"`")]
    Configuration(String),
    /// The migrations don't run.
    #[error("the migrations of {package} don't run: {error}")]
    Migrations {
        /// Of which crate.
        package: &'static str,
        /// What SQLite said.
        error: ::sqlx::Error,
    },
    /// A query doesn't fit the tables, or the crate doesn't compile.
    #[error("{0}")]
    Compilation(String),
}

/// Makes all caches anew. Crates without `sqlx.toml` are left out.
pub(crate) fn run() -> Result<(), SqlxError> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    for (folder, package) in STORES {
        let folder = root.join(folder);
        if folder.join("sqlx.toml").exists() {
            refresh(root, &folder, package)?;
        }
    }
    Ok(())
}

fn refresh(root: &Path, folder: &Path, package: &'static str) -> Result<(), SqlxError> {
    let variable = database_variable(&folder.join("sqlx.toml"))?;
    let scratch = root.join("target/sqlx").join(package);
    if scratch.exists() {
        at(&scratch, fs::remove_dir_all(&scratch))?;
    }
    let cache = scratch.join("cache");
    at(&cache, fs::create_dir_all(&cache))?;
    let database = scratch.join("scratch.sqlite");
    let scripts = migrations(&folder.join("migrations"))?;
    futures::executor::block_on(migrate(&database, scripts))
        .map_err(|error| SqlxError::Migrations { package, error })?;

    // Cargo doesn't know that the macros read these variables: only a changed file has it compile again.
    let library = folder.join("src/lib.rs");
    touch(&library)?;
    execute(
        Command::new(env!("CARGO"))
            .current_dir(root)
            .args(["check", "--release", "--package", package])
            .env("SQLX_OFFLINE", "false")
            .env("SQLX_OFFLINE_DIR", &cache)
            .env(variable, format!("sqlite:{}", database.display())),
    )
    .map_err(SqlxError::Compilation)?;
    touch(&library)?;

    let committed = folder.join(".sqlx");
    at(&committed, fs::create_dir_all(&committed))?;
    for old in files(&committed, "json")? {
        at(&old, fs::remove_file(&old))?;
    }
    let new = files(&cache, "json")?;
    for file in &new {
        if let Some(name) = file.file_name() {
            at(file, fs::copy(file, committed.join(name)))?;
        }
    }
    say(&format!("{package}: {} queries", new.len()));
    Ok(())
}

fn database_variable(configuration: &Path) -> Result<String, SqlxError> {
    let text = at(configuration, fs::read_to_string(configuration))?;
    text.lines()
        .filter(|line| line.trim_start().starts_with("database-url-var"))
        .find_map(|line| line.split('"').nth(1).map(str::to_owned))
        .ok_or_else(|| SqlxError::Configuration(configuration.display().to_string()))
}

/// The migrations' text in the order of their numbers.
fn migrations(folder: &Path) -> Result<Vec<String>, SqlxError> {
    files(folder, "sql")?.iter().map(|file| at(file, fs::read_to_string(file))).collect()
}

async fn migrate(database: &Path, scripts: Vec<String>) -> Result<(), ::sqlx::Error> {
    let options = SqliteConnectOptions::new().filename(database).create_if_missing(true);
    let mut connection: SqliteConnection = options.connect().await?;
    for script in scripts {
        ::sqlx::raw_sql(AssertSqlSafe(script)).execute(&mut connection).await?;
    }
    connection.close().await
}

fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, SqlxError> {
    let entries = at(folder, fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>))?;
    let mut files: Vec<PathBuf> = entries
        .into_iter()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    files.sort();
    Ok(files)
}

/// Gives a file a new time of change.
fn touch(file: &Path) -> Result<(), SqlxError> {
    let content = at(file, fs::read(file))?;
    at(file, fs::write(file, content))
}

fn at<T>(path: &Path, result: io::Result<T>) -> Result<T, SqlxError> {
    result.map_err(|error| SqlxError::File { path: path.display().to_string(), error })
}
