//! `cargo xtask seed`: fills a database with PATs through the storage trait.
//!
//! The PATs are made of random bytes: nobody knows a secret for any of them. The same `--seed` gives the same
//! ids, names, scopes and lifetimes; instants lie around the moment of the run.

use clap::Args;
use uuid::Uuid;

/// What to fill a database with.
#[derive(Debug, Args)]
pub(crate) struct SeedArguments {
    /// The database, as `sqlite:PATH`. It is created if there is none.
    #[arg(long, value_name = "URL")]
    pub(crate) database: String,
    /// How many people own the PATs.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) owners: u32,
    /// How many PATs to add, all owners together.
    #[arg(long, value_name = "M")]
    pub(crate) pats: u64,
    /// The organization that gets them. It is created if there is none.
    #[arg(long, value_name = "NAME", default_value = "seeded")]
    pub(crate) organization: String,
    /// The tenant of the organization and its people. Absent: one that belongs to `--seed`.
    #[arg(long, value_name = "UUID")]
    pub(crate) tenant: Option<Uuid>,
    /// The object id of the first owner, so that somebody who can sign in has a share.
    #[arg(long, value_name = "UUID")]
    pub(crate) first_owner: Option<Uuid>,
    /// Begins the random numbers.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub(crate) seed: u64,
}

/// Fills the database.
#[cfg(feature = "store")]
pub(crate) fn run(arguments: SeedArguments) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start the runtime: {error}"))?;
    runtime.block_on(filling::run(arguments)).map_err(|error| error.to_string())
}

/// Fills the database, by a build that has a store.
#[cfg(not(feature = "store"))]
pub(crate) fn run(_arguments: SeedArguments) -> Result<(), String> {
    crate::steps::run_again_with("store")
}

#[cfg(feature = "store")]
mod filling {
    use std::path::Path;
    use std::time::Instant;

    use jiff::{SignedDuration, Timestamp};
    use patcycle_lifecycle::audit::Actor;
    use patcycle_lifecycle::import::Import;
    use patcycle_lifecycle::model::{Revocation, RevocationReason, StoredSecret};
    use patcycle_lifecycle::{
        Authorization, Epochs, Membership, Organization, OrganizationSpecification, Person, PolicySettings,
        Storage as _,
    };
    use patcycle_primitives::{Clock as _, Random as _, RandomError, SeededRandom, SystemClock};
    use patcycle_store_sqlite::{SqliteOptions, SqliteStore};
    use patcycle_token::Digest;
    use uuid::Uuid;

    use super::SeedArguments;
    use crate::steps::say;

