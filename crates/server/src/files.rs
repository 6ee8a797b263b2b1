//! Files that are there whole or not at all, and for their owner only where they hold secrets.

use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

/// A file could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} `{path}`: {source}")]
pub struct FileError {
    action: &'static str,
    path: PathBuf,
    source: io::Error,
}

impl FileError {
    pub(crate) fn new(action: &'static str, path: &Path, source: io::Error) -> Self {
        Self { action, path: path.to_owned(), source }
    }

    /// What to do about it.
    pub fn next_step(&self) -> &'static str {
        match self.source.kind() {
            io::ErrorKind::NotFound => "Check the path.",
            io::ErrorKind::PermissionDenied => "Give this user the right to it, or name another path.",
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "Make room on the disk.",
            _ => "Look at the path and its disk, then try again.",
        }
    }

    /// Whether the file does not exist.
    pub fn is_absent(&self) -> bool {
        self.source.kind() == io::ErrorKind::NotFound
    }
}

/// Writes the file atomically and durably, with mode 0600.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> Result<(), FileError> {
    write_atomically(path, content, 0o600)
}

/// Writes the file atomically and durably, readable for all.
pub(crate) fn write_public(path: &Path, content: &[u8]) -> Result<(), FileError> {
    write_atomically(path, content, 0o644)
}

fn write_atomically(path: &Path, content: &[u8], mode: u32) -> Result<(), FileError> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let write = || -> io::Result<()> {
        // Made with mode 0600, so that the content is never readable for others on the way.
        let mut file = tempfile::NamedTempFile::new_in(directory)?;
        file.write_all(content)?;
        file.as_file().set_permissions(std::fs::Permissions::from_mode(mode))?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        std::fs::File::open(directory)?.sync_all()
    };
    write().map_err(|source| FileError::new("write", path, source))
}

/// The text of the file; its memory is wiped on drop.
pub(crate) fn read(path: &Path) -> Result<Zeroizing<String>, FileError> {
    std::fs::read_to_string(path).map(Zeroizing::new).map_err(|source| FileError::new("read", path, source))
}

/// The text of the file, or `None` where there is none.
pub(crate) fn read_if_there(path: &Path) -> Result<Option<Zeroizing<String>>, FileError> {
    match read(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.is_absent() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Warns of a file with a key that not only its owner may read.
pub(crate) fn warn_when_open_to_others(path: &Path, key: &str) {
    let open = std::fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0);
    if open {
        tracing::warn!(file = %path.display(), "others can read {key}; run `chmod 600` on the file");
    }
}

/// Removes the file. One that is not there is fine.
pub(crate) fn remove(path: &Path) -> Result<(), FileError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(FileError::new("remove", path, error)),
        _ => Ok(()),
    }
}

/// Makes the directory and its parents, for the owner only.
pub(crate) fn make_private_directory(path: &Path) -> Result<(), FileError> {
    let make = || {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700))
    };
    make().map_err(|source| FileError::new("make the directory", path, source))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn secrets_are_for_their_owner_only() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a/b/secret");
        make_private_directory(path.parent().unwrap()).unwrap();
        assert_eq!(mode(path.parent().unwrap()), 0o700);
        write_private(&path, b"one").unwrap();
        write_private(&path, b"two").unwrap();
        assert_eq!((mode(&path), read(&path).unwrap().as_str()), (0o600, "two"));
        write_public(&path, b"three").unwrap();
        assert_eq!(mode(&path), 0o644);
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "no temporary file stays");
    }

    #[test]
    fn an_absent_file_is_told_apart() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("absent");
        assert!(read_if_there(&path).unwrap().is_none());
        remove(&path).unwrap();
        let error = read(&path).unwrap_err();
        assert!(error.is_absent());
        assert!(error.to_string().starts_with("cannot read `"), "{error}");
    }
}
