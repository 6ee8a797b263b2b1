//! The lifecycle's storage on SQLite: one writer with group commit, many readers.
