//! What the tests stand on: an application with a store, an issuer and a clock of its own.

pub(crate) mod app;
pub(crate) mod issuer;
pub(crate) mod reply;
pub(crate) mod store;
mod strangers;

pub(crate) use app::{PATS, TestApp};
