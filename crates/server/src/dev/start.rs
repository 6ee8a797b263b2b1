//! Starting and stopping the twin.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::Response;
use axum_server::tls_rustls::RustlsConfig;
use jiff::Timestamp;
use patcycle_api::{ApiSettings, VerifyRule};
use patcycle_contract::scope;
use patcycle_entra::validation::TrustedIssuer;
use patcycle_lifecycle::{Membership, OrganizationSpecification, PolicySettings, Settings};
use patcycle_local_tenant::LocalTenant;
use patcycle_store_sqlite::SqliteStore;
use uuid::Uuid;

use super::clock::DevClock;
use super::control::{self, Control};
use super::credentials::{Credentials, Tenant};
use super::date;
use super::directory::{Directory, Lock};
use super::environment_file::{EnvironmentFile, quote};
use super::faults::Faults;
use super::host::{self, AllowedHosts};
use super::tenants::{CONTOSO, FABRIKAM};
use super::{DevOptions, app, certificates, console, tenants};
use crate::assembly::{self, ServiceParts};
use crate::audit_checkpoints::AuditCheckpoints;
use crate::configuration::NotifyConfiguration;
use crate::gate::Gated;
use crate::jobs::Jobs;
use crate::listen::{self, Bound, Running};
use crate::{Context, ServerError, audit_checkpoints, files, health, rotation_key, tls};

/// The pause between two looks of a job: its clock may be moved at any time.
const LOOK: Duration = Duration::from_secs(1);

/// The Azure DevOps resource: what access tokens of the local tenant are for.
pub(super) const RESOURCE: &str = "499b84ac-1321-427f-aa17-267ca6975798";

