//! `age:FILE`: one file, encrypted with a passphrase. For machines without a keychain.
//!
//! The file is a regular age file: `age --decrypt FILE` shows it to whoever knows the passphrase.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use age::secrecy::SecretString;
use patcycle_entra::cache::{Change, StoreBytes, StoreError, TokenStore};
use patcycle_primitives::Secret;

use super::file::{lock, read_private, remove, unavailable};
use crate::atomic_file;

/// The cost of a guess: 2^17 rounds of scrypt, about half a second.
const WORK_FACTOR: u8 = 17;

/// Asks for the passphrase. `true`: it is a new one, to be typed twice.
pub(crate) type AskPassphrase = Box<dyn Fn(bool) -> Result<Secret, String> + Send + Sync>;

/// An encrypted file that holds sign-ins.
pub(crate) struct AgeStore {
    path: PathBuf,
    lock: PathBuf,
    ask: AskPassphrase,
    work_factor: u8,
    known: Mutex<Known>,
}

/// What this process has learned already: a passphrase is asked for once, and a file is decrypted once.
#[derive(Default)]
struct Known {
    passphrase: Option<SecretString>,
    opened: Option<(Vec<u8>, StoreBytes)>,
}

impl std::fmt::Debug for AgeStore {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("AgeStore").field("path", &self.path).finish_non_exhaustive()
    }
}

impl AgeStore {
    /// The store in `path`. Asks nothing before the file is read or written.
    pub(crate) fn new(path: &Path, ask: AskPassphrase) -> Self {
        let mut lock = path.as_os_str().to_owned();
        lock.push(".lock");
        Self {
            path: path.to_owned(),
            lock: lock.into(),
            ask,
            work_factor: WORK_FACTOR,
            known: Mutex::new(Known::default()),
        }
    }

    fn fault(&self, reason: impl Into<String>) -> StoreError {
        StoreError::Unavailable { place: self.describe(), reason: reason.into() }
    }

    fn passphrase(&self, known: &mut Known, is_new: bool) -> Result<SecretString, StoreError> {
        if let Some(passphrase) = &known.passphrase {
            return Ok(passphrase.clone());
        }
        let asked = (self.ask)(is_new).map_err(|reason| self.fault(reason))?;
        let passphrase = SecretString::from(asked.expose().to_owned());
        known.passphrase = Some(passphrase.clone());
        Ok(passphrase)
    }

    fn open(&self, known: &mut Known) -> Result<Option<StoreBytes>, StoreError> {
        let sealed = read_private(&self.path).map_err(|error| unavailable(&self.describe(), &error))?;
        let Some(sealed) = sealed else { return Ok(None) };
        if let Some((of, bytes)) = &known.opened
            && *of == *sealed
        {
            return Ok(Some(bytes.clone()));
        }
        let identity = age::scrypt::Identity::new(self.passphrase(known, false)?);
        let bytes = match age::decrypt(&identity, &sealed) {
            Ok(bytes) => StoreBytes::new(bytes),
            Err(age::DecryptError::DecryptionFailed | age::DecryptError::KeyDecryptionFailed) => {
                known.passphrase = None;
                return Err(self.fault("the passphrase is wrong, or the file was damaged"));
            }
            Err(error) => {
                return Err(StoreError::Damaged { place: self.describe(), reason: error.to_string() });
            }
        };
        known.opened = Some((sealed.to_vec(), bytes.clone()));
        Ok(Some(bytes))
    }

    fn seal(&self, known: &mut Known, bytes: StoreBytes) -> Result<(), StoreError> {
        let mut recipient = age::scrypt::Recipient::new(self.passphrase(known, !self.path.exists())?);
        recipient.set_work_factor(self.work_factor);
        let sealed = age::encrypt(&recipient, &bytes).map_err(|error| self.fault(error.to_string()))?;
        atomic_file::replace(&self.path, &sealed, atomic_file::OWNER_ONLY)
            .map_err(|error| unavailable(&self.describe(), &error))?;
        known.opened = Some((sealed, bytes));
        Ok(())
    }
}

impl TokenStore for AgeStore {
    fn describe(&self) -> String {
        format!("encrypted file {}", self.path.display())
    }

    fn load(&self) -> Result<Option<StoreBytes>, StoreError> {
        self.open(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn update(&self, change: &mut dyn FnMut(Option<&[u8]>) -> Change) -> Result<(), StoreError> {
        let io_fault = |error: io::Error| unavailable(&self.describe(), &error);
        atomic_file::create_private_directory(&atomic_file::directory_of(&self.path)).map_err(io_fault)?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        // A person types before the lock is taken, and not while others wait for it.
        self.passphrase(&mut known, !self.path.exists())?;
        let _lock = lock(&self.lock, &self.describe())?;
        let bytes = self.open(&mut known)?;
        match change(bytes.as_ref().map(|bytes| bytes.as_slice())) {
            Change::Keep => Ok(()),
            Change::Write(bytes) => self.seal(&mut known, bytes),
            Change::Delete => remove(&self.path).map_err(io_fault),
        }
    }

    fn delete(&self) -> Result<(), StoreError> {
        remove(&self.path)
            .and_then(|()| remove(&self.lock))
            .map_err(|error| unavailable(&self.describe(), &error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(path: &Path, passphrase: &'static str) -> AgeStore {
        let mut store = AgeStore::new(path, Box::new(move |_| Ok(Secret::new(passphrase))));
        store.work_factor = 2;
        store
    }

    #[test]
    fn only_the_passphrase_opens_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("signins.age");
        let first = store(&path, "correct horse");
        assert!(first.load().unwrap().is_none());
        first.update(&mut |_| Change::Write(StoreBytes::new(b"s3cret".to_vec()))).unwrap();
        assert_eq!(first.load().unwrap().unwrap().as_slice(), b"s3cret");
        assert_eq!(store(&path, "correct horse").load().unwrap().unwrap().as_slice(), b"s3cret");
        assert!(matches!(store(&path, "wrong").load(), Err(StoreError::Unavailable { .. })));
        let sealed = std::fs::read(&path).unwrap();
        assert!(!sealed.windows(6).any(|window| window == b"s3cret"));
        assert!(!format!("{first:?}").contains("horse"));
        store(&path, "wrong").delete().unwrap();
        assert!(!path.exists());
    }

    #[test]
    fn a_damaged_file_is_no_wrong_passphrase() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("signins.age");
        atomic_file::replace(&path, b"not an age file", 0o600).unwrap();
        assert!(matches!(store(&path, "x").load(), Err(StoreError::Damaged { .. })));
    }
}
