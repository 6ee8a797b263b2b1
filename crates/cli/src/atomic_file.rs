//! Replacing a file at once: a reader sees the old content or the new one, whatever happens in between.

use std::fs::{self, File, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Readable and writable by the owner only.
pub(crate) const OWNER_ONLY: u32 = 0o600;

/// Writes `bytes` to `path` with the permissions `mode`: temporary file beside it, fsync, rename, fsync of the directory.
/// A file that is there keeps its owner and group.
pub(crate) fn replace(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let directory = directory_of(path);
    let mut file = tempfile::Builder::new()
        .prefix(".patcycle-")
        .permissions(Permissions::from_mode(OWNER_ONLY))
        .tempfile_in(&directory)?;
    if let Ok(old) = fs::metadata(path) {
        let new = file.as_file().metadata()?;
        if (old.uid(), old.gid()) != (new.uid(), new.gid()) {
            std::os::unix::fs::fchown(file.as_file(), Some(old.uid()), Some(old.gid()))?;
        }
    }
    file.write_all(bytes)?;
    file.as_file().set_permissions(Permissions::from_mode(mode))?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    File::open(&directory)?.sync_all()
}

/// The directory that `path` is in.
pub(crate) fn directory_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Makes `directory` and those above it; new ones are for the owner only.
pub(crate) fn create_private_directory(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)
}

/// Takes the lock file `path`, which is made where it is absent. Waits at most `limit`; `WouldBlock` after that.
/// The lock is given back when the answer is dropped.
pub(crate) fn lock(path: &Path, limit: Duration) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let file = File::options().create(true).truncate(false).write(true).mode(OWNER_ONLY).open(path)?;
    wait_for(file, limit)
}

/// Takes a lock on a directory itself, which leaves no file behind.
pub(crate) fn lock_directory(path: &Path, limit: Duration) -> io::Result<File> {
    wait_for(File::open(path)?, limit)
}

fn wait_for(file: File, limit: Duration) -> io::Result<File> {
    let started = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(fs::TryLockError::Error(error)) => return Err(error),
            Err(fs::TryLockError::WouldBlock) if started.elapsed() >= limit => {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            // The other process holds it for the time of one small write.
            Err(fs::TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_content_and_mode_and_leaves_nothing_behind() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a");
        fs::write(&path, "old and longer").unwrap();
        replace(&path, b"new", 0o400).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o400);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_held_lock_is_waited_for_and_then_given_up() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("lock");
        let held = lock(&path, Duration::ZERO).unwrap();
        assert_eq!(lock(&path, Duration::from_millis(30)).unwrap_err().kind(), io::ErrorKind::WouldBlock);
        drop(held);
        assert!(lock(&path, Duration::ZERO).is_ok());
    }
}
