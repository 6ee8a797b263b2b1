//! Reads: one statement each, so that each sees one state of the database.

pub(crate) mod active_pats;
pub(crate) mod audit;
pub(crate) mod audit_log;
pub(crate) mod changes;
pub(crate) mod daily_uses;
pub(crate) mod ends;
pub(crate) mod find;
pub(crate) mod inventory;
pub(crate) mod outbox;
pub(crate) mod owned;
pub(crate) mod page;
pub(crate) mod people;
pub(crate) mod policies;
pub(crate) mod policy_subjects;
pub(crate) mod rule_announcement;
pub(crate) mod rules;
pub(crate) mod secret;
pub(crate) mod secret_owner;
pub(crate) mod standing;
pub(crate) mod uses;
pub(crate) mod web_session;
