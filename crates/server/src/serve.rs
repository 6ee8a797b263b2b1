//! `patcycle serve`: the service for operators.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn;
use axum_server::tls_rustls::RustlsConfig;
use patcycle_api::ApiSettings;
use patcycle_lifecycle::Settings;
use patcycle_store_sqlite::SqliteStore;
use serde_json::json;
use url::Url;

use crate::assembly::{self, ServiceParts};
use crate::audit_checkpoints::AuditCheckpoints;
use crate::configuration::{Configuration, ConsoleConfiguration, Override};
use crate::console::sessions::{self, SessionType};
use crate::console::{self, ConsoleSetup, ConsoleSetupError, Network, addresses, scopes};
use crate::dev::directory::MARKER;
use crate::gate::Gated;
use crate::jobs::Jobs;
use crate::listen::{self, Bound, Running};
use crate::shutdown::{self, StopSignals};
use crate::{Context, ServerError, files, health, metrics_page, telemetry, tls};

/// The pause between two looks of a job.
const LOOK: Duration = Duration::from_secs(15);

/// How `serve` is started.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    /// The configuration file.
    pub configuration: PathBuf,
    /// What lies on top of it: environment first, then flags, because the later one wins.
    pub overrides: Vec<Override>,
    /// Gets one JSON object with the URLs when all listeners answer.
    pub ready_file: Option<PathBuf>,
}

/// Serves until SIGTERM or SIGINT, then answers what is in work and returns. A second signal ends that wait.
pub async fn run(options: &ServeOptions, context: &Context) -> Result<(), ServerError> {
    let mut signals = StopSignals::catch()?;
    let configuration = Configuration::load(&options.configuration, &options.overrides)?;
    // Fails only where this process logs already.
    let _ = telemetry::install(configuration.log);
    let started = tokio::select! {
        started = start(configuration, options.ready_file.as_deref(), context) => started?,
        signal = signals.next() => {
            tracing::info!(signal, "stopped before it was ready");
            return Ok(());
        }
    };
    let signal = signals.next().await;
    tracing::info!(signal, "stopping");
    tokio::select! {
        () = started.stop() => tracing::info!("stopped"),
        signal = signals.next() => tracing::warn!(signal, "stopped without waiting for requests in work"),
    }
    Ok(())
}

/// A service at work.
#[derive(Debug)]
pub struct RunningService {
    /// The API, `https://IP:PORT` or `http://IP:PORT`.
    pub url: String,
    /// The metrics, if they have a listener.
    pub metrics_url: Option<String>,
    ready_file: Option<PathBuf>,
    listeners: Vec<Running>,
    jobs: Jobs,
    checkpoints: Arc<AuditCheckpoints>,
    store: SqliteStore,
}

/// Starts the service, and returns when all listeners answer and the ready file is written.
pub async fn start(
    configuration: Configuration,
    ready_file: Option<&Path>,
    context: &Context,
) -> Result<RunningService, ServerError> {
    refuse_development_data(&configuration)?;
    if let Some(file) = ready_file {
        files::remove(file)?;
    }
    warn(&configuration);
    // Ports first: a taken one is told before anything is made.
    let api = listen::bind(configuration.listen)?;
    let metrics = configuration.metrics_listen.map(listen::bind).transpose()?;
    let tls_config = configuration.tls.as_ref().map(tls::load).transpose()?.map(RustlsConfig::from_config);

    let scheme = if tls_config.is_some() { "https" } else { "http" };
    let public_url = console_url(&configuration, scheme, &api)?;
    let service = assembly::assemble(parts(&configuration, public_url.as_ref()), context).await?;
    let storage = service.storage();
    let jobs = service.jobs.clone();
    if let (Some(files), Some(config)) = (configuration.tls.clone(), tls_config.clone()) {
        jobs.spawn(|stop| tls::reload_on_change(files, config, stop));
    }

    let url = url(scheme, &api);
    let metrics_url = metrics.as_ref().map(|bound| self::url("http", bound));
    let health = health::router(storage);
    let mut router = Router::new().merge(health.clone()).fallback_service(service.router);
    if let (Some(console), Some(public_url)) = (configuration.console.clone(), public_url) {
        let setup = console_setup(console, public_url, service.store.clone())?;
        router = router.merge(console::mount(setup, context, &jobs)?);
    }
    let mut listeners = Vec::new();
    if let Some(bound) = metrics {
        let handle = metrics_page::install()?;
        let kept = handle.clone();
        jobs.spawn(|stop| metrics_page::upkeep(kept, stop));
        router = router.layer(from_fn(metrics_page::record));
        let page = health.merge(metrics_page::router(handle));
        listeners.push(listen::serve(bound, None, Gated::open(listen::limited(page))).await);
    }
    listeners.push(listen::serve(api, tls_config, Gated::open(listen::limited(router))).await);

    let running = RunningService {
        url,
        metrics_url,
        ready_file: ready_file.map(Path::to_owned),
        listeners,
        jobs,
        checkpoints: service.checkpoints,
        store: service.store,
    };
    if let Some(file) = ready_file {
        let urls = json!({ "listen": running.url, "metrics_listen": running.metrics_url });
        files::write_public(file, format!("{urls}\n").as_bytes())?;
    }
    shutdown::tell_ready();
    tracing::info!(url = %running.url, "ready");
    Ok(running)
}

