//! What an organization's administrators may do besides, one file for each operation.

mod audit_log;
mod audit_records;
mod inventory;
mod leaks;
mod person_access;
mod policies;
mod revoke;
mod rules;
mod users;

pub use audit_log::AuditLogFilter;
pub use audit_records::AuditChain;
pub use inventory::Inventory;
pub use users::GraphUser;
