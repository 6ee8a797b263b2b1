//! Durable creates, against 16-row group commits on the same disk.

use std::path::Path;
use std::time::{Duration, Instant};

use clap::Args;
use futures::future::try_join_all;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _};
use uuid::Uuid;

use crate::service::{Service, Tenant};
use crate::wire::{Connection, request};
use crate::{Outcome, median, say};

/// Rows of one commit of the baseline.
const GROUP: usize = 16;

#[derive(Debug, Args)]
pub(crate) struct CreateArguments {
    /// Rounds; each measures everything once.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Seconds of each measurement.
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// Where databases are made; the disk that is measured.
    #[arg(long, default_value = ".")]
    directory: std::path::PathBuf,
}

pub(crate) async fn run(arguments: CreateArguments) -> Outcome {
    let directory = tempfile::tempdir_in(&arguments.directory)?;
    let directory = directory.path().canonicalize()?;
    let tenant = Tenant::start(&directory)?;
    let service = Service::start(&directory, &tenant, &directory.join("creates.sqlite"))?;
    let token = tenant.access_token(Uuid::from_u128(1))?;
    let duration = Duration::from_secs_f64(arguments.seconds);

    let concurrencies = [1, 16, 64];
    let mut singles = Vec::new();
    let mut groups = Vec::new();
    let mut creates = concurrencies.map(|_| Vec::new());
    for round in 0..arguments.rounds {
        singles.push(commits(&directory.join(format!("single-{round}.sqlite")), 1, duration).await?);
        groups.push(commits(&directory.join(format!("group-{round}.sqlite")), GROUP, duration).await?);
        for (rates, concurrency) in creates.iter_mut().zip(concurrencies) {
            rates.push(create(&service, &token, concurrency, duration).await?);
        }
    }
    let (singles, groups) = (median(singles), median(groups));
    say(&format!("rows/s of raw SQLite, one a commit    {singles:9.0}"));
    say(&format!("rows/s of raw SQLite, {GROUP} a commit     {groups:9.0}"));
    for (rates, concurrency) in creates.into_iter().zip(concurrencies) {
        let rate = median(rates);
        let (base, name) =
            if concurrency == 1 { (singles, "single commits") } else { (groups, "16-row commits") };
        say(&format!("creates/s, {concurrency:2} at once  {rate:9.0}   {:.2} of {name}", rate / base));
    }
    Ok(())
}

/// Rows a second that the disk takes: the same width of row, `synchronous=FULL`, `rows` for each commit.
pub(crate) async fn commits(file: &Path, rows: usize, duration: Duration) -> Outcome<f64> {
    let mut connection = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .disable_statement_logging()
        .connect()
        .await?;
    connection
        .execute("CREATE TABLE row (digest BLOB PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID")
        .await?;
    let (start, mut written) = (Instant::now(), 0_u32);
    while start.elapsed() < duration {
        let mut transaction = connection.begin().await?;
        for _ in 0..rows {
            sqlx::query("INSERT INTO row VALUES (randomblob(32), randomblob(300))")
                .execute(&mut *transaction)
                .await?;
            written += 1;
        }
        transaction.commit().await?;
    }
    Ok(f64::from(written) / start.elapsed().as_secs_f64())
}

/// Creates a second over HTTP. An answer counts only if its PAT was made.
async fn create(service: &Service, token: &str, concurrency: usize, duration: Duration) -> Outcome<f64> {
    let body = r#"{"displayName":"benchmark","scope":"vso.code","allOrgs":false}"#;
    let request = request("POST", "/fabrikam/_apis/tokens/pats?api-version=7.2-preview.1", token, body);
    let start = Instant::now();
    let connections = (0..concurrency).map(|_| async {
        let mut connection = Connection::open(&service.address).await?;
        let mut made = 0_u32;
        while start.elapsed() < duration {
            let (status, body) = connection.send(&request).await?;
            let good = body.windows(22).any(|window| window == br#""patTokenError":"none""#);
            if status != 200 || !good {
                return Err(format!("a create answered {status}: {}", String::from_utf8_lossy(body)).into());
            }
            made += 1;
        }
        Outcome::Ok(made)
    });
    let made: u32 = try_join_all(connections).await?.into_iter().sum();
    Ok(f64::from(made) / start.elapsed().as_secs_f64())
}
