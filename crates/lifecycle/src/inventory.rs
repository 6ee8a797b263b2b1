//! The inventory of an organization: everybody's PATs, with filters, for its administrators.
//!
//! The store gives PATs in an order of its own, a thousand at a time, and the conditions are asked here: state, policies
//! and revocation rules have one meaning everywhere. So the first page, which counts, looks at every PAT of the
//! organization (or of the one owner who was named); the pages after it go on where the one before has ended.

use jiff::{SignedDuration, Timestamp};
use patcycle_contract::inventory::{
    InventoryCounts, InventoryFilter, InventoryOwner, InventoryPage, InventoryPat, InventoryQuery,
};
use patcycle_contract::{DisplayFilterOption, PatUsage, PolicySetting, ScopeSet, SubjectDescriptor};
use uuid::Uuid;

use crate::continuation::BadContinuationToken;
use crate::cutoffs::{Cutoffs, RevocationRules};
use crate::model::{Authorization, Epochs, Person, State};
use crate::policy::{self, Policies};
use crate::{Caller, Lifecycle, Organization, StorageError};

/// PATs that are read at once.
const READ_AT_ONCE: u32 = 1000;
/// How long an inventory may be paged.
const CONTINUATION_LIFETIME: SignedDuration = SignedDuration::from_hours(24);
/// The time without use that is counted in any case, in days.
const LONG_UNUSED_DAYS: u16 = 90;

/// One read of an organization's PATs, in the store's own order.
#[derive(Debug, Clone)]
pub struct InventoryRequest {
    /// Where.
    pub organization_id: Uuid,
    /// Its tenant, where owners have their names.
    pub tenant_id: Uuid,
    /// Only this owner's.
    pub owner: Option<Uuid>,
    /// The place of the last PAT of the read before; exclusive. Empty at the start.
    pub after: Vec<u8>,
    /// At most so many rows.
    pub limit: u32,
}

/// A PAT, with what decides about it.
#[derive(Debug, Clone)]
pub struct InventoryRow {
    /// Its place in the store's order; unique.
    pub place: Vec<u8>,
    /// The PAT.
    pub authorization: Authorization,
    /// Its owner.
    pub owner: Person,
    /// The epochs that are current for it.
    pub epochs: Epochs,
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum InventoryError {
    /// The continuation token is not one of this inventory.
    #[error(transparent)]
    BadContinuationToken(#[from] BadContinuationToken),
    /// The store could not read.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// What all PATs of an inventory are measured by.
struct Measure<'a> {
    filter: &'a InventoryFilter,
    now: Timestamp,
    rules: RevocationRules,
    /// The one policy that is asked about, on.
    violated: Option<Policies>,
}

/// A PAT that the filter means.
struct Found {
    place: Vec<u8>,
    pat: InventoryPat,
}

impl Lifecycle {
    /// One page of the organization's PATs. The first one counts all that the filter means.
    pub async fn inventory(
        &self,
        caller: &Caller,
        organization: &Organization,
        query: &InventoryQuery,
    ) -> Result<InventoryPage, InventoryError> {
        let binding = binding(caller, organization, &query.filter);
        let (now, after) = match &query.continuation_token {
            None => (self.clock.now(), Vec::new()),
            Some(token) => self.open_place(&binding, token)?,
        };
        let measure = self.measure(organization, &query.filter, now).await?;
        let is_first = query.continuation_token.is_none();
        let top = usize::from(query.top);

        let mut request = InventoryRequest {
            organization_id: organization.id,
            tenant_id: organization.tenant_id,
            owner: query.filter.owner.map(|descriptor| descriptor.0),
            after,
            limit: READ_AT_ONCE,
        };
        let mut counts = InventoryCounts::default();
        let mut found: Vec<Found> = Vec::new();
        // One more than fits tells whether there is a next page. Only counting needs to look further.
        while is_first || found.len() <= top {
            let rows = self.storage.inventory(request.clone()).await?;
            let Some(last) = rows.last() else { break };
            request.after.clone_from(&last.place);
            let ids: Vec<Uuid> = rows.iter().map(|row| row.authorization.id).collect();
            let usage = self.usage(&ids).await?;
            let chosen = rows.into_iter().zip(usage).filter_map(|(row, usage)| measure.choose(row, usage));
            for one in chosen {
                add(&mut counts, &one.pat, now);
                if found.len() <= top {
                    found.push(one);
                }
            }
        }
        let has_more = found.len() > top;
        found.truncate(top);
        let next = found.last().filter(|_| has_more).map(|last| {
            let position = [now.as_microsecond().to_be_bytes().as_slice(), &last.place].concat();
            self.continuation.seal(&binding, &position)
        });
        Ok(InventoryPage {
            counts: is_first.then_some(counts),
            pats: found.into_iter().map(|one| one.pat).collect(),
            continuation_token: next.unwrap_or_default(),
        })
    }

    fn open_place(&self, binding: &[u8], token: &str) -> Result<(Timestamp, Vec<u8>), BadContinuationToken> {
        let payload = self.continuation.open(binding, token)?;
        let (begun, place) = payload.split_first_chunk::<8>().ok_or(BadContinuationToken)?;
        let begun = Timestamp::from_microsecond(i64::from_be_bytes(*begun));
        let begun = begun.map_err(|_| BadContinuationToken)?;
        if self.clock.now().duration_since(begun) > CONTINUATION_LIFETIME {
            return Err(BadContinuationToken);
        }
        Ok((begun, place.to_vec()))
    }

    async fn measure<'a>(
        &self,
        organization: &Organization,
        filter: &'a InventoryFilter,
        now: Timestamp,
    ) -> Result<Measure<'a>, StorageError> {
        let violated = match filter.violates {
            None => None,
            Some(name) => {
                let setting = self.storage.policies(organization.id).await?.setting(name).clone();
                Some(Policies::only(name, PolicySetting { value: Some(true), ..setting }))
            }
        };
        let rules = self.storage.revocation_rules(organization.id).await?;
        Ok(Measure { filter, now, rules, violated })
    }
}

