//! The audit of an organization: what is recorded, how records are chained, and the two forms in which they are read.
//!
//! [`AuditRecord`] is a record as it was written, with its hashes: whoever has the records can check the chain
//! without trusting the service ([`verify`]). [`DecoratedAuditLogEntry`] is the same record as the audit service of
//! Azure DevOps shows it (contract.md §6).

mod action;
mod chain;
mod checkpoint;
mod log;
mod record;

pub use action::{AuditAction, AuditCategory};
pub use chain::{AuditHead, ChainFault, verify};
pub use checkpoint::AuditCheckpoint;
pub use log::{
    AuditLogQuery, AuditLogQueryError, AuditLogQueryResult, DecoratedAuditLogEntry, MAX_BATCH, PatHistory,
};
pub use record::{Actor, AuditRecord, AuditRecords, MAX_RECORDS};
