//! A test's own directory.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// An empty directory: kept for the search in a run, else gone when this is dropped.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
    _removed_at_the_end: Option<TempDir>,
}

impl Scratch {
    /// A new directory; `name` says whose it is. What the process logs is kept with it.
    pub fn new(name: &str) -> Self {
        crate::keep_log();
        if crate::of_run().is_some() {
            return Self { path: crate::directory(name), _removed_at_the_end: None };
        }
        let directory = tempfile::tempdir().unwrap();
        Self { path: directory.path().to_owned(), _removed_at_the_end: Some(directory) }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}
