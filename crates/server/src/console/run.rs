//! `patcycle console`: the console alone, in front of Azure DevOps or any patcycle server.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum_server::tls_rustls::RustlsConfig;
use patcycle_console::sessions::Sessions;
use patcycle_store_sqlite::SqliteStore;
use serde_json::json;
use url::Url;

use super::mount::{ConsoleSetup, ConsoleSetupError, Network, mount};
use super::sessions::{self, SessionType};
use super::settings::{self, GivenSetting, Settings};
use super::{addresses, scopes};
use crate::gate::Gated;
use crate::jobs::Jobs;
use crate::listen::{self, Running};
use crate::shutdown::{self, StopSignals};
use crate::telemetry::{self, LogSettings};
use crate::{Context, ServerError, files, health, tls};

/// How `console` is started.
#[derive(Debug)]
pub struct ConsoleOptions {
    /// The file of settings; `None`: variables and flags say it all.
    pub file: Option<PathBuf>,
    /// What lies on top of it: variables first, then flags, because the later one wins.
    pub given: Vec<GivenSetting>,
    /// Where sessions are kept unless a setting says otherwise; `None`: there is no home directory.
    pub data_folder: Option<PathBuf>,
    /// How the API is reached.
    pub network: Network,
    /// Gets one JSON object with the URLs when the listener answers.
    pub ready_file: Option<PathBuf>,
    /// What is logged.
    pub log: LogSettings,
}

/// Serves until SIGTERM or SIGINT, then answers what is in work and returns. A second signal ends that wait.
pub async fn run(options: ConsoleOptions, context: &Context) -> Result<(), ServerError> {
    let mut signals = StopSignals::catch()?;
    // Fails only where this process logs already.
    let _ = telemetry::install(options.log);
    let running = start(options, context).await?;
    let signal = signals.next().await;
    tracing::info!(signal, "stopping");
    tokio::select! {
        () = running.stop() => tracing::info!("stopped"),
        signal = signals.next() => tracing::warn!(signal, "stopped without waiting for requests in work"),
    }
    Ok(())
}

/// A console at work.
#[derive(Debug)]
pub struct RunningConsole {
    /// Where it listens, `https://IP:PORT` or `http://IP:PORT`.
    pub url: String,
    /// Where browsers reach it.
    pub public_url: Url,
    ready_file: Option<PathBuf>,
    listener: Running,
    jobs: Jobs,
    /// The database of sessions, where there is one.
    store: Option<SqliteStore>,
}

/// Starts the console, and returns when it answers and the ready file is written.
pub async fn start(options: ConsoleOptions, context: &Context) -> Result<RunningConsole, ServerError> {
    let ConsoleOptions { file, given, data_folder, network, ready_file, log: _ } = options;
    let settings = settings::load(file.as_deref(), given, data_folder.as_deref())?;
    if let Some(file) = &ready_file {
        files::remove(file)?;
    }
    let bound = listen::bind(settings.listen)?;
    let tls_config = settings.tls.as_ref().map(tls::load).transpose()?.map(RustlsConfig::from_config);
    let scheme = if tls_config.is_some() { "https" } else { "http" };
    let url = format!("{scheme}://{}", bound.address);
    let public_url = match settings.public_url.clone() {
        Some(url) => url,
        None => addresses::local_url(scheme, bound.address.port())?,
    };
    if tls_config.is_none() && !bound.address.ip().is_loopback() {
        tracing::warn!(
            listen = %bound.address,
            "plain http on a network: sessions are readable on the way unless a proxy in front ends TLS"
        );
    }
    let jobs = Jobs::default();
    if let (Some(files), Some(config)) = (settings.tls.clone(), tls_config.clone()) {
        jobs.spawn(|stop| tls::reload_on_change(files, config, stop));
    }
    let redirect_uri = format!("{}{}", public_url.origin().ascii_serialization(), settings.redirect_path);
    let (sessions, store) = open_sessions(&settings, context).await?;
    let console = mount(setup(settings, public_url.clone(), network, sessions)?, context, &jobs)?;
    let router = Router::new().merge(health::alive()).merge(console);
    let listener = listen::serve(bound, tls_config, Gated::open(listen::limited(router))).await;
    let running = RunningConsole { url, public_url, ready_file, listener, jobs, store };
    if let Some(file) = &running.ready_file {
        running.tell(file)?;
    }
    shutdown::tell_ready();
    tracing::info!(url = %running.public_url, %redirect_uri, "ready");
    Ok(running)
}

impl RunningConsole {
    fn tell(&self, file: &Path) -> Result<(), ServerError> {
        let public_url = self.public_url.origin().ascii_serialization();
        let urls = json!({ "listen": self.url, "public_url": public_url });
        Ok(files::write_public(file, format!("{urls}\n").as_bytes())?)
    }

    /// Answers what is in work, then closes everything.
    pub async fn stop(self) {
        shutdown::tell_stopping();
        if let Some(file) = &self.ready_file
            && let Err(error) = files::remove(file)
        {
            tracing::warn!(%error, "the ready file stays");
        }
        self.listener.drain().await;
        self.jobs.stop().await;
        if let Some(store) = &self.store {
            store.close().await;
        }
    }
}

async fn open_sessions(
    settings: &Settings,
    context: &Context,
) -> Result<(Arc<dyn Sessions>, Option<SqliteStore>), ConsoleSetupError> {
    let folder = &settings.session_folder;
    match settings.session_type {
        SessionType::Filesystem => Ok((sessions::in_files(folder)?, None)),
        SessionType::Sqlite => {
            let store = sessions::open_store(folder, context).await?;
            Ok((sessions::in_store(store.clone()), Some(store)))
        }
    }
}

fn setup(
    settings: Settings,
    public_url: Url,
    network: Network,
    sessions: Arc<dyn Sessions>,
) -> Result<ConsoleSetup, ServerError> {
    let endpoint = settings.endpoint;
    Ok(ConsoleSetup {
        scopes: scopes::resolve(settings.scopes, &settings.authority, &endpoint.base_url)?,
        public_url,
        redirect_path: settings.redirect_path,
        installation: None,
        authority: settings.authority,
        client_id: settings.client_id,
        credential: settings.credential.load().map_err(ConsoleSetupError::from)?,
        ca_file: settings.ca_file,
        base_url: endpoint.base_url,
        organization: endpoint.organization,
        api_version: endpoint.api_version,
        network,
        sessions,
        session_key_file: settings.session_key_file,
        fresh_sign_in: settings.fresh_sign_in,
        development: None,
    })
}
