//! `file:DIR`: one file for each profile, plain text, for its owner only. Nobody gets it without naming it.

use std::fs;
use std::io::{self, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use patcycle_entra::cache::{Change, StoreBytes, StoreError, TokenStore};

use crate::atomic_file;

/// How long another process may hold the lock.
const LOCK_LIMIT: Duration = Duration::from_secs(10);

/// The largest file that is read: a cache is a few KiB.
const MAXIMUM_BYTES: u64 = 4 * 1024 * 1024;

/// A file that holds the sign-ins of one profile.
#[derive(Debug)]
pub(crate) struct FileStore {
    path: PathBuf,
    lock: PathBuf,
}

impl FileStore {
    /// The store of `profile` in `directory`. Does no I/O.
    pub(crate) fn new(directory: &Path, profile: &str) -> Self {
        Self {
            path: directory.join(format!("{profile}.json")),
            lock: directory.join(format!("{profile}.lock")),
        }
    }

    fn unavailable(&self, error: &io::Error) -> StoreError {
        unavailable(&self.describe(), error)
    }
}

impl TokenStore for FileStore {
    fn describe(&self) -> String {
        format!("file {}", self.path.display())
    }

    fn load(&self) -> Result<Option<StoreBytes>, StoreError> {
        read_private(&self.path).map_err(|error| self.unavailable(&error))
    }

    fn update(&self, change: &mut dyn FnMut(Option<&[u8]>) -> Change) -> Result<(), StoreError> {
        let fault = |error: io::Error| self.unavailable(&error);
        atomic_file::create_private_directory(&atomic_file::directory_of(&self.path)).map_err(fault)?;
        let _lock = lock(&self.lock, &self.describe())?;
        let bytes = read_private(&self.path).map_err(fault)?;
        match change(bytes.as_ref().map(|bytes| bytes.as_slice())) {
            Change::Keep => Ok(()),
            Change::Write(bytes) => {
                atomic_file::replace(&self.path, &bytes, atomic_file::OWNER_ONLY).map_err(fault)
            }
            Change::Delete => remove(&self.path).map_err(fault),
        }
    }

    fn delete(&self) -> Result<(), StoreError> {
        if !self.lock.exists() && !self.path.exists() {
            return Ok(());
        }
        let _lock = lock(&self.lock, &self.describe())?;
        remove(&self.path).map_err(|error| self.unavailable(&error))
    }
}

/// Takes a store's lock.
pub(super) fn lock(path: &Path, place: &str) -> Result<fs::File, StoreError> {
    atomic_file::lock(path, LOCK_LIMIT).map_err(|error| match error.kind() {
        io::ErrorKind::WouldBlock => StoreError::Busy { place: place.to_owned() },
        _ => unavailable(place, &error),
    })
}

pub(super) fn unavailable(place: &str, error: &io::Error) -> StoreError {
    StoreError::Unavailable { place: place.to_owned(), reason: error.to_string() }
}

/// Removes a file; fine when it is not there.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        outcome => outcome,
    }
}

/// Reads a file that nobody but its owner may be able to read.
pub(super) fn read_private(path: &Path) -> io::Result<Option<StoreBytes>> {
    let mut file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let metadata = file.metadata()?;
    if metadata.permissions().mode() & 0o077 != 0 {
        return Err(io::Error::other("others may read or write it; set its mode to 0600"));
    }
    if metadata.len() > MAXIMUM_BYTES {
        return Err(io::Error::other("it is larger than 4 MiB"));
    }
    // Room for everything at once: a vector that grows leaves copies behind.
    let room = usize::try_from(metadata.len()).unwrap_or(0) + 1;
    let mut bytes = StoreBytes::new(Vec::with_capacity(room));
    file.by_ref().take(MAXIMUM_BYTES).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(text: &str) -> impl FnMut(Option<&[u8]>) -> Change {
        move |_| Change::Write(StoreBytes::new(text.as_bytes().to_vec()))
    }

    #[test]
    fn keeps_deletes_and_is_private() {
        let directory = tempfile::tempdir().unwrap();
        let store = FileStore::new(&directory.path().join("new"), "default");
        assert!(store.load().unwrap().is_none());
        store.delete().unwrap();
        store.update(&mut write("one")).unwrap();
        assert_eq!(store.load().unwrap().unwrap().as_slice(), b"one");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&store.path), 0o600);
        assert_eq!(mode(store.path.parent().unwrap()), 0o700);
        store
            .update(&mut |bytes| {
                assert_eq!(bytes, Some(b"one".as_slice()));
                Change::Delete
            })
            .unwrap();
        assert!(store.load().unwrap().is_none());
    }

    #[test]
    fn refuses_what_others_can_read() {
        let directory = tempfile::tempdir().unwrap();
        let store = FileStore::new(directory.path(), "default");
        store.update(&mut write("one")).unwrap();
        fs::set_permissions(&store.path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(store.load(), Err(StoreError::Unavailable { .. })));
        store.delete().unwrap();
    }

    #[test]
    fn many_writers_lose_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let store = FileStore::new(directory.path(), "default");
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        store
                            .update(&mut |bytes| {
                                let mut bytes = bytes.unwrap_or_default().to_vec();
                                bytes.push(b'x');
                                Change::Write(StoreBytes::new(bytes))
                            })
                            .unwrap();
                    }
                });
            }
        });
        assert_eq!(store.load().unwrap().unwrap().len(), 160);
    }
}
