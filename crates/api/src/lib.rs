//! The PAT Lifecycle Management API over HTTP: one file per operation.
