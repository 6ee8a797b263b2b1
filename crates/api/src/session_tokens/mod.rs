//! The legacy endpoint of session tokens, which credential helpers still use (contract.md §10.6).

pub(crate) mod create;
pub(crate) mod list;
