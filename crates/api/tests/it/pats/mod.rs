//! The five operations.

mod body;
mod create;
mod get;
mod history;
mod list;
mod revoke;
mod rotate;
mod rotate_settle;
mod update;