/// The twin at work.
#[derive(Debug)]
pub struct RunningDev {
    /// `https://localhost:PORT`: tenant and API.
    pub base_url: String,
    /// `http://localhost:PORT`: the page, and `/_dev`.
    pub console_url: String,
    /// Whether the certificate authority is new, so that whoever trusted the one before has to trust again.
    pub new_authority: bool,
    pub(super) directory: Directory,
    pub(super) people: [(String, &'static str); 3],
    listeners: Vec<Running>,
    tenant: LocalTenant,
    checkpoints: Arc<AuditCheckpoints>,
    store: SqliteStore,
    jobs: Jobs,
    /// Last, so that nobody else begins before everything is closed.
    _lock: Lock,
}

/// Starts the twin, and returns when both listeners answer and `dev.env` is written.
pub async fn start(options: &DevOptions, context: &Context) -> Result<RunningDev, ServerError> {
    options.check()?;
    let directory = Directory::make(&options.data_directory)?;
    let lock = directory.lock()?;
    // Of a process that was killed: whoever waits for the file must not read the one before.
    files::remove(&directory.environment())?;
    let (http, https) = (listen::bind(options.http)?, listen::bind(options.https)?);
    let base_url = format!("https://localhost:{}", https.address.port());
    let console_url = format!("http://localhost:{}", http.address.port());

    let real_time = context.clock.now();
    let certificates = certificates::ensure(&directory, real_time)?;
    let tls_config = RustlsConfig::from_config(tls::load(&certificates.tls)?);
    let credentials = Credentials::load_or_make(&directory, context.random.as_ref())?;
    let clock = Arc::new(DevClock::open(&directory.clock(), Arc::clone(&context.clock))?);
    let moved = Context { clock: clock.shared(), random: Arc::clone(&context.random) };

    let tenant = open_tenant(options, &directory, &credentials, &moved, real_time).await?;
    let service =
        assembly::assemble(parts(options, &directory, &credentials, [&base_url, &console_url]), &moved)
            .await?;

    let people = [
        (credentials.user.name.clone(), "a person"),
        (credentials.admin.name.clone(), "the administrator"),
        (credentials.mfa_user.name.clone(), "a person with one-time codes"),
    ];
    let console = |public_url: &str| {
        let setup = console::setup(&directory, &credentials, &base_url, public_url)?;
        crate::console::mount(setup, &moved, &service.jobs)
    };
    let (console_on_http, console_on_https) = (console(&console_url)?, console(&base_url)?);
    let faults = Faults::default();
    let health = health::router(service.storage());
    let mut on_http = Router::new().merge(health.clone()).merge(console_on_http);
    if options.allow_remote.is_empty() {
        let key = Arc::new(patcycle_primitives::Secret::new(credentials.control_key.expose()));
        on_http = on_http.merge(control::router(Control { key, clock, faults: faults.clone() }));
    } else {
        tracing::warn!(names = ?options.allow_remote, "reachable by other names; `/_dev` is off");
    }
    let on_https = Router::new()
        .merge(health)
        .merge(console_on_https)
        .merge(tenant.router(base_url.clone()))
        .fallback_service(service.router);

    let guard = |router: Router, bound: &Bound, default_port: u16| {
        let hosts = AllowedHosts::new(bound.address.port(), default_port, &options.allow_remote);
        let clock = Arc::clone(&moved.clock);
        let date = map_response(move |response: Response| std::future::ready(date::stamp(&clock, response)));
        let guarded = router.layer(from_fn_with_state(hosts, host::check)).layer(date);
        Gated::behind(Arc::new(faults.clone()), listen::limited(guarded))
    };
    let (on_http, on_https) = (guard(on_http, &http, 80), guard(on_https, &https, 443));
    let listeners = vec![
        listen::serve(http, None, on_http).await,
        listen::serve(https, Some(tls_config), on_https).await,
    ];

    let running = RunningDev {
        base_url,
        console_url,
        new_authority: certificates.new_authority,
        directory,
        people,
        listeners,
        tenant,
        checkpoints: service.checkpoints,
        store: service.store,
        jobs: service.jobs,
        _lock: lock,
    };
    let environment = environment(&running, &credentials);
    files::write_private(&running.directory.environment(), environment.as_bytes())?;
    tracing::info!(https = %running.base_url, http = %running.console_url, "ready");
    Ok(running)
}

impl RunningDev {
    /// Removes `dev.env`, answers what is in work, then closes everything.
    pub async fn stop(self) -> Result<(), ServerError> {
        let removed = files::remove(&self.directory.environment());
        futures::future::join_all(self.listeners.into_iter().map(Running::drain)).await;
        self.jobs.stop().await;
        self.checkpoints.write_or_warn().await;
        self.tenant.close().await;
        self.store.close().await;
        Ok(removed?)
    }
}

async fn open_tenant(
    options: &DevOptions,
    directory: &Directory,
    credentials: &Credentials,
    context: &Context,
    real_time: Timestamp,
) -> Result<LocalTenant, ServerError> {
    files::make_private_directory(&directory.tenant())?;
    let settings = app::settings(directory, credentials, options.access_token_lifetime);
    let tenant = LocalTenant::open(settings, Arc::clone(&context.clock), Arc::clone(&context.random)).await?;
    let client_certificate = directory.client_certificate();
    if !tenants::are_made(&tenant, credentials).await? {
        let certificate = certificates::ensure_client(&client_certificate, real_time)?;
        tenants::make(&tenant, credentials, &certificate).await?;
    } else if !client_certificate.exists() {
        // The tenant knows the old one only, so a new file would be refused at each sign-in.
        tracing::warn!(file = %client_certificate.display(), "the client certificate is missing; put it back");
    }
    Ok(tenant)
}

fn parts(
    options: &DevOptions,
    directory: &Directory,
    credentials: &Credentials,
    [base_url, console_url]: [&str; 2],
) -> ServiceParts {
    let organization = |name: &str, tenant: &Tenant, administrators: Vec<Uuid>, policies: PolicySettings| {
        let specification = OrganizationSpecification {
            name: name.to_owned(),
            tenant_id: tenant.id,
            membership: Membership::Tenant,
            administrators,
            policies,
        };
        let issuer = TrustedIssuer {
            issuer: format!("{base_url}/{}/v2.0", tenant.id),
            tenant_id: tenant.id,
            audiences: vec![RESOURCE.to_owned()],
            ca_file: Some(directory.ca()),
            accept_v1_issuer: true,
        };
        (specification, vec![issuer])
    };
    ServiceParts {
        database: directory.database(),
        rotation_key_file: rotation_key::beside(&directory.pepper()),
        audit_key_file: audit_checkpoints::key_beside(&directory.pepper()),
        audit_checkpoint_file: audit_checkpoints::file_beside(&directory.pepper()),
        pepper_file: directory.pepper(),
        organizations: vec![
            organization(
                FABRIKAM,
                &credentials.fabrikam,
                vec![credentials.admin.id],
                PolicySettings::without_retirement(),
            ),
            organization(CONTOSO, &credentials.contoso, Vec::new(), PolicySettings::permitting_global_pats()),
        ],
        sign_in_url: Some(format!("{console_url}/")),
        settings: Settings {
            maximum_active_pats_per_owner: options.maximum_active_pats_per_owner,
            ..Settings::default()
        },
        api: ApiSettings { verify_rules: verify_rules(), ..ApiSettings::default() },
        // The twin tells nobody; ends go into the audit all the same.
        notify: NotifyConfiguration::default(),
        report_keys: None,
        look: LOOK,
    }
}

/// Rules that are ready to be asked: `/_patcycle/verify/code` and `/_patcycle/verify/packaging`.
fn verify_rules() -> Vec<VerifyRule> {
    let rule = |(name, scope): (&str, &str)| {
        let organization = FABRIKAM.to_owned();
        Some(VerifyRule { name: name.to_owned(), scope: scope::find(scope)?, organization })
    };
    [("code", "vso.code"), ("packaging", "vso.packaging")].into_iter().filter_map(rule).collect()
}

/// The line that configures a shell.
pub(super) fn environment_command(directory: &Directory) -> String {
    let file = directory.environment().display().to_string();
    format!("set -a; . {}; set +a", *quote(&file))
}

fn environment(running: &RunningDev, credentials: &Credentials) -> EnvironmentFile {
    let directory = &running.directory;
    let shown = |path: std::path::PathBuf| path.display().to_string();
    let mut file = EnvironmentFile::default();
    file.set("BASE_URL", &running.base_url);
    file.set("CONSOLE_URL", &running.console_url);
    file.set("AUTHORITY", &format!("{}/{}", running.base_url, credentials.fabrikam.id));
    file.set("TENANT_ID", &credentials.fabrikam.id.to_string());
    file.set("ORGANIZATION", FABRIKAM);
    file.set("PROFILE", "dev");
    file.set("TOKEN_STORE", &format!("file:{}", shown(directory.cli())));
    file.set("CLIENT_ID", &credentials.web_application.id.to_string());
    file.set("CLIENT_SECRET", credentials.web_application.secret.expose());
    file.set("CLIENT_CERTIFICATE_FILE", &shown(directory.client_certificate()));
    file.set("PUBLIC_CLIENT_ID", &credentials.public_application.id.to_string());
    file.set("SERVICE_CLIENT_ID", &credentials.service_application.id.to_string());
    file.set("SERVICE_CLIENT_SECRET", credentials.service_application.secret.expose());
    file.set("ADMIN_CONSENT_CLIENT_ID", &credentials.admin_consent_application.id.to_string());
    file.set("CA_FILE", &shown(directory.ca()));
    file.set("SIGNING_KEY_FILE", &shown(directory.signing_key()));
    file.set("USER", &credentials.user.name);
    file.set("PASSWORD", credentials.user.password.expose());
    file.set("ADMIN_USER", &credentials.admin.name);
    file.set("ADMIN_PASSWORD", credentials.admin.password.expose());
    file.set("MFA_USER", &credentials.mfa_user.name);
    file.set("MFA_PASSWORD", credentials.mfa_user.password.expose());
    file.set("MFA_SECRET", credentials.mfa_user.totp.expose());
    file.set("OTHER_TENANT_ID", &credentials.contoso.id.to_string());
    file.set("OTHER_ORGANIZATION", CONTOSO);
    file.set("OTHER_USER", &credentials.other_user.name);
    file.set("OTHER_PASSWORD", credentials.other_user.password.expose());
    file.set("CONTROL_KEY", credentials.control_key.expose());
    file.set("DEV_PID", &std::process::id().to_string());
    file
}
