//! When PATs were used, and from where.
//!
//! A use is kept in memory and written in batches, so that verification never waits for a write. The last use of each
//! secret in each organization stays for good, to the minute; for [`REMEMBERED_DAYS`] days it is also kept how often
//! a secret was used on each day from each address, so that a policy can be tried against what happened. A process
//! that is killed loses what it has not flushed.

use std::collections::btree_map::{self, BTreeMap, Entry};
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use patcycle_contract::PatUsage;
use uuid::Uuid;

use crate::{Lifecycle, StorageError};

const MINUTE_MICROSECONDS: i64 = 60_000_000;
const DAY_SECONDS: i64 = 24 * 60 * 60;
/// How many days back it is known how often a PAT was used, and from where. Older days are swept.
pub const REMEMBERED_DAYS: i64 = 30;
/// So many addresses are told apart of one secret, organization and day. Uses from further ones are counted together,
/// without an address.
pub const MAXIMUM_ADDRESSES: usize = 32;
/// Each with a lock of its own, so that verifications of different PATs seldom wait for each other.
const SHARDS: usize = 16;
/// Entries that one shard remembers until the next flush: about 2 MiB in all. Beyond it, uses that would need another
/// entry are dropped and counted.
const SHARD_CAPACITY: usize = 1024;
/// Entries that are written in one transaction, so that other writes wait little.
const WRITTEN_AT_ONCE: usize = 1000;

/// Uses of one secret in one organization, on one day and from one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Use {
    /// The PAT.
    pub authorization: Uuid,
    /// Which of its secrets.
    pub generation: u32,
    /// Where.
    pub organization: Uuid,
    /// When it was used last; the minute's begin in what is written and stored.
    pub at: Timestamp,
    /// From where, as far as it is known.
    pub address: Option<IpAddr>,
    /// How often. What tells only the last use has 1 here.
    pub count: u64,
}

/// A day in UTC, counted from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i64);

impl Day {
    /// The day that an instant lies in.
    pub fn of(instant: Timestamp) -> Self {
        Self(instant.as_second().div_euclid(DAY_SECONDS))
    }

    /// The first day of those that are remembered at `now`.
    pub fn first_remembered(now: Timestamp) -> Self {
        Self(Self::of(now).0 - REMEMBERED_DAYS)
    }

    /// As a date of the calendar.
    pub fn date(self) -> Date {
        let begin = Timestamp::UNIX_EPOCH
            .saturating_add(SignedDuration::from_secs(self.0.saturating_mul(DAY_SECONDS)));
        TimeZone::UTC.to_datetime(begin.unwrap_or(Timestamp::MAX)).date()
    }
}

/// Uses of a PAT in one organization on one day and from one address, by whichever of its secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DailyUse {
    /// The PAT.
    pub authorization: Uuid,
    /// When.
    pub day: Day,
    /// From where; `None`: not known, or one of more than [`MAXIMUM_ADDRESSES`].
    pub address: Option<IpAddr>,
    /// How often.
    pub count: u64,
}

/// One read of what PATs were used for in an organization.
#[derive(Debug, Clone)]
pub struct DailyUsesRequest {
    /// Where they were used.
    pub organization_id: Uuid,
    /// Which PATs.
    pub authorizations: Vec<Uuid>,
    /// From this day on.
    pub since: Day,
}

/// What tells entries apart: authorization, generation, organization, day, address.
type UseKey = (Uuid, u32, Uuid, Day, Option<IpAddr>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Counted {
    last: Timestamp,
    count: u64,
}

type Shard = BTreeMap<UseKey, Counted>;

/// The uses that are not written yet.
#[derive(Debug, Default)]
pub struct UseRecorder {
    shards: [Mutex<Shard>; SHARDS],
    dropped: AtomicU64,
}

impl UseRecorder {
    /// Remembers a use. Never waits for I/O.
    pub fn record(&self, used: Use) {
        let mut shard = self.shard(used.authorization);
        let is_full = shard.len() >= SHARD_CAPACITY;
        let key = key(&shard, &used);
        match shard.entry(key) {
            Entry::Occupied(mut known) => {
                let known = known.get_mut();
                known.last = known.last.max(used.at);
                known.count += used.count;
            }
            Entry::Vacant(_) if is_full => {
                self.dropped.fetch_add(used.count, Ordering::Relaxed);
            }
            Entry::Vacant(free) => {
                free.insert(Counted { last: used.at, count: used.count });
            }
        }
    }

    /// The newest secret of the PAT that was used and for which that is not written yet.
    pub fn pending_generation(&self, authorization: Uuid) -> Option<u32> {
        of_pat(&self.shard(authorization), authorization)
            .next_back()
            .map(|((_, generation, ..), _)| *generation)
    }

    /// The last use of the PAT that is not written yet, by whichever secret and wherever.
    fn last(&self, authorization: Uuid) -> Option<Use> {
        let shard = self.shard(authorization);
        let last = of_pat(&shard, authorization).max_by_key(|(_, counted)| counted.last);
        last.map(|(key, counted)| Use { at: minute(counted.last), count: 1, ..to_use(*key, *counted) })
    }

    /// All of it, each with the instant itself, the earliest first.
    fn pending(&self) -> Vec<Use> {
        let uses = |shard: &Mutex<Shard>| {
            let shard = lock(shard);
            shard.iter().map(|(key, counted)| to_use(*key, *counted)).collect::<Vec<_>>()
        };
        let mut uses: Vec<Use> = self.shards.iter().flat_map(uses).collect();
        uses.sort_by_key(|used| used.at);
        uses
    }

    /// Forgets what was written, but not what was used meanwhile.
    fn forget(&self, written: &[Use]) {
        for used in written {
            let key =
                (used.authorization, used.generation, used.organization, Day::of(used.at), used.address);
            let mut shard = self.shard(used.authorization);
            let Some(known) = shard.get_mut(&key) else { continue };
            known.count = known.count.saturating_sub(used.count);
            if known.count == 0 {
                shard.remove(&key);
            }
        }
    }

    fn shard(&self, authorization: Uuid) -> MutexGuard<'_, Shard> {
        // Ids are random in their last byte.
        let index = usize::from(authorization.as_bytes()[15]) % SHARDS;
        lock(&self.shards[index])
    }
}

fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where a use counts: with its address, unless there are too many of them already.
fn key(shard: &Shard, used: &Use) -> UseKey {
    let with_address =
        |address| (used.authorization, used.generation, used.organization, Day::of(used.at), address);
    let (exact, further) = (with_address(used.address), with_address(None));
    if used.address.is_none() || shard.contains_key(&exact) {
        return exact;
    }
    let addresses = shard
        .range(further..)
        .take_while(|(key, _)| (key.0, key.1, key.2, key.3) == (exact.0, exact.1, exact.2, exact.3));
    if addresses.filter(|(key, _)| key.4.is_some()).count() < MAXIMUM_ADDRESSES { exact } else { further }
}

fn of_pat(shard: &Shard, authorization: Uuid) -> btree_map::Range<'_, UseKey, Counted> {
    let first = (authorization, 0, Uuid::nil(), Day(i64::MIN), None);
    let last = (authorization, u32::MAX, Uuid::max(), Day(i64::MAX), None);
    shard.range(first..=last)
}

fn to_use((authorization, generation, organization, _, address): UseKey, counted: Counted) -> Use {
    Use { authorization, generation, organization, at: counted.last, address, count: counted.count }
}

/// The minute that an instant lies in, by its begin.
fn minute(instant: Timestamp) -> Timestamp {
    let microsecond = instant.as_microsecond();
    Timestamp::from_microsecond(microsecond - microsecond.rem_euclid(MINUTE_MICROSECONDS)).unwrap_or(instant)
}

/// Writes uses.
#[derive(Debug, Clone)]
pub struct RecordUses {
    /// Each to the minute.
    pub uses: Vec<Use>,
    /// What was counted on earlier days is swept: of it as much as is written, and a little more, so that it grows
    /// less at any rate and no command takes long.
    pub keep_from: Day,
}

/// What a flush did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flushed {
    /// So many entries were written, each of one secret, organization, day and address.
    pub written: usize,
    /// So many were dropped since the flush before, because memory for them is bounded.
    pub dropped: u64,
}

impl Lifecycle {
    /// Writes the uses that are in memory. What cannot be written stays there; where it is not known whether it was,
    /// it is written again, and those uses count twice.
    pub async fn flush_uses(&self) -> Result<Flushed, StorageError> {
        let pending = self.uses.pending();
        let keep_from = Day::first_remembered(self.clock.now());
        for portion in pending.chunks(WRITTEN_AT_ONCE) {
            let uses = portion.iter().map(|used| Use { at: minute(used.at), ..*used }).collect();
            self.storage.record_uses(RecordUses { uses, keep_from }).await?;
            self.uses.forget(portion);
        }
        Ok(Flushed { written: pending.len(), dropped: self.uses.dropped.swap(0, Ordering::Relaxed) })
    }

    /// The last use of each of these PATs, in their order, with what is not written yet.
    pub async fn usage(&self, authorizations: &[Uuid]) -> Result<Vec<PatUsage>, StorageError> {
        let stored = self.storage.last_uses(authorizations.to_vec()).await?;
        let last = |id: &Uuid| {
            let stored = stored.iter().find(|used| used.authorization == *id).copied();
            [stored, self.uses.last(*id)].into_iter().flatten().max_by_key(|last| last.at)
        };
        let usage = |last: Use| PatUsage { last_used_at: Some(last.at), last_used_address: last.address };
        Ok(authorizations.iter().map(|id| last(id).map(usage).unwrap_or_default()).collect())
    }
}

#[cfg(test)]
mod tests;
