//! What SQLite's errors mean for a caller.

use patcycle_lifecycle::peppers::RecognizeError;
use patcycle_lifecycle::person_access::PersonAccessError;
use patcycle_lifecycle::policy::ChangePolicyError;
use patcycle_lifecycle::rotation::RotationError;
use patcycle_lifecycle::{StorageError, TransactionError};

/// Why the database did not do it. Unlike [`StorageError`] it can be told to a whole group.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Failure {
    /// Nothing was written.
    #[error("{0}")]
    Unavailable(String),
    /// It may have been written.
    #[error("{0}")]
    Unconfirmed(String),
    /// What is stored cannot be understood.
    #[error("{0}")]
    Corrupt(String),
}

impl Failure {
    /// A stored value that no version of this program writes.
    pub(crate) fn unreadable(what: impl std::fmt::Display) -> Self {
        Self::Corrupt(format!("{what}. Restore the database from a backup"))
    }

    /// What an error of COMMIT means. A full disk or a refused lock is noticed before the commit mark is in the
    /// log; anything else may have come after it.
    pub(crate) fn of_commit(error: &sqlx::Error) -> Self {
        match primary_code(error) {
            Some(BUSY | READONLY | FULL) => error.into(),
            _ => Self::Unconfirmed(error.to_string()),
        }
    }
}

const BUSY: i32 = 5;
const READONLY: i32 = 8;
const IOERR: i32 = 10;
const CORRUPT: i32 = 11;
const FULL: i32 = 13;
const CANTOPEN: i32 = 14;
const FORMAT: i32 = 24;
const NOTADB: i32 = 26;

/// SQLite's result code without its extension.
fn primary_code(error: &sqlx::Error) -> Option<i32> {
    let code: i32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(code & 0xff)
}

impl From<&sqlx::Error> for Failure {
    fn from(error: &sqlx::Error) -> Self {
        let next = match primary_code(error) {
            Some(CORRUPT | FORMAT | NOTADB) => return Self::unreadable(error),
            Some(BUSY) => "Another process holds the database; stop it or try again",
            Some(READONLY | CANTOPEN) => "Give this process the right to write the file and its directory",
            Some(FULL) => "The disk or the database is full; make room",
            Some(IOERR) => "The disk failed; look at the system's log",
            Some(_) => "The statement was undone",
            None => match error {
                sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => return Self::unreadable(error),
                sqlx::Error::PoolTimedOut => "All readers are busy; try again",
                sqlx::Error::PoolClosed => "The store was closed",
                _ => "Try again",
            },
        };
        Self::Unavailable(format!("{error}. {next}"))
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::from(&error)
    }
}

impl From<Failure> for StorageError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Unavailable(reason) => Self::Unavailable(reason),
            Failure::Unconfirmed(reason) => Self::Unconfirmed(reason),
            Failure::Corrupt(reason) => Self::Corrupt(reason),
        }
    }
}

impl From<Failure> for ChangePolicyError {
    fn from(failure: Failure) -> Self {
        Self::Storage(failure.into())
    }
}

impl CommandError for ChangePolicyError {
    fn failure(&self) -> Option<Failure> {
        match self {
            Self::Conflict(_) | Self::Random(_) => None,
            Self::Storage(error) => error.failure(),
        }
    }
}

impl From<Failure> for RecognizeError {
    fn from(failure: Failure) -> Self {
        Self::Storage(failure.into())
    }
}

impl CommandError for RecognizeError {
    fn failure(&self) -> Option<Failure> {
        match self {
            Self::Wrong(_) => None,
            Self::Storage(error) => error.failure(),
        }
    }
}

impl From<Failure> for PersonAccessError {
    fn from(failure: Failure) -> Self {
        Self::Storage(failure.into())
    }
}

impl CommandError for PersonAccessError {
    fn failure(&self) -> Option<Failure> {
        match self {
            Self::Unknown | Self::Ambiguous | Self::Oneself | Self::ActorDisabled | Self::Random(_) => None,
            Self::Storage(error) => error.failure(),
        }
    }
}

impl From<Failure> for TransactionError {
    fn from(failure: Failure) -> Self {
        Self::Storage(failure.into())
    }
}

impl From<Failure> for RotationError {
    fn from(failure: Failure) -> Self {
        Self::Storage(failure.into())
    }
}

/// The error of a transaction, as far as the group has to know it.
pub(crate) trait CommandError: From<Failure> {
    /// The database's failure; `None`: a rule said no.
    fn failure(&self) -> Option<Failure>;
}

impl CommandError for StorageError {
    fn failure(&self) -> Option<Failure> {
        Some(match self {
            Self::Unavailable(reason) => Failure::Unavailable(reason.clone()),
            Self::Unconfirmed(reason) => Failure::Unconfirmed(reason.clone()),
            Self::Corrupt(reason) => Failure::Corrupt(reason.clone()),
        })
    }
}

impl CommandError for TransactionError {
    fn failure(&self) -> Option<Failure> {
        match self {
            Self::Refused(_) => None,
            Self::Storage(error) => error.failure(),
        }
    }
}

impl CommandError for RotationError {
    fn failure(&self) -> Option<Failure> {
        match self {
            Self::Refused(_) | Self::Conflict(_) | Self::Random(_) => None,
            Self::Storage(error) => error.failure(),
        }
    }
}
