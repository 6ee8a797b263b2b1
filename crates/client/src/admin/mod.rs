//! What an organization's administrators may do besides, one file for each operation.

mod audit_log;

pub use audit_log::AuditLogFilter;
