//! The file of the key that rotations derive new secrets with: beside the pepper, never inside the database.

use std::path::{Path, PathBuf};

use patcycle_primitives::{Random, RandomError};
use patcycle_token::{RotationKey, RotationKeyError};

use crate::files::{self, FileError};

/// The key of rotations cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum RotationKeyFileError {
    /// The file system said no.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file is damaged.
    #[error("`{path}`: {source}")]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with it; never its content.
        source: RotationKeyError,
    },
    /// No random numbers.
    #[error(transparent)]
    Random(#[from] RandomError),
}

impl RotationKeyFileError {
    /// What to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::File(error) => error.next_step(),
            Self::Content { .. } => "Restore the file from its backup, or remove it and a new one is made.",
            Self::Random(_) => "Try again.",
        }
    }
}

/// Where it is, unless the configuration says otherwise.
pub(crate) fn beside(pepper_file: &Path) -> PathBuf {
    let mut path = pepper_file.as_os_str().to_owned();
    path.push(".rotation");
    path.into()
}

/// The key of the file, which is made with mode 0600 when it is absent. A lost key costs little: answers to the
/// rotations of the last hour cannot be given again.
pub(crate) fn load_or_make(path: &Path, random: &dyn Random) -> Result<RotationKey, RotationKeyFileError> {
    let Some(text) = files::read_if_there(path)? else {
        let key = RotationKey::generate(random)?;
        files::write_private(path, key.to_file().expose().as_bytes())?;
        tracing::info!(file = %path.display(), "made the key of rotations");
        return Ok(key);
    };
    files::warn_when_open_to_others(path, "the key of rotations");
    RotationKey::parse(&text)
        .map_err(|source| RotationKeyFileError::Content { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use patcycle_primitives::SeededRandom;

    use super::*;

    #[test]
    fn it_is_made_once_and_for_its_owner_only() {
        let directory = tempfile::tempdir().unwrap();
        let path = beside(&directory.path().join("pepper"));
        assert_eq!(path, directory.path().join("pepper.rotation"));
        let made = load_or_make(&path, &SeededRandom::new(1)).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let read = load_or_make(&path, &SeededRandom::new(2)).unwrap();
        assert_eq!(made.digest("x", b"y"), read.digest("x", b"y"));
    }

    #[test]
    fn a_damaged_file_is_named_and_not_shown() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("pepper.rotation");
        std::fs::write(&path, b"s3cret").unwrap();
        let text = load_or_make(&path, &SeededRandom::new(1)).unwrap_err().to_string();
        assert!(text.contains("pepper.rotation`") && !text.contains("s3cret"), "{text}");
    }
}
