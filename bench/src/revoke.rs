//! Revoking everything of an owner by one raised epoch, with few and with many PATs, against a commit of one row.

use std::path::Path;
use std::time::{Duration, Instant};

use clap::Args;
use patcycle_lifecycle::audit::Actor;
use patcycle_lifecycle::epoch::RaiseEpoch;
use patcycle_lifecycle::storage::{PageOrder, PageRequest};
use patcycle_lifecycle::{Organization, State, Storage as _};
use patcycle_primitives::{Clock as _, Random as _, SeededRandom, SystemClock};
use patcycle_store_sqlite::{SqliteOptions, SqliteStore};
use uuid::Uuid;

use crate::create::commits;
use crate::fill::{OWNER, fill};
use crate::{Outcome, median, say};

#[derive(Debug, Args)]
pub(crate) struct RevokeArguments {
    /// PATs of the one owner in the small store.
    #[arg(long, default_value_t = 1_000)]
    small: u32,
    /// PATs of the one owner in the large store.
    #[arg(long, default_value_t = 1_000_000)]
    large: u32,
    /// Rounds; each measures the disk and both stores.
    #[arg(long, default_value_t = 50)]
    rounds: u32,
    /// Where databases are made; the disk that is measured.
    #[arg(long, default_value = ".")]
    directory: std::path::PathBuf,
}

pub(crate) async fn run(arguments: RevokeArguments) -> Outcome {
    let directory = tempfile::tempdir_in(&arguments.directory)?;
    let directory = directory.path().canonicalize()?;
    let small = Filled::new(&directory.join("small.sqlite"), arguments.small).await?;
    let large = Filled::new(&directory.join("large.sqlite"), arguments.large).await?;
    for filled in [&small, &large] {
        let first = filled.revoke_all().await?;
        say(&format!("the raise that revoked {:7} PATs  {first:7.0} µs", filled.pats));
    }
    let (mut singles, mut of_small, mut of_large) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..arguments.rounds {
        let rate =
            commits(&directory.join(format!("row-{round}.sqlite")), 1, Duration::from_millis(50)).await?;
        singles.push(1e6 / rate);
        of_small.push(small.raise().await?);
        of_large.push(large.raise().await?);
    }
    let [single, of_small, of_large] = [singles, of_small, of_large].map(median);
    say(&format!("a commit of one row                 {single:7.0} µs"));
    for (filled, median) in [(&small, of_small), (&large, of_large)] {
        say(&format!(
            "a raise above {:7} PATs          {median:7.0} µs   {:.2} of it",
            filled.pats,
            median / single
        ));
    }
    Ok(())
}

/// An open store with PATs of one owner.
struct Filled {
    store: SqliteStore,
    organization: Organization,
    random: SeededRandom,
    pats: u32,
}

impl Filled {
    async fn new(database: &Path, pats: u32) -> Outcome<Self> {
        let organization = fill(database, Uuid::from_u128(2), pats).await?;
        let random = SeededRandom::new(1);
        let store = SqliteStore::open(database, SqliteOptions::new(random.uuid()?)).await?;
        Ok(Self { store, organization, random, pats })
    }

    /// Raises the epoch, after a look that there is something to revoke and before one that nothing is left.
    async fn revoke_all(&self) -> Outcome<f64> {
        if !self.has_active().await? {
            return Err("nothing is active before the epoch is raised".into());
        }
        let took = self.raise().await?;
        if self.has_active().await? {
            return Err("a PAT is active after the epoch was raised".into());
        }
        Ok(took)
    }

    /// The microseconds of one raise.
    async fn raise(&self) -> Outcome<f64> {
        let command = RaiseEpoch {
            organization_id: self.organization.id,
            owner: Some(OWNER),
            owner_name: None,
            reason: None,
            channels: patcycle_lifecycle::notice::Channels::default(),
            actor: Actor::default(),
            at: SystemClock.now(),
            audit_id: self.random.uuid()?,
        };
        let start = Instant::now();
        self.store.raise_epoch(command).await?;
        Ok(start.elapsed().as_secs_f64() * 1e6)
    }

    async fn has_active(&self) -> Outcome<bool> {
        let request = PageRequest {
            organization_id: self.organization.id,
            owner: OWNER,
            state: Some(State::Active),
            now: SystemClock.now(),
            order: PageOrder::Date,
            ascending: true,
            after: None,
            limit: 1,
        };
        Ok(!self.store.page(request).await?.is_empty())
    }
}
