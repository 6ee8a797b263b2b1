//! The pepper's file: beside, never inside, the database.

use std::path::{Path, PathBuf};

use patcycle_primitives::{Random, RandomError};
use patcycle_token::{PepperFileError, PepperSet, pepper_file};

use crate::files::{self, FileError};

/// The pepper cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum PepperError {
    /// The file system said no.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file is damaged.
    #[error("`{path}`: {source}")]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with it; never its content.
        source: PepperFileError,
    },
    /// A new pepper would make every PAT of an existing database unverifiable.
    #[error("the pepper file `{pepper}` is missing, but the database `{database}` is there")]
    Lost {
        /// The file that is missing.
        pepper: PathBuf,
        /// The database that needs it.
        database: PathBuf,
    },
    /// The file holds another pepper than the one that the database knows.
    #[error(
        "`{path}`: the pepper {number} in it is not the one that the tokens in the database `{database}` were stored with"
    )]
    Wrong {
        /// The file.
        path: PathBuf,
        /// The number of the pepper.
        number: u16,
        /// The database.
        database: PathBuf,
    },
    /// No random numbers.
    #[error(transparent)]
    Random(#[from] RandomError),
}

impl PepperError {
    /// What to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::File(error) => error.next_step(),
            Self::Content { .. } => {
                "Restore the file from its backup: nothing else can check the stored tokens."
            }
            Self::Wrong { .. } => {
                "Restore the file from its backup, or name the right one: with this one no stored token would be good. A \
                 new pepper comes in beside the old one, not in its place."
            }
            Self::Lost { .. } => "Restore the file from its backup, or name the right one.",
            Self::Random(_) => "Try again.",
        }
    }
}

/// The peppers of the file. It is made, with mode 0600, where there is neither a file nor a database.
pub(crate) fn load_or_make(
    path: &Path,
    database: &Path,
    random: &dyn Random,
) -> Result<PepperSet, PepperError> {
    let Some(text) = files::read_if_there(path)? else {
        if database.exists() {
            return Err(PepperError::Lost { pepper: path.to_owned(), database: database.to_owned() });
        }
        let peppers = PepperSet::generate(random)?;
        files::write_private(path, pepper_file::format(&peppers).expose().as_bytes())?;
        tracing::info!(file = %path.display(), "made the pepper");
        return Ok(peppers);
    };
    files::warn_when_open_to_others(path, "the pepper");
    pepper_file::parse(&text).map_err(|source| PepperError::Content { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use patcycle_primitives::SeededRandom;

    use super::*;

    #[test]
    fn it_is_made_once_and_for_its_owner_only() {
        let directory = tempfile::tempdir().unwrap();
        let (path, database) = (directory.path().join("pepper"), directory.path().join("db"));
        let made = load_or_make(&path, &database, &SeededRandom::new(1)).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let read = load_or_make(&path, &database, &SeededRandom::new(2)).unwrap();
        assert_eq!(made.derive_key("x"), read.derive_key("x"));
    }

    #[test]
    fn it_is_never_made_for_a_database_that_had_another() {
        let directory = tempfile::tempdir().unwrap();
        let (path, database) = (directory.path().join("pepper"), directory.path().join("db"));
        std::fs::write(&database, b"").unwrap();
        let error = load_or_make(&path, &database, &SeededRandom::new(1)).unwrap_err();
        assert!(matches!(error, PepperError::Lost { .. }), "{error}");
        assert!(!path.exists());
    }

    #[test]
    fn a_damaged_file_is_named_and_not_shown() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("pepper");
        std::fs::write(&path, b"s3cret").unwrap();
        let error = load_or_make(&path, &directory.path().join("db"), &SeededRandom::new(1)).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("pepper`") && !text.contains("s3cret"), "{text}");
    }
}
