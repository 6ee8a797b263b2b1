//! `keychain`: the Secret Service of the desktop.
//!
//! A keychain can hang: a locked collection without anybody to unlock it, a bus that answers nothing. Every call runs on
//! a thread of its own with a time limit.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use keyring_core::{CredentialStore, Entry, Error};
use patcycle_entra::cache::{Change, StoreBytes, StoreError, TokenStore};

use super::file::lock;
use crate::atomic_file;

/// The name under which entries are found in the keychain.
const SERVICE: &str = "patcycle";

/// How long the first connection may take.
const PROBE_LIMIT: Duration = Duration::from_secs(5);

/// How long one call may take: a person may have to unlock the keychain.
const CALL_LIMIT: Duration = Duration::from_mins(1);

/// The keychain entry of one profile.
#[derive(Debug)]
pub(crate) struct KeychainStore {
    /// `None` only while this is dropped.
    entry: Option<Arc<Entry>>,
    lock: Option<PathBuf>,
}

impl KeychainStore {
    /// Connects to the keychain. `lock_directory` is where the lock file lies that keeps two processes apart.
    pub(crate) fn open(profile: &str, lock_directory: Option<PathBuf>) -> Result<Self, String> {
        let profile_name = profile.to_owned();
        let entry = within(PROBE_LIMIT, move || {
            let store: Arc<CredentialStore> = zbus_secret_service_keyring_store::Store::new()?;
            store.build(SERVICE, &profile_name, None)
        })
        .map_err(|failure| match failure {
            Failure::Slow => format!("it does not answer within {} s", PROBE_LIMIT.as_secs()),
            Failure::Keychain(error) => error.to_string(),
        })?;
        let lock = lock_directory.map(|directory| directory.join(format!("keychain-{profile}.lock")));
        Ok(Self { entry: Some(Arc::new(entry)), lock })
    }

    fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Entry) -> keyring_core::Result<T> + Send + 'static,
    ) -> Result<Option<T>, StoreError> {
        let entry = self.entry.clone();
        match within(CALL_LIMIT, move || entry.as_deref().map_or(Err(Error::NoEntry), work)) {
            Ok(value) => Ok(Some(value)),
            Err(Failure::Keychain(Error::NoEntry)) => Ok(None),
            Err(failure) => Err(StoreError::Unavailable {
                place: self.describe(),
                reason: match failure {
                    Failure::Slow => format!("it does not answer within {} s", CALL_LIMIT.as_secs()),
                    Failure::Keychain(error) => error.to_string(),
                },
            }),
        }
    }

    fn lock(&self) -> Result<Option<std::fs::File>, StoreError> {
        let Some(path) = &self.lock else { return Ok(None) };
        atomic_file::create_private_directory(&atomic_file::directory_of(path))
            .map_err(|error| super::file::unavailable(&self.describe(), &error))?;
        lock(path, &self.describe()).map(Some)
    }
}

impl TokenStore for KeychainStore {
    fn describe(&self) -> String {
        "keychain".to_owned()
    }

    fn load(&self) -> Result<Option<StoreBytes>, StoreError> {
        Ok(self.call(Entry::get_secret)?.map(StoreBytes::new))
    }

    fn update(&self, change: &mut dyn FnMut(Option<&[u8]>) -> Change) -> Result<(), StoreError> {
        let _lock = self.lock()?;
        let bytes = self.load()?;
        match change(bytes.as_ref().map(|bytes| bytes.as_slice())) {
            Change::Keep => Ok(()),
            Change::Write(bytes) => self.call(move |entry| entry.set_secret(&bytes)).map(drop),
            Change::Delete => self.delete(),
        }
    }

    fn delete(&self) -> Result<(), StoreError> {
        self.call(Entry::delete_credential).map(drop)
    }
}

impl Drop for KeychainStore {
    fn drop(&mut self) {
        let entry = self.entry.take();
        // The connection has a runtime of its own, which must not end on a thread of another one. Without an answer
        // in time it ends with the process.
        let _ = within(PROBE_LIMIT, move || {
            drop(entry);
            Ok(())
        });
    }
}

enum Failure {
    Slow,
    Keychain(Error),
}

/// Runs `work` on a thread of its own. One that does not come back is left behind: it ends with the process.
fn within<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> keyring_core::Result<T> + Send + 'static,
) -> Result<T, Failure> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        // Nobody listens any more when the limit has passed.
        let _ = sender.send(work());
    });
    receiver.recv_timeout(limit).map_err(|_| Failure::Slow)?.map_err(Failure::Keychain)
}

#[cfg(test)]
mod tests {
    use keyring_core::api::CredentialStoreApi as _;

    use super::*;

    #[test]
    fn a_keychain_that_hangs_is_given_up() {
        let outcome = within(Duration::from_millis(20), || {
            std::thread::sleep(Duration::from_secs(2));
            Ok(())
        });
        assert!(matches!(outcome, Err(Failure::Slow)));
    }

    #[test]
    fn reads_writes_and_deletes() {
        let fake = keyring_core::mock::Store::new().unwrap();
        let entry = fake.build(SERVICE, "default", None).unwrap();
        let directory = tempfile::tempdir().unwrap();
        let store =
            KeychainStore { entry: Some(Arc::new(entry)), lock: Some(directory.path().join("k.lock")) };
        assert!(store.load().unwrap().is_none());
        store.update(&mut |_| Change::Write(StoreBytes::new(b"one".to_vec()))).unwrap();
        assert_eq!(store.load().unwrap().unwrap().as_slice(), b"one");
        store.update(&mut |_| Change::Delete).unwrap();
        assert!(store.load().unwrap().is_none());
        store.delete().unwrap();
    }
}
