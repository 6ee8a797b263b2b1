//! The PAT Lifecycle Management API over HTTP: one file per operation.
//!
//! [`router()`] answers every path by itself, since the API's paths follow rules of their own (see
//! [`routes`]): a server mounts it as the fallback behind its other routes.
//!
//! A request passes these stations, and the first that says no gives the answer: length of the address,
//! credentials in the address, organization, route, caller, version, content type, body, and then one call of
//! the lifecycle. Every answer but the sign-in page is JSON: a result, or the error envelope.
//!
//! The `Authorization` header is read in one place, `credential`. Verification of PATs goes a shorter way, see
//! `verify`. The peer's address comes as axum's
//! `ConnectInfo<SocketAddr>`.

mod about;
mod address;
mod administration;
mod answer;
mod audit;
mod body;
mod call;
mod caller;
mod challenge;
mod credential;
mod directory;
mod discovery;
mod exchange;
mod failure;
mod graph;
mod headers;
mod leaks;
mod openapi;
mod origin;
mod pats;
mod policies;
mod profile;
mod reason;
mod router;
pub mod routes;
mod session_tokens;
mod settings;
mod signed_in;
mod token_admin;
mod url_secrets;
mod verify;

use std::sync::Arc;

use patcycle_entra::validation::TokenValidator;
use patcycle_lifecycle::Lifecycle;
use patcycle_primitives::Random;

pub use audit::AuditWitness;
pub use directory::{DirectoryEntry, DirectoryError, OrganizationDirectory};
pub use leaks::{LeakIntake, LeakReports, LeakWorker};
pub use openapi::openapi;
pub use router::router;
pub use settings::{ApiSettings, VerifyRule};

/// What the API stands on.
#[derive(Debug, Clone)]
pub struct ApiState {
    /// The rules, the storage and the time behind them.
    pub lifecycle: Lifecycle,
    /// Decides whether an access token is believed.
    pub validator: Arc<TokenValidator>,
    /// The organizations that are served.
    pub organizations: OrganizationDirectory,
    /// Takes reports of leaked PATs.
    pub leaks: LeakIntake,
    /// Whose signed reports are believed.
    pub leak_reports: LeakReports,
    /// What an operator may set.
    pub settings: ApiSettings,
    /// The checkpoints of the audit.
    pub audit_witness: AuditWitness,
    /// Gives the ids of requests.
    pub random: Arc<dyn Random>,
}
