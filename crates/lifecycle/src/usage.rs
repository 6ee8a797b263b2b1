//! When PATs were last used, and from where.
//!
//! A use is kept in memory and written in batches, so that verification never waits for a write. Of several
//! uses of one secret in one organization the last counts, to the minute. A process that is killed loses what
//! it has not flushed.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use patcycle_contract::PatUsage;
use uuid::Uuid;

use crate::{Lifecycle, StorageError};

const MINUTE_MICROSECONDS: i64 = 60_000_000;
/// Each with a lock of its own, so that verifications of different PATs seldom wait for each other.
const SHARDS: usize = 16;
/// Uses that one shard remembers until the next flush: about 800 KiB in all. Beyond it, uses of other secrets
/// are dropped and counted.
const SHARD_CAPACITY: usize = 512;

/// One use of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Use {
    /// The PAT.
    pub authorization: Uuid,
    /// Which of its secrets.
    pub generation: u32,
    /// Where.
    pub organization: Uuid,
    /// When. What is recorded and stored has the minute's begin here.
    pub at: Timestamp,
    /// From where.
    pub address: Option<IpAddr>,
}

/// What tells uses apart: authorization, generation, organization.
type UseKey = (Uuid, u32, Uuid);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Last {
    minute: Timestamp,
    address: Option<IpAddr>,
}

/// The uses that are not written yet.
#[derive(Debug, Default)]
pub struct UseRecorder {
    shards: [Mutex<BTreeMap<UseKey, Last>>; SHARDS],
    dropped: AtomicU64,
}

impl UseRecorder {
    /// Remembers a use. Never waits for I/O.
    pub fn record(&self, used: Use) {
        let last = Last { minute: minute(used.at), address: used.address };
        let mut shard = self.shard(used.authorization);
        let is_full = shard.len() >= SHARD_CAPACITY;
        match shard.entry((used.authorization, used.generation, used.organization)) {
            Entry::Occupied(mut known) if known.get().minute <= last.minute => {
                known.insert(last);
            }
            Entry::Occupied(_) => {}
            Entry::Vacant(_) if is_full => {
                self.dropped.fetch_add(1, Ordering::Relaxed);
            }
            Entry::Vacant(free) => {
                free.insert(last);
            }
        }
    }

    /// The newest secret of the PAT that was used and for which that is not written yet.
    pub fn pending_generation(&self, authorization: Uuid) -> Option<u32> {
        let range = (authorization, 0, Uuid::nil())..=(authorization, u32::MAX, Uuid::max());
        self.shard(authorization).range(range).next_back().map(|((_, generation, _), _)| *generation)
    }

    /// The last use of the PAT that is not written yet, by whichever secret and wherever.
    fn last(&self, authorization: Uuid) -> Option<Last> {
        let range = (authorization, 0, Uuid::nil())..=(authorization, u32::MAX, Uuid::max());
        self.shard(authorization).range(range).map(|(_, last)| *last).max_by_key(|last| last.minute)
    }

    fn pending(&self) -> Vec<Use> {
        let uses = |shard: &Mutex<BTreeMap<UseKey, Last>>| {
            let shard = lock(shard);
            shard.iter().map(|(key, last)| to_use(*key, *last)).collect::<Vec<_>>()
        };
        self.shards.iter().flat_map(uses).collect()
    }

    /// Forgets what was written, unless it was used again meanwhile.
    fn forget(&self, written: &[Use]) {
        for used in written {
            let key = (used.authorization, used.generation, used.organization);
            let mut shard = self.shard(used.authorization);
            if shard.get(&key) == Some(&Last { minute: used.at, address: used.address }) {
                shard.remove(&key);
            }
        }
    }

    fn shard(&self, authorization: Uuid) -> MutexGuard<'_, BTreeMap<UseKey, Last>> {
        // Ids are random in their last byte.
        let index = usize::from(authorization.as_bytes()[15]) % SHARDS;
        lock(&self.shards[index])
    }
}

fn lock(shard: &Mutex<BTreeMap<UseKey, Last>>) -> MutexGuard<'_, BTreeMap<UseKey, Last>> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

fn to_use((authorization, generation, organization): UseKey, last: Last) -> Use {
    Use { authorization, generation, organization, at: last.minute, address: last.address }
}

/// The minute that an instant lies in, by its begin.
fn minute(instant: Timestamp) -> Timestamp {
    let microsecond = instant.as_microsecond();
    Timestamp::from_microsecond(microsecond - microsecond.rem_euclid(MINUTE_MICROSECONDS)).unwrap_or(instant)
}

/// What a flush did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flushed {
    /// So many uses were written.
    pub written: usize,
    /// So many were dropped since the flush before, because memory for them is bounded.
    pub dropped: u64,
}

impl Lifecycle {
    /// Writes the uses that are in memory. What cannot be written stays there.
    pub async fn flush_uses(&self) -> Result<Flushed, StorageError> {
        let pending = self.uses.pending();
        if !pending.is_empty() {
            self.storage.record_uses(pending.clone()).await?;
            self.uses.forget(&pending);
        }
        Ok(Flushed { written: pending.len(), dropped: self.uses.dropped.swap(0, Ordering::Relaxed) })
    }

    /// The last use of each of these PATs, in their order, with what is not written yet.
    pub async fn usage(&self, authorizations: &[Uuid]) -> Result<Vec<PatUsage>, StorageError> {
        let stored = self.storage.last_uses(authorizations.to_vec()).await?;
        let last = |id: &Uuid| {
            let stored = stored.iter().find(|used| used.authorization == *id);
            let stored = stored.map(|used| Last { minute: used.at, address: used.address });
            [stored, self.uses.last(*id)].into_iter().flatten().max_by_key(|last| last.minute)
        };
        let usage =
            |last: Last| PatUsage { last_used_at: Some(last.minute), last_used_address: last.address };
        Ok(authorizations.iter().map(|id| last(id).map(usage).unwrap_or_default()).collect())
    }
}

#[cfg(test)]
mod tests;