impl RunningService {
    /// Answers what is in work, then closes everything.
    pub async fn stop(self) {
        shutdown::tell_stopping();
        if let Some(file) = &self.ready_file
            && let Err(error) = files::remove(file)
        {
            tracing::warn!(%error, "the ready file stays");
        }
        futures::future::join_all(self.listeners.into_iter().map(Running::drain)).await;
        self.jobs.stop().await;
        self.checkpoints.write_or_warn().await;
        self.store.close().await;
    }
}

/// Where browsers reach the console, if there is one.
fn console_url(
    configuration: &Configuration,
    scheme: &str,
    bound: &Bound,
) -> Result<Option<Url>, ConsoleSetupError> {
    let Some(console) = &configuration.console else { return Ok(None) };
    match &console.public_url {
        Some(url) => Ok(Some(url.clone())),
        None => addresses::local_url(scheme, bound.address.port()).map(Some),
    }
}

/// The console is a client of the API like any other, by the public address.
fn console_setup(
    configuration: ConsoleConfiguration,
    public_url: Url,
    store: SqliteStore,
) -> Result<ConsoleSetup, ServerError> {
    Ok(ConsoleSetup {
        scopes: scopes::resolve(configuration.scopes, &configuration.authority, &public_url)?,
        base_url: public_url.clone(),
        public_url,
        redirect_path: configuration.redirect_path,
        installation: None,
        authority: configuration.authority,
        client_id: configuration.client_id,
        credential: configuration.credential.load().map_err(ConsoleSetupError::from)?,
        ca_file: configuration.ca_file,
        organization: configuration.organization,
        api_version: None,
        network: Network::default(),
        sessions: match configuration.session_type {
            SessionType::Sqlite => sessions::in_store(store),
            SessionType::Filesystem => sessions::in_files(&configuration.session_folder)?,
        },
        session_key_file: configuration.session_key_file,
        fresh_sign_in: configuration.fresh_sign_in,
        development: None,
    })
}

fn parts(configuration: &Configuration, console_url: Option<&Url>) -> ServiceParts {
    let emulation = configuration.emulation;
    let organizations = configuration.organizations.iter().cloned();
    ServiceParts {
        database: configuration.database.clone(),
        pepper_file: configuration.pepper_file.clone(),
        rotation_key_file: configuration.rotation_key_file.clone(),
        audit_key_file: configuration.audit_key_file.clone(),
        audit_checkpoint_file: configuration.audit_checkpoint_file.clone(),
        organizations: organizations.map(|one| (one.specification, one.issuers)).collect(),
        sign_in_url: console_url.map(Url::to_string),
        settings: Settings {
            signature: emulation.token_signature,
            maximum_active_pats_per_owner: configuration.maximum_active_pats_per_owner,
            default_filter: emulation.default_display_filter,
            ..Settings::default()
        },
        api: ApiSettings {
            trusted_proxies: configuration.trusted_proxies.clone(),
            https: configuration.tls.is_some(),
            domain_errors_as_400: emulation.domain_errors_as_400,
            revoke_unknown_is_204: emulation.revoke_unknown_is_204,
            sign_in_page_203: emulation.sign_in_page_203,
            require_both_pat_scopes: emulation.require_both_pat_scopes,
            strict_transport_security: configuration.strict_transport_security,
            verify_rules: configuration.verify_rules.clone(),
            ..ApiSettings::default()
        },
        notify: configuration.notify.clone(),
        report_keys: configuration.report_keys.clone(),
        look: LOOK,
    }
}

/// What an operator should know at each start.
fn warn(configuration: &Configuration) {
    for issuer in configuration.organizations.iter().flat_map(|organization| &organization.issuers) {
        if issuer.is_microsoft() && issuer.accepts_azure_devops() {
            tracing::warn!(
                issuer = %issuer.issuer,
                "tokens for Azure DevOps are accepted: whoever reads one here can replay it against Azure DevOps"
            );
        }
    }
    if configuration.tls.is_none() && !configuration.listen.ip().is_loopback() {
        tracing::warn!(
            listen = %configuration.listen,
            "plain http on a network: secrets are readable on the way unless a proxy in front ends TLS"
        );
    }
}

/// A directory that `dev` made holds passwords and keys in plain text.
fn refuse_development_data(configuration: &Configuration) -> Result<(), ServerError> {
    let tls = configuration.tls.iter().flat_map(|files| [&files.certificate, &files.key]);
    let own = [
        &configuration.database,
        &configuration.pepper_file,
        &configuration.rotation_key_file,
        &configuration.audit_key_file,
        &configuration.audit_checkpoint_file,
    ];
    let console = configuration.console.iter().map(|console| &console.session_key_file);
    for file in own.into_iter().chain(tls).chain(console) {
        // Through links as well: what counts is where the file really is.
        let real = file.canonicalize().unwrap_or_else(|_| file.clone());
        let directory = match real.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        if directory.join(MARKER).exists() {
            return Err(ServerError::DevelopmentData(directory.to_owned()));
        }
    }
    Ok(())
}

/// Where a client on this machine reaches the listener.
fn url(scheme: &str, bound: &Bound) -> String {
    let address = match bound.address.ip() {
        ip if !ip.is_unspecified() => bound.address,
        IpAddr::V4(_) => SocketAddr::new(Ipv4Addr::LOCALHOST.into(), bound.address.port()),
        IpAddr::V6(_) => SocketAddr::new(Ipv6Addr::LOCALHOST.into(), bound.address.port()),
    };
    format!("{scheme}://{address}")
}
