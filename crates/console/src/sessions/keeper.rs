//! Opens, changes and ends sessions: ids, ends, sealing, and one change at a time.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use patcycle_primitives::{Clock, Random, RandomError, Secret};
use sha2::{Digest as _, Sha256};
use tokio::sync::{Mutex, MutexGuard};

use super::seal::{SealError, SealingKey};
use super::{SessionKey, Sessions, SessionsError, StoredSession};
use crate::random;
use crate::session::Session;

/// How long a session lasts without use.
const IDLE: SignedDuration = SignedDuration::from_hours(12);
/// How long a session lasts at most.
const ABSOLUTE: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long a session lasts in which nobody has signed in yet.
const SIGNING_IN: SignedDuration = SignedDuration::from_mins(10);
/// Use is written down when it moves the end by this much, so that reading a page costs no write.
const NOTED_AFTER: SignedDuration = SignedDuration::from_mins(5);
/// Characters of an id: 256 bits as base64url.
const ID_LENGTH: usize = 43;
/// Changes to different sessions rarely wait for each other.
const TURNS: usize = 1024;

/// A session could not be opened, changed or begun.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeeperError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] SessionsError),
    /// No random numbers.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// It is too large for the cipher, or cannot be written as JSON.
    #[error("the session cannot be written")]
    Unwritable,
}

impl From<SealError> for KeeperError {
    fn from(error: SealError) -> Self {
        match error {
            SealError::Random(error) => Self::Random(error),
            SealError::Cipher => Self::Unwritable,
        }
    }
}

/// All sessions of a console.
#[derive(Debug)]
pub(crate) struct Keeper {
    store: Arc<dyn Sessions>,
    sealing: SealingKey,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    turns: [Mutex<()>; TURNS],
}

/// A session that was read. It may have been changed since: [`Keeper::hold`] it to change it.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) key: SessionKey,
    pub(crate) session: Session,
    absolute_end: Timestamp,
}

/// A session that nobody else changes meanwhile.
#[derive(Debug)]
pub(crate) struct Held<'a> {
    keeper: &'a Keeper,
    opened: Opened,
    _turn: MutexGuard<'a, ()>,
}

impl Keeper {
    pub(crate) fn new(
        store: Arc<dyn Sessions>,
        sealing: SealingKey,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        Self { store, sealing, clock, random, turns: std::array::from_fn(|_| Mutex::default()) }
    }

    /// The session of the id that a browser sent; `None` where there is none or it is over.
    pub(crate) async fn open(&self, id: &str) -> Result<Option<Opened>, KeeperError> {
        if id.len() != ID_LENGTH {
            return Ok(None);
        }
        let key = key_of(id);
        let Some((opened, idle_end)) = self.read(key).await? else { return Ok(None) };
        let moved = self.idle_end(&opened);
        if opened.session.person.is_some() && moved.duration_since(idle_end) >= NOTED_AFTER {
            let Some(held) = self.hold(key).await? else { return Ok(None) };
            held.save().await?;
        }
        Ok(Some(opened))
    }

    /// Begins a session. The id is for the browser's cookie and for nothing else.
    pub(crate) async fn begin(&self, session: Session) -> Result<Secret, KeeperError> {
        let id = random::text(&*self.random)?;
        let now = self.clock.now();
        let lifetime = if session.person.is_some() { ABSOLUTE } else { SIGNING_IN };
        let opened = Opened { key: key_of(id.expose()), session, absolute_end: after(now, lifetime) };
        self.store.create(opened.key, self.stored(&opened)?).await?;
        Ok(id)
    }

    /// The session as it is now, for a change.
    pub(crate) async fn hold(&self, key: SessionKey) -> Result<Option<Held<'_>>, KeeperError> {
        let turn = self.turn(key).await;
        let read = self.read(key).await?;
        Ok(read.map(|(opened, _)| Held { keeper: self, opened, _turn: turn }))
    }

    /// Ends a session.
    pub(crate) async fn end(&self, key: SessionKey) -> Result<(), KeeperError> {
        let _turn = self.turn(key).await;
        Ok(self.store.delete(key).await?)
    }

    /// Deletes what is over.
    pub(crate) async fn sweep(&self) -> Result<u64, KeeperError> {
        Ok(self.store.sweep(self.clock.now()).await?)
    }

    async fn turn(&self, key: SessionKey) -> MutexGuard<'_, ()> {
        let number = u16::from_be_bytes([key.0[0], key.0[1]]);
        self.turns[usize::from(number) % TURNS].lock().await
    }

    /// A session and its idle end. What cannot be opened is none: its owner signs in again.
    async fn read(&self, key: SessionKey) -> Result<Option<(Opened, Timestamp)>, KeeperError> {
        let Some(stored) = self.store.load(key).await? else { return Ok(None) };
        if stored.is_over(self.clock.now()) {
            return Ok(None);
        }
        let context = context(key, stored.idle_end, stored.absolute_end);
        let opened = self.sealing.open(&stored.sealed, &context);
        let session = opened.and_then(|text| serde_json::from_slice(&text).ok());
        if session.is_none() {
            tracing::warn!("a session cannot be opened with this key; its person has to sign in again");
        }
        let opened = session.map(|session| Opened { key, session, absolute_end: stored.absolute_end });
        Ok(opened.map(|opened| (opened, stored.idle_end)))
    }

    fn stored(&self, opened: &Opened) -> Result<StoredSession, KeeperError> {
        // Room for everything at once: a vector that grows leaves copies of tokens behind.
        let mut text = zeroize::Zeroizing::new(Vec::with_capacity(opened.session.room()));
        serde_json::to_writer(&mut *text, &opened.session).map_err(|_| KeeperError::Unwritable)?;
        let (idle_end, absolute_end) = (self.idle_end(opened), opened.absolute_end);
        let context = context(opened.key, idle_end, absolute_end);
        let sealed = self.sealing.seal(&text, &context, &*self.random)?;
        Ok(StoredSession { sealed, idle_end, absolute_end })
    }

    fn idle_end(&self, opened: &Opened) -> Timestamp {
        after(self.clock.now(), IDLE).min(opened.absolute_end)
    }
}

impl Held<'_> {
    pub(crate) fn session(&self) -> &Session {
        &self.opened.session
    }

    pub(crate) fn session_mut(&mut self) -> &mut Session {
        &mut self.opened.session
    }

    /// Keeps the change. `false`: the session has ended meanwhile, and nothing was kept.
    pub(crate) async fn save(self) -> Result<bool, KeeperError> {
        self.write().await
    }

    /// Keeps the change, and goes on holding the session.
    pub(crate) async fn write(&self) -> Result<bool, KeeperError> {
        Ok(self.keeper.store.save(self.opened.key, self.keeper.stored(&self.opened)?).await?)
    }
}

/// What sealed bytes belong to: nobody who can write to the store gives a session another end.
fn context(key: SessionKey, idle_end: Timestamp, absolute_end: Timestamp) -> Vec<u8> {
    let mut context = key.0.to_vec();
    for end in [idle_end, absolute_end] {
        context.extend_from_slice(&end.as_microsecond().to_be_bytes());
    }
    context
}

fn key_of(id: &str) -> SessionKey {
    SessionKey(Sha256::digest(id.as_bytes()).into())
}

fn after(now: Timestamp, duration: SignedDuration) -> Timestamp {
    // Stores keep microseconds.
    let end = now.checked_add(duration).unwrap_or(Timestamp::MAX);
    Timestamp::from_microsecond(end.as_microsecond()).unwrap_or(end)
}