impl Measure<'_> {
    /// The PAT, if the filter means it.
    fn choose(&self, row: InventoryRow, usage: PatUsage) -> Option<Found> {
        let InventoryRow { place, authorization, owner, epochs } = row;
        let cutoffs = Cutoffs { epochs, rules: self.rules.clone() };
        let state = authorization.state(self.now, &cutoffs);
        let is_wanted = is_in(state, self.filter.state)
            && self
                .violated
                .as_ref()
                .is_none_or(|policies| violates(policies, &owner, &authorization, self.now));
        let pat = to_wire(authorization, owner, state, usage);
        (is_wanted && self.holds(&pat)).then_some(Found { place, pat })
    }

    /// The conditions that can be seen on a PAT.
    fn holds(&self, pat: &InventoryPat) -> bool {
        let filter = self.filter;
        (!filter.never_used || pat.last_used_at.is_none())
            && filter.unused_for_days.is_none_or(|days| is_unused(pat, days, self.now))
            && (!filter.full_scope || is_full(pat))
            && (!filter.global || pat.global)
            && (!filter.owner_disabled || pat.owner.disabled)
    }
}

fn is_in(state: State, wanted: DisplayFilterOption) -> bool {
    match wanted {
        DisplayFilterOption::All => true,
        DisplayFilterOption::Active => state == State::Active,
        DisplayFilterOption::Expired => state == State::Expired,
        DisplayFilterOption::Revoked => state == State::Revoked,
    }
}

/// Whether the policy refuses to have the PAT made as it is, would cut its end, or refuses its use.
fn violates(policies: &Policies, owner: &Person, pat: &Authorization, now: Timestamp) -> bool {
    let latest = policy::latest_end(policies, owner, pat.valid_from, now);
    policy::check_issue(policies, owner, pat, now).is_err()
        || latest.is_some_and(|latest| latest < pat.valid_to)
        || policy::check_use(policies, owner, pat, now).is_some()
}

fn is_unused(pat: &InventoryPat, days: u16, now: Timestamp) -> bool {
    let since = pat.last_used_at.unwrap_or(pat.valid_from);
    now.duration_since(since) >= SignedDuration::from_hours(24 * i64::from(days))
}

fn is_full(pat: &InventoryPat) -> bool {
    ScopeSet::parse(&pat.scope).is_ok_and(|scope| scope.is_full())
}

fn add(counts: &mut InventoryCounts, pat: &InventoryPat, now: Timestamp) {
    counts.count += 1;
    counts.never_used += u64::from(pat.last_used_at.is_none());
    counts.unused_for90_days += u64::from(is_unused(pat, LONG_UNUSED_DAYS, now));
    counts.full_scope += u64::from(is_full(pat));
    counts.global += u64::from(pat.global);
    counts.owner_disabled += u64::from(pat.owner.disabled);
}

fn to_wire(pat: Authorization, owner: Person, state: State, usage: PatUsage) -> InventoryPat {
    let state = match state {
        State::Active => DisplayFilterOption::Active,
        State::Expired => DisplayFilterOption::Expired,
        State::Revoked => DisplayFilterOption::Revoked,
    };
    InventoryPat {
        authorization_id: pat.id,
        display_name: pat.display_name,
        scope: pat.scope,
        global: pat.all_organizations,
        valid_from: pat.valid_from,
        valid_to: pat.valid_to,
        state: state.as_str().to_owned(),
        owner: InventoryOwner {
            descriptor: SubjectDescriptor(owner.id),
            object_id: owner.id,
            user_name: owner.user_name,
            display_name: owner.display_name,
            disabled: owner.disabled,
        },
        last_used_at: usage.last_used_at,
        last_used_address: usage.last_used_address,
    }
}

/// What a continuation token belongs to: the inventory, caller, organization and filter, but not the page size.
fn binding(caller: &Caller, organization: &Organization, filter: &InventoryFilter) -> Vec<u8> {
    let mut binding = [
        b"inventory".as_slice(),
        caller.tenant_id.as_bytes(),
        caller.object_id.as_bytes(),
        organization.id.as_bytes(),
    ]
    .concat();
    for (name, value) in filter.parameters() {
        // Names hold no blank and values no line feed.
        binding.extend_from_slice(format!("{name} {value}\n").as_bytes());
    }
    binding
}
