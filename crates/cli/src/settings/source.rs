//! Where a setting comes from.

use std::path::PathBuf;

/// The place that a setting was read from, in the order in which they win.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// An option of the command line.
    Flag(&'static str),
    /// A variable.
    Environment(&'static str),
    /// `.patcycle.toml`.
    ProjectFile(PathBuf),
    /// The user file.
    UserFile(PathBuf),
    /// Nobody said anything.
    Default,
}

impl std::fmt::Display for Source {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Flag(name) => write!(formatter, "option {name}"),
            Self::Environment(name) => write!(formatter, "variable {name}"),
            Self::ProjectFile(path) | Self::UserFile(path) => write!(formatter, "file {}", path.display()),
            Self::Default => formatter.write_str("default"),
        }
    }
}

/// A value and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sourced<T> {
    /// The value.
    pub(crate) value: T,
    /// Its origin.
    pub(crate) source: Source,
}

impl<T> Sourced<T> {
    /// A value with its origin.
    pub(crate) fn new(value: T, source: Source) -> Self {
        Self { value, source }
    }

    /// The same origin with another value.
    pub(crate) fn try_map<U, E>(self, map: impl FnOnce(T, &Source) -> Result<U, E>) -> Result<Sourced<U>, E> {
        let value = map(self.value, &self.source)?;
        Ok(Sourced { value, source: self.source })
    }
}

/// The first of several candidates: flags, environment, project file, user file.
pub(crate) fn first<T>(candidates: impl IntoIterator<Item = (Option<T>, Source)>) -> Option<Sourced<T>> {
    candidates.into_iter().find_map(|(value, source)| value.map(|value| Sourced { value, source }))
}
