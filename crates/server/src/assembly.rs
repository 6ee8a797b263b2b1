//! The service put together: peppers, store, organizations, validator, rules, routes.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use patcycle_api::{
    ApiSettings, ApiState, DirectoryEntry, DirectoryError, LeakIntake, LeakReports, OrganizationDirectory,
};
use patcycle_entra::validation::{IssuerError, TokenValidator, TrustedIssuer};
use patcycle_lifecycle::leak::ReportKeyError;
use patcycle_lifecycle::peppers::{self, RecognizeError};
use patcycle_lifecycle::{Lifecycle, OrganizationSpecification, Settings, Storage, StorageError};
use patcycle_notify::{ReportKeyList, ReportKeySettings};
use patcycle_primitives::RandomError;
use patcycle_store_sqlite::{SqliteOptions, SqliteStore};

use crate::Context;
use crate::audit_checkpoints::{AuditCheckpoints, CheckpointError};
use crate::configuration::NotifyConfiguration;
use crate::jobs::Jobs;
use crate::last_use;
use crate::notices::{NoticeError, Notices};
use crate::pepper::{self, PepperError};
use crate::rotation_key::{self, RotationKeyFileError};

/// The service could not be put together.
#[derive(Debug, thiserror::Error)]
pub enum AssemblyError {
    /// The pepper cannot be had.
    #[error(transparent)]
    Pepper(#[from] PepperError),
    /// The key of rotations cannot be had.
    #[error(transparent)]
    RotationKey(#[from] RotationKeyFileError),
    /// The checkpoints of the audit cannot be had.
    #[error(transparent)]
    Checkpoints(#[from] CheckpointError),
    /// The database cannot be used.
    #[error("the database `{path}` cannot be used: {source}")]
    Storage {
        /// The database.
        path: PathBuf,
        /// What is wrong with it.
        source: StorageError,
    },
    /// The issuers cannot be used.
    #[error(transparent)]
    Issuer(#[from] IssuerError),
    /// The organizations cannot be answered for.
    #[error(transparent)]
    Organizations(#[from] DirectoryError),
    /// Notices cannot be set up.
    #[error(transparent)]
    Notices(#[from] NoticeError),
    /// The keys of leak reports cannot be fetched as configured.
    #[error("`leaks.report_keys_url`: {0}")]
    ReportKeys(#[from] ReportKeyError),
    /// No random numbers.
    #[error(transparent)]
    Random(#[from] RandomError),
}

impl AssemblyError {
    /// What to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Pepper(error) => error.next_step(),
            Self::RotationKey(error) => error.next_step(),
            Self::Checkpoints(error) => error.next_step(),
            Self::Storage { .. } => "Name another database, or bring this one back as its message says.",
            Self::Issuer(_) => "Correct `[[organization.issuer]]` in the configuration.",
            Self::Organizations(_) => "Correct `[[organization]]` in the configuration.",
            Self::Notices(_) => {
                "Correct `[notify]` in the configuration, or the file that the message names."
            }
            Self::ReportKeys(_) => "Correct `[leaks]` in the configuration.",
            Self::Random(_) => "Try again.",
        }
    }
}

/// What the service is made from.
#[derive(Debug)]
pub(crate) struct ServiceParts {
    pub(crate) database: PathBuf,
    pub(crate) pepper_file: PathBuf,
    pub(crate) rotation_key_file: PathBuf,
    pub(crate) audit_key_file: PathBuf,
    pub(crate) audit_checkpoint_file: PathBuf,
    /// Each with the issuers that it believes; at least one, and one that stands in several is the same in all.
    pub(crate) organizations: Vec<(OrganizationSpecification, Vec<TrustedIssuer>)>,
    /// Where a browser without credentials is sent; `None`: the authority's own page.
    pub(crate) sign_in_url: Option<String>,
    pub(crate) settings: Settings,
    pub(crate) api: ApiSettings,
    pub(crate) notify: NotifyConfiguration,
    pub(crate) report_keys: Option<ReportKeySettings>,
    /// The pause between two looks of a job.
    pub(crate) look: Duration,
}

/// The service.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) store: SqliteStore,
    pub(crate) router: Router,
    pub(crate) checkpoints: Arc<AuditCheckpoints>,
    /// What runs beside the requests.
    pub(crate) jobs: Jobs,
}

impl Service {
    pub(crate) fn storage(&self) -> Arc<dyn Storage> {
        Arc::new(self.store.clone())
    }
}

/// Puts the service together. Its time is `context.clock`.
pub(crate) async fn assemble(parts: ServiceParts, context: &Context) -> Result<Service, AssemblyError> {
    let ServiceParts {
        database,
        pepper_file,
        rotation_key_file,
        audit_key_file,
        audit_checkpoint_file,
        organizations,
        sign_in_url,
        mut settings,
        api,
        notify,
        report_keys,
        look,
    } = parts;
    let Context { clock, random } = context;
    // Before the database is made: a pepper is never made for one that exists.
    let peppers = Arc::new(pepper::load_or_make(&pepper_file, &database, random.as_ref())?);
    let rotation_key = Arc::new(rotation_key::load_or_make(&rotation_key_file, random.as_ref())?);
    let failed = |source| AssemblyError::Storage { path: database.clone(), source };
    let store = SqliteStore::open(&database, SqliteOptions::new(random.uuid()?)).await.map_err(failed)?;

    store.recognize_peppers(peppers::marks(&peppers)).await.map_err(|error| match error {
        RecognizeError::Wrong(number) => AssemblyError::Pepper(PepperError::Wrong {
            path: pepper_file,
            number,
            database: database.clone(),
        }),
        RecognizeError::Storage(source) => failed(source),
    })?;

    let mut entries = Vec::with_capacity(organizations.len());
    let mut issuers: Vec<TrustedIssuer> = Vec::new();
    let mut known = Vec::with_capacity(organizations.len());
    for (specification, trusted) in organizations {
        let id = random.uuid()?;
        let organization = store.put_organization(specification, id, clock.now()).await.map_err(failed)?;
        let authority = trusted.first().map(|issuer| authority(&issuer.issuer)).unwrap_or_default();
        let sign_in_url = sign_in_url.clone().unwrap_or_else(|| format!("{authority}/oauth2/v2.0/authorize"));
        let own = trusted.iter().map(|issuer| issuer.issuer.clone()).collect();
        known.push(organization.clone());
        entries.push(DirectoryEntry { organization, issuers: own, authority, sign_in_url });
        for issuer in trusted {
            if !issuers.contains(&issuer) {
                issuers.push(issuer);
            }
        }
    }

    let validator = Arc::new(TokenValidator::new(issuers, Arc::clone(clock))?);
    let storage: Arc<dyn Storage> = Arc::new(store.clone());
    let organization_ids = entries.iter().map(|entry| entry.organization.id).collect();
    let checkpoints = AuditCheckpoints::open(
        Arc::clone(&storage),
        organization_ids,
        &audit_key_file,
        audit_checkpoint_file,
        context,
    );
    let checkpoints = Arc::new(checkpoints.await?);
    let notices = Notices::new(&notify, &known)?;
    settings.channels = notices.channels.clone();
    let lifecycle =
        Lifecycle::new(storage, Arc::clone(clock), Arc::clone(random), peppers, rotation_key, settings);
    let leak_reports = match report_keys {
        Some(keys) => LeakReports::signed_by(Arc::new(ReportKeyList::new(keys, Arc::clone(clock))?)),
        None => LeakReports::default(),
    };
    let (leaks, leak_worker) = LeakIntake::new(lifecycle.clone(), Arc::clone(clock));
    let router = patcycle_api::router(ApiState {
        lifecycle: lifecycle.clone(),
        validator,
        organizations: OrganizationDirectory::new(entries)?,
        leaks,
        leak_reports,
        settings: api,
        audit_witness: checkpoints.witness(),
        random: Arc::clone(random),
    });
    let jobs = Jobs::default();
    jobs.spawn(|stop| leak_worker.run(stop));
    jobs.spawn(|stop| last_use::write_regularly(lifecycle, stop));
    jobs.spawn(|stop| Arc::clone(&checkpoints).run(stop));
    notices.start(&store, context, &jobs, look);
    Ok(Service { store, router, checkpoints, jobs })
}

/// Where people sign in: the issuer without its version.
fn authority(issuer: &str) -> String {
    let issuer = issuer.trim_end_matches('/');
    issuer.strip_suffix("/v2.0").unwrap_or(issuer).to_owned()
}
