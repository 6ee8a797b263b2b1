//! Stores with many PATs of one owner.

use std::path::Path;

use patcycle_lifecycle::audit::Actor;
use patcycle_lifecycle::import::Import;
use patcycle_lifecycle::model::StoredSecret;
use patcycle_lifecycle::{
    Authorization, Epochs, Membership, Organization, OrganizationSpecification, Person, PolicySettings,
    Storage,
};
use patcycle_primitives::{Clock as _, Random, SeededRandom, SystemClock};
use patcycle_store_sqlite::{SqliteOptions, SqliteStore};
use patcycle_token::Digest;
use uuid::Uuid;

use crate::Outcome;

/// Who owns them all.
pub(crate) const OWNER: Uuid = Uuid::from_u128(1);
/// PATs of one import.
const BATCH: u32 = 5000;

/// Adds `pats` active PATs of [`OWNER`] to the organization `fabrikam` of the database, which is made if there is none.
pub(crate) async fn fill(database: &Path, tenant_id: Uuid, pats: u32) -> Outcome<Organization> {
    let random = SeededRandom::new(u64::from(pats));
    let options = SqliteOptions { writer_cache_kib: 256 * 1024, ..SqliteOptions::new(random.uuid()?) };
    let store = SqliteStore::open(database, options).await?;
    let now = SystemClock.now();
    let specification = OrganizationSpecification {
        name: "fabrikam".to_owned(),
        tenant_id,
        membership: Membership::Tenant,
        administrators: Vec::new(),
        policies: PolicySettings::default(),
    };
    let organization = store.put_organization(specification, random.uuid()?, now).await?;
    let owner = Person {
        id: OWNER,
        tenant_id,
        user_name: "bench@fabrikam.example".to_owned(),
        display_name: "Bench".to_owned(),
        disabled: false,
        groups: Vec::new(),
    };
    for batch in 0..pats.div_ceil(BATCH) {
        let mut import = Import {
            organization_id: organization.id,
            owners: vec![owner.clone()],
            pats: Vec::new(),
            actor: Actor::default(),
            at: now,
            audit_id: random.uuid()?,
        };
        for number in batch * BATCH..pats.min((batch + 1) * BATCH) {
            let mut digest = [0; 32];
            random.fill(&mut digest)?;
            let authorization = Authorization {
                id: random.uuid()?,
                organization_id: organization.id,
                owner: OWNER,
                display_name: format!("pat {number:07}"),
                scope: "vso.code".to_owned(),
                all_organizations: false,
                valid_from: now,
                valid_to: now + jiff::SignedDuration::from_hours(24 + i64::from(number % 8000)),
                revoked: None,
                epochs: Epochs::default(),
            };
            let secret = StoredSecret {
                digest: Digest::from_bytes(digest),
                pepper_number: 1,
                generation: 1,
                dies_at: None,
            };
            import.pats.push((authorization, secret));
        }
        store.import(import).await?;
    }
    store.close().await;
    Ok(organization)
}
