//! The data directory of `patcycle dev`: which file is what, for its owner only, used by one process at a time.

use std::fs::{File, TryLockError};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::files::{self, FileError};

/// Marks a directory as made by `dev`. `serve` refuses to work in one.
pub(crate) const MARKER: &str = ".patcycle-dev";
const MARKER_TEXT: &[u8] =
    b"Made by `patcycle dev`: passwords and keys in plain text, for development only.\n";
const DATABASE: &str = "patcycle.sqlite";

/// The directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// Another `dev` works in it.
    #[error("another `patcycle dev` is already using `{0}`")]
    Locked(PathBuf),
    /// It is not `dev`'s, and taking it over would lock others out of it or spoil it.
    #[error("`{path}` was not made by `patcycle dev` and {reason}")]
    Foreign {
        /// The directory.
        path: PathBuf,
        /// Why it is not taken over.
        reason: &'static str,
    },
    /// A command that works on an existing directory found none.
    #[error("`{0}` is not a directory of `patcycle dev`")]
    Absent(PathBuf),
    /// The file system said no.
    #[error(transparent)]
    File(#[from] FileError),
}

impl DirectoryError {
    /// What to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Locked(_) => "Stop it, or choose another `--data-dir`.",
            Self::Foreign { .. } => "Choose another `--data-dir`.",
            Self::Absent(_) => "Start `patcycle dev --data-dir` with it first, or name the right one.",
            Self::File(error) => error.next_step(),
        }
    }
}

/// The directory, with the name of each file in it.
#[derive(Debug, Clone)]
pub(crate) struct Directory(PathBuf);

/// Held while a `dev` works in the directory. The system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Directory {
    /// Makes the directory, or takes over one that is empty or `dev`'s own.
    pub(crate) fn make(path: &Path) -> Result<Self, DirectoryError> {
        if path.exists() && !path.join(MARKER).exists() {
            refuse_foreign(path)?;
        }
        files::make_private_directory(path)?;
        let directory = Self::absolute(path)?;
        if !directory.0.join(MARKER).exists() {
            files::write_private(&directory.0.join(MARKER), MARKER_TEXT)?;
        }
        Ok(directory)
    }

    /// A directory that `dev` made before.
    pub(crate) fn existing(path: &Path) -> Result<Self, DirectoryError> {
        if !path.join(MARKER).exists() {
            return Err(DirectoryError::Absent(path.to_owned()));
        }
        Self::absolute(path)
    }

    fn absolute(path: &Path) -> Result<Self, DirectoryError> {
        // Not resolved further: people look for the path that they gave.
        Ok(Self(std::path::absolute(path).map_err(|source| FileError::new("find", path, source))?))
    }

    /// Takes the lock. Fails at once when another process has it.
    pub(crate) fn lock(&self) -> Result<Lock, DirectoryError> {
        let path = self.0.join("lock");
        let open = File::options().create(true).truncate(false).write(true).open(&path);
        let file = open.map_err(|source| FileError::new("open", &path, source))?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(DirectoryError::Locked(self.0.clone())),
            Err(TryLockError::Error(source)) => Err(FileError::new("lock", &path, source).into()),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
    pub(crate) fn credentials(&self) -> PathBuf {
        self.0.join("credentials.toml")
    }
    pub(crate) fn environment(&self) -> PathBuf {
        self.0.join("dev.env")
    }
    pub(crate) fn clock(&self) -> PathBuf {
        self.0.join("clock.json")
    }
    pub(crate) fn ca(&self) -> PathBuf {
        self.0.join("ca.pem")
    }
    pub(crate) fn ca_key(&self) -> PathBuf {
        self.0.join("ca-key.pem")
    }
    pub(crate) fn server_certificate(&self) -> PathBuf {
        self.0.join("server.pem")
    }
    pub(crate) fn server_key(&self) -> PathBuf {
        self.0.join("server-key.pem")
    }
    pub(crate) fn client_certificate(&self) -> PathBuf {
        self.0.join("client-certificate.pem")
    }
    pub(crate) fn signing_key(&self) -> PathBuf {
        self.0.join("signing-key.pem")
    }
    pub(crate) fn tenant(&self) -> PathBuf {
        self.0.join("tenant")
    }
    pub(crate) fn database(&self) -> PathBuf {
        self.0.join(DATABASE)
    }
    pub(crate) fn pepper(&self) -> PathBuf {
        self.0.join("pepper")
    }
    pub(crate) fn console_sessions(&self) -> PathBuf {
        self.path().join("console").join("sessions")
    }
    pub(crate) fn console_key(&self) -> PathBuf {
        self.path().join("console").join("session-key")
    }
    pub(crate) fn cli(&self) -> PathBuf {
        self.0.join("cli")
    }
}

fn refuse_foreign(path: &Path) -> Result<(), DirectoryError> {
    let foreign = |reason| Err(DirectoryError::Foreign { path: path.to_owned(), reason });
    let metadata = std::fs::metadata(path).map_err(|source| FileError::new("look at", path, source))?;
    if !metadata.is_dir() {
        return foreign("is not a directory");
    }
    // Such as /tmp: making it private would lock everybody else out.
    if metadata.permissions().mode() & 0o1022 != 0 {
        return foreign("others may write in it");
    }
    if path.canonicalize().is_ok_and(|path| path.parent().is_none()) {
        return foreign("is the root of the file system");
    }
    if path.join(DATABASE).exists() {
        return foreign("holds a database");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_lock_is_refused_until_the_first_is_gone() {
        let parent = tempfile::tempdir().unwrap();
        let directory = Directory::make(&parent.path().join("dev")).unwrap();
        let first = directory.lock().unwrap();
        assert!(matches!(directory.lock(), Err(DirectoryError::Locked(_))));
        drop(first);
        directory.lock().unwrap();
    }

    #[test]
    fn it_is_for_its_owner_only_and_known_again() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("dev");
        assert!(matches!(Directory::existing(&path), Err(DirectoryError::Absent(_))));
        Directory::make(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
        Directory::existing(&path).unwrap();
        Directory::make(&path).unwrap();
    }

    #[test]
    fn what_is_not_its_own_is_left_alone() {
        let parent = tempfile::tempdir().unwrap();
        let shared = parent.path().join("shared");
        std::fs::create_dir(&shared).unwrap();
        std::fs::set_permissions(&shared, std::fs::Permissions::from_mode(0o1777)).unwrap();
        assert!(matches!(Directory::make(&shared), Err(DirectoryError::Foreign { .. })));
        assert_eq!(std::fs::metadata(&shared).unwrap().permissions().mode() & 0o7777, 0o1777);

        let served = parent.path().join("served");
        std::fs::create_dir(&served).unwrap();
        std::fs::write(served.join(DATABASE), b"").unwrap();
        assert!(matches!(Directory::make(&served), Err(DirectoryError::Foreign { .. })));
        assert!(matches!(Directory::make(Path::new("/")), Err(DirectoryError::Foreign { .. })));
    }
}
