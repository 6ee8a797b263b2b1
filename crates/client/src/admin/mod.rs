//! What an organization's administrators may do besides, one file for each operation.

mod audit_log;
mod audit_records;

pub use audit_log::AuditLogFilter;
pub use audit_records::AuditChain;