    /// Why the database was not filled, or not to the end.
    #[derive(Debug, thiserror::Error)]
    pub(crate) enum SeedError {
        /// The URL names no database that can be opened.
        #[error("`{0}` is no database that can be filled; write `sqlite:PATH`")]
        Database(String),
        /// The store failed.
        #[error(transparent)]
        Storage(#[from] patcycle_lifecycle::StorageError),
        /// The seeded generator gave nothing.
        #[error(transparent)]
        Random(#[from] RandomError),
    }

    /// PATs in one transaction.
    const GROUP: u64 = 10_000;
    /// Large imports touch pages all over the database: memory for them spares reading and writing.
    const CACHE_KIB: u32 = 256 * 1024;
    const MINUTES_OF_A_YEAR: u64 = 365 * 24 * 60;

    const PURPOSES: [&str; 8] =
        ["ci", "Deploy", "nightly build", "packages", "Grafana", "laptop", "Über-Agent", "release notes"];
    const SCOPES: [&str; 7] = [
        "vso.code",
        "vso.code_write",
        "vso.build_execute",
        "vso.packaging",
        "vso.code vso.build",
        "vso.work_write vso.code",
        "app_token",
    ];

    /// Fills the database and tells the progress on standard error.
    pub(crate) async fn run(arguments: SeedArguments) -> Result<(), SeedError> {
        let path = arguments
            .database
            .strip_prefix("sqlite:")
            .map(|path| path.strip_prefix("//").unwrap_or(path))
            .filter(|path| !path.is_empty())
            .ok_or_else(|| SeedError::Database(arguments.database.clone()))?;
        let source = Source { random: SeededRandom::new(arguments.seed), now: SystemClock.now() };
        let options =
            SqliteOptions { writer_cache_kib: CACHE_KIB, ..SqliteOptions::new(source.random.uuid()?) };
        let store = SqliteStore::open(Path::new(path), options).await?;
        let filled = fill(&store, &source, &arguments).await;
        store.close().await;
        filled
    }

    async fn fill(store: &SqliteStore, source: &Source, arguments: &SeedArguments) -> Result<(), SeedError> {
        let tenant_id = arguments.tenant.map_or_else(|| source.random.uuid(), Ok)?;
        let specification = OrganizationSpecification {
            name: arguments.organization.clone(),
            tenant_id,
            membership: Membership::Tenant,
            administrators: Vec::new(),
            policies: PolicySettings::default(),
        };
        let organization = store.put_organization(specification, source.random.uuid()?, source.now).await?;
        let mut owners = (0..arguments.owners)
            .map(|number| source.owner(number, arguments.first_owner, tenant_id))
            .collect::<Result<Vec<_>, _>>()?;
        let ids: Vec<Uuid> = owners.iter().map(|owner| owner.id).collect();

        let start = Instant::now();
        let mut done = 0;
        while done < arguments.pats {
            let end = arguments.pats.min(done + GROUP);
            // One owner after another: an owner's PATs lie together in the database.
            let owner = |number: u64| {
                let index = u128::from(number) * ids.len() as u128 / u128::from(arguments.pats);
                ids[usize::try_from(index).unwrap_or_default()]
            };
            let pats = (done..end)
                .map(|number| source.pat(number, owner(number), &organization))
                .collect::<Result<Vec<_>, _>>()?;
            store
                .import(Import {
                    organization_id: organization.id,
                    // Everybody comes with the first group.
                    owners: std::mem::take(&mut owners),
                    pats,
                    actor: Actor::default(),
                    at: source.now,
                    audit_id: source.random.uuid()?,
                })
                .await?;
            done = end;
            let seconds = start.elapsed().as_secs_f64();
            #[expect(clippy::cast_precision_loss, reason = "a rate for the eye")]
            let rate = done as f64 / seconds.max(0.001);
            say(&format!("{done} of {} PATs, {rate:.0} a second", arguments.pats));
        }
        say(&format!(
            "organization `{}` ({}), tenant {tenant_id}, first owner {}",
            organization.name, organization.id, ids[0]
        ));
        Ok(())
    }

    /// Where ids, names and ends come from.
    struct Source {
        random: SeededRandom,
        now: Timestamp,
    }

    impl Source {
        fn number(&self, below: u64) -> Result<u64, RandomError> {
            let mut bytes = [0; 8];
            self.random.fill(&mut bytes)?;
            Ok(u64::from_le_bytes(bytes) % below)
        }

        fn pick(&self, from: &[&'static str]) -> Result<&'static str, RandomError> {
            let index = usize::try_from(self.number(from.len() as u64)?).unwrap_or_default();
            Ok(from[index])
        }

        fn minutes(&self, below: u64) -> Result<SignedDuration, RandomError> {
            Ok(SignedDuration::from_mins(self.number(below)?.cast_signed()))
        }

        fn owner(&self, number: u32, first: Option<Uuid>, tenant_id: Uuid) -> Result<Person, RandomError> {
            let random = self.random.uuid()?;
            Ok(Person {
                id: first.filter(|_| number == 0).unwrap_or(random),
                tenant_id,
                user_name: format!("person{number}@seeded.example"),
                display_name: format!("Person {number}"),
                disabled: false,
                groups: Vec::new(),
            })
        }

        /// A PAT that was made in the last year. Some have ended, one in thirty is revoked.
        fn pat(
            &self,
            number: u64,
            owner: Uuid,
            organization: &Organization,
        ) -> Result<(Authorization, StoredSecret), RandomError> {
            let valid_from = patcycle_contract::date::round(self.now - self.minutes(MINUTES_OF_A_YEAR)?);
            let lifetime = SignedDuration::from_hours(24) + self.minutes(MINUTES_OF_A_YEAR)?;
            let revoked = (self.number(30)? == 0)
                .then_some(Revocation { at: self.now, reason: RevocationReason::Owner });
            let mut digest = [0; 32];
            self.random.fill(&mut digest)?;
            let authorization = Authorization {
                id: self.random.uuid()?,
                organization_id: organization.id,
                owner,
                display_name: format!("{} {number}", self.pick(&PURPOSES)?),
                scope: self.pick(&SCOPES)?.to_owned(),
                all_organizations: false,
                valid_from,
                valid_to: patcycle_contract::date::round(valid_from + lifetime),
                revoked,
                epochs: Epochs::default(),
            };
            let secret = StoredSecret {
                digest: Digest::from_bytes(digest),
                pepper_number: 1,
                generation: 1,
                dies_at: None,
            };
            Ok((authorization, secret))
        }
    }
}
