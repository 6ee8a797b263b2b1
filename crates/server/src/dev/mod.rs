//! `patcycle dev`: the service together with an Entra-compatible tenant, for one person on one machine.
//!
//! Everything is in one data directory, and a restart on it has everything: people, applications, PATs, keys,
//! passwords, and how far the clock was moved. Two listeners answer on loopback: https has the tenant and the API, http
//! has a page for people and `/_dev` for tests.

pub mod app;
pub(crate) mod certificates;
pub(crate) mod clock;
mod console;
mod control;
pub(crate) mod credentials;
mod date;
pub(crate) mod directory;
mod duration;
pub(crate) mod environment_file;
mod faults;
mod host;

pub mod quickstart;
mod start;
mod summary;
mod tenants;
pub mod trust;

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;

use jiff::SignedDuration;

pub use certificates::CertificateError;
pub use clock::ClockError;
pub use credentials::CredentialsError;
pub use directory::DirectoryError;
pub use start::{RunningDev, start};

use crate::shutdown::StopSignals;
use crate::telemetry::{self, LogSettings};
use crate::{Context, ServerError};

/// How `dev` is started.
#[derive(Debug, Clone)]
pub struct DevOptions {
    /// Where everything is kept.
    pub data_directory: PathBuf,
    /// The http listener; port 0 takes a free one.
    pub http: SocketAddr,
    /// The https listener; port 0 takes a free one.
    pub https: SocketAddr,
    /// How many active PATs one person may hold in one organization; 0: no limit.
    pub maximum_active_pats_per_owner: u32,
    /// The life of access tokens, 1 second to 24 hours.
    pub access_token_lifetime: SignedDuration,
    /// Other names that the listeners answer to. Any turns `/_dev` off.
    pub allow_remote: Vec<String>,
    /// What is logged, and how.
    pub log: LogSettings,
    /// How the program is called in the commands of the summary, usually `patcycle`.
    pub program: String,
}

impl DevOptions {
    /// The usual options on a data directory.
    pub fn new(data_directory: PathBuf) -> Self {
        Self {
            data_directory,
            http: SocketAddr::from(([127, 0, 0, 1], 7280)),
            https: SocketAddr::from(([127, 0, 0, 1], 7243)),
            maximum_active_pats_per_owner: 1000,
            access_token_lifetime: SignedDuration::from_secs(3600),
            allow_remote: Vec::new(),
            log: LogSettings::default(),
            program: "patcycle".to_owned(),
        }
    }

    fn check(&self) -> Result<(), ServerError> {
        for (option, address) in [("--http", self.http), ("--https", self.https)] {
            if !address.ip().is_loopback() && self.allow_remote.is_empty() {
                return Err(ServerError::Option(format!(
                    "`{option} {address}` is not a loopback address, and `dev` is not hardened for a network; \
                     if that is what you want, name the host with `--allow-remote NAME`"
                )));
            }
        }
        let lifetime = self.access_token_lifetime;
        if lifetime < SignedDuration::from_secs(1) || lifetime > SignedDuration::from_hours(24) {
            return Err(ServerError::Option(format!(
                "`--access-token-lifetime {}` is not within 1 to 86400 seconds",
                lifetime.as_secs()
            )));
        }
        for name in &self.allow_remote {
            if name.is_empty() || name.contains(['/', ':', '@', ' ']) {
                return Err(ServerError::Option(format!(
                    "`--allow-remote {name}` is not a host name; write it without scheme and port"
                )));
            }
        }
        Ok(())
    }
}

/// Runs until SIGTERM or SIGINT, then answers what is in work and returns. The summary for people goes to `out` when
/// everything answers. A second signal ends the wait at the end.
pub async fn run(
    options: &DevOptions,
    context: &Context,
    out: &mut (dyn Write + Send),
) -> Result<(), ServerError> {
    let mut signals = StopSignals::catch()?;
    // Fails only where this process logs already.
    let _ = telemetry::install(options.log);
    let running = tokio::select! {
        started = start(options, context) => started?,
        _ = signals.next() => return Ok(()),
    };
    // A closed stderr is no reason not to run.
    let _ = summary::write(&running, options, out);
    let _ = signals.next().await;
    tokio::select! {
        stopped = running.stop() => stopped,
        _ = signals.next() => Ok(()),
    }
}
