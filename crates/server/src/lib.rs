//! Assembly: configuration, listeners, TLS, jobs, metrics, shutdown; the development twin.
//!
//! Three servers are put together here. [`serve`] is the service for operators: it reads a configuration file and
//! trusts the issuers that it names. [`dev`] is the twin for one person on one machine: the same service together with
//! a local tenant, its clock and its faults. [`console`] is the web console alone, in front of Azure DevOps or another
//! server; the other two mount it too. None knows how the others are set up; what they share is in the modules around
//! them.

mod assembly;
mod audit_checkpoints;
pub mod configuration;
pub mod console;
pub mod dev;
mod error;
mod files;
mod gate;
mod health;
mod jobs;
mod last_use;
mod listen;
mod metrics_page;
mod notices;
mod pepper;
mod rotation_key;
pub mod serve;
mod shutdown;
pub mod telemetry;
mod tls;

use std::sync::Arc;

use patcycle_primitives::{Clock, OsRandom, Random, SystemClock};

pub use assembly::AssemblyError;
pub use audit_checkpoints::CheckpointError;
pub use error::{ErrorKind, ServerError};
pub use files::FileError;
pub use listen::ListenError;
pub use notices::NoticeError;
pub use pepper::PepperError;
pub use rotation_key::RotationKeyFileError;
pub use tls::TlsError;

/// What a server takes from its surroundings.
#[derive(Debug, Clone)]
pub struct Context {
    /// Real time.
    pub clock: Arc<dyn Clock>,
    /// Where secrets come from.
    pub random: Arc<dyn Random>,
}

impl Context {
    /// The operating system's clock and random generator.
    pub fn system() -> Self {
        Self { clock: Arc::new(SystemClock), random: Arc::new(OsRandom) }
    }
}
