//! The audit, read by administrators.

mod export;
mod log;
