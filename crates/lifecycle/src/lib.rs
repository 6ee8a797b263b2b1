//! The rules of a PAT's life, and the storage that they are written to.
//!
//! [`Lifecycle`] offers one function per operation: it reads the clock once, checks what needs no stored row,
//! and hands one command to [`Storage`], which runs it as one named transaction. Inside that transaction the
//! store reads the rows that the command names and calls the command's rule, a pure function of this crate;
//! what the rule decides (row, audit record, change record) is written as it is. No rule is written in SQL.

pub mod audit;
pub mod audit_log;
pub mod caller;
pub mod change;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod continuation;
pub mod create;
pub mod cutoffs;
pub mod epoch;
pub mod get;
pub mod history;
pub mod import;
pub mod inventory;
mod key;
pub mod leak;
pub mod list;
pub mod model;
pub mod notice;
pub mod organization;
pub mod people;
pub mod peppers;
pub mod person_access;
pub mod policy;
pub mod refusal;
pub mod revocation_rule;
pub mod revoke;
pub mod revoke_many;
pub mod revoke_owner;
pub mod rotation;
mod row_token;
pub mod session_token;
pub mod storage;
pub mod token_admin;
pub mod update;
pub mod usage;
pub mod verify;

use std::sync::Arc;

use patcycle_contract::DisplayFilterOption;
use patcycle_primitives::{Clock, Random};
use patcycle_token::{PepperSet, RotationKey, Signature};

pub use caller::{Caller, CallerCredential};
pub use cutoffs::{Cutoffs, RevocationRules, ScopeCutoff};
pub use key::date_prefix;
pub use model::{Authorization, Epochs, Person, State};
pub use organization::{Membership, Organization, OrganizationSpecification};
pub use policy::{Policies, PolicySettings};
pub use refusal::{OperationError, Refusal};
pub use storage::{Storage, StorageError, TransactionError};

/// What an operator may set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The signature of the PATs that are minted.
    pub signature: Signature,
    /// How many active PATs one owner may hold in one organization; 0 for no limit.
    pub maximum_active_pats_per_owner: u32,
    /// What a list without `displayFilterOption` shows.
    pub default_filter: DisplayFilterOption,
    /// Who is told what.
    pub channels: notice::Channels,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            signature: Signature::Patcycle,
            maximum_active_pats_per_owner: 1000,
            default_filter: DisplayFilterOption::Active,
            channels: notice::Channels::default(),
        }
    }
}

/// The service behind the API: rules, storage, time, randomness and peppers in one place.
#[derive(Debug, Clone)]
pub struct Lifecycle {
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    peppers: Arc<PepperSet>,
    rotation_key: Arc<RotationKey>,
    continuation: continuation::Sealer,
    uses: Arc<usage::UseRecorder>,
    reuses: Arc<rotation::ReuseRecorder>,
    settings: Settings,
}

impl Lifecycle {
    /// Puts the parts together.
    pub fn new(
        storage: Arc<dyn Storage>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        peppers: Arc<PepperSet>,
        rotation_key: Arc<RotationKey>,
        settings: Settings,
    ) -> Self {
        let continuation = continuation::Sealer::new(peppers.derive_key("patcycle continuation token"));
        let (uses, reuses) = (Arc::default(), Arc::default());
        Self { storage, clock, random, peppers, rotation_key, continuation, uses, reuses, settings }
    }

    /// The storage, for what has no rule: readiness, start-up.
    pub fn storage(&self) -> &Arc<dyn Storage> {
        &self.storage
    }

    /// What secrets of rotations are derived with.
    pub(crate) fn rotation_secrets(&self) -> rotation::SecretSource {
        rotation::SecretSource {
            key: Arc::clone(&self.rotation_key),
            peppers: Arc::clone(&self.peppers),
            signature: self.settings.signature,
        }
    }

    /// The instant that the rules go by.
    pub fn now(&self) -> jiff::Timestamp {
        self.clock.now()
    }

    /// The settings in force.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }
}
