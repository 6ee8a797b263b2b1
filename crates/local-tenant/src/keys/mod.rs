//! The token-signing keys: one signs, its successor is published ahead of time, those before it stay published
//! until their tokens are gone.
//!
//! There is no timer. Whoever asks for keys makes what is due happen first, so that a clock that is moved by
//! months leaves the ring as a clock that ran would have.

mod file;
mod rsa;
mod schedule;

use std::path::PathBuf;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use patcycle_primitives::Clock;
use tokio::sync::Mutex;

pub(crate) use rsa::{PublicKey, SigningKey, verify_rsa};
pub(crate) use schedule::CACHE_AGE;

use crate::error::LocalTenantError;
use crate::store::{KeyRow, Store};
use schedule::Period;

/// The ring of keys.
#[derive(Debug)]
pub(crate) struct KeyRing {
    store: Store,
    clock: Arc<dyn Clock>,
    /// Where the current key is written for tests that forge tokens.
    file: PathBuf,
    /// How long a token lives after its signature, at most.
    token_lifetime: SignedDuration,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// In the order in which they sign. Never empty after the first use.
    keys: Vec<Arc<SigningKey>>,
    /// The key that stands in the file.
    written: Option<String>,
}

impl KeyRing {
    /// Loads the keys, makes the first one where there is none, and writes the file. Nothing else is made to
    /// happen: a second process may open the directory for administration while the first one serves.
    pub(crate) async fn open(
        store: Store,
        clock: Arc<dyn Clock>,
        file: PathBuf,
        token_lifetime: SignedDuration,
    ) -> Result<Self, LocalTenantError> {
        let rows = store.signing_keys().await?;
        let keys = rows.iter().map(|row| SigningKey::read(row).map(Arc::new)).collect::<Result<_, _>>()?;
        let mut state = State { keys, written: None };
        let ring = Self { store, clock, file, token_lifetime, state: Mutex::default() };
        let now = ring.clock.now();
        ring.begin(&mut state, now).await?;
        ring.write_file(&mut state, now).await?;
        *ring.state.lock().await = state;
        Ok(ring)
    }

    /// The key that signs now.
    pub(crate) async fn current(&self) -> Result<Arc<SigningKey>, LocalTenantError> {
        let mut state = self.state.lock().await;
        let now = self.clock.now();
        self.settle(&mut state, now).await?;
        state.current(now)
    }

    /// The keys to publish: those that sign, will sign, and signed tokens that still live.
    pub(crate) async fn published(&self) -> Result<Vec<Arc<SigningKey>>, LocalTenantError> {
        let mut state = self.state.lock().await;
        self.settle(&mut state, self.clock.now()).await?;
        Ok(state.keys.clone())
    }

    /// Publishes a successor now, or takes the one that is published, and lets it sign as soon as every cache
    /// can know it. Answers that instant.
    pub(crate) async fn rotate(&self) -> Result<Timestamp, LocalTenantError> {
        let mut state = self.state.lock().await;
        let now = self.clock.now();
        self.settle(&mut state, now).await?;
        let Some(next) = state.keys.iter().find(|key| key.period.signs_from > now).cloned() else {
            let signs_from = schedule::earliest_signature(now, now);
            self.add(&mut state, now, signs_from).await?;
            return Ok(signs_from);
        };
        let signs_from = schedule::earliest_signature(next.period.published_at, now);
        self.store.set_signs_from(&next.id, signs_from).await?;
        let period = Period { signs_from, ..next.period };
        for key in state.keys.iter_mut().filter(|key| key.id == next.id) {
            *key = Arc::new(SigningKey::clone(key).with_period(period));
        }
        Ok(signs_from)
    }

    /// Makes what is due happen: a successor, the end of keys whose tokens are gone, the file.
    async fn settle(&self, state: &mut State, now: Timestamp) -> Result<(), LocalTenantError> {
        self.begin(state, now).await?;
        let periods = state.periods();
        if let Some(signs_from) = schedule::due_successor(&periods, now) {
            self.add(state, now, signs_from).await?;
        }
        for index in schedule::retired(&periods, now, self.token_lifetime).into_iter().rev() {
            let key = state.keys.remove(index);
            self.store.remove_signing_key(&key.id).await?;
        }
        self.write_file(state, now).await
    }

    async fn begin(&self, state: &mut State, now: Timestamp) -> Result<(), LocalTenantError> {
        if state.keys.is_empty() { self.add(state, now, now).await } else { Ok(()) }
    }

    async fn write_file(&self, state: &mut State, now: Timestamp) -> Result<(), LocalTenantError> {
        let current = state.current(now)?;
        if state.written.as_ref() != Some(&current.id) {
            let (path, pem) = (self.file.clone(), current.to_pem());
            let write = tokio::task::spawn_blocking(move || file::replace(&path, pem.as_bytes()));
            write.await.map_err(|_| LocalTenantError::Interrupted)??;
            state.written = Some(current.id.clone());
        }
        Ok(())
    }

    async fn add(
        &self,
        state: &mut State,
        published_at: Timestamp,
        signs_from: Timestamp,
    ) -> Result<(), LocalTenantError> {
        let period = Period { published_at, signs_from };
        let generate = tokio::task::spawn_blocking(move || SigningKey::generate(period));
        let key = generate.await.map_err(|_| LocalTenantError::Interrupted)??;
        let row = KeyRow { id: key.id.clone(), pkcs8: key.pkcs8().to_vec(), published_at, signs_from };
        self.store.insert_signing_key(&row).await?;
        tracing::info!(key.id = %key.id, key.signs_from = %signs_from, "published a token-signing key");
        state.keys.push(Arc::new(key));
        state.keys.sort_by_key(|key| key.period.signs_from);
        Ok(())
    }
}

impl State {
    fn periods(&self) -> Vec<Period> {
        self.keys.iter().map(|key| key.period).collect()
    }

    fn current(&self, now: Timestamp) -> Result<Arc<SigningKey>, LocalTenantError> {
        let index =
            schedule::current(&self.periods(), now).ok_or(LocalTenantError::Key("no key signs now"))?;
        self.keys.get(index).cloned().ok_or(LocalTenantError::Key("no key signs now"))
    }
}
