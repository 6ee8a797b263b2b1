//! The audit of an organization, for its administrators.

pub(crate) mod export;
pub(crate) mod log;
mod witness;

pub use witness::AuditWitness;
