//! The client against a service on this machine that answers as it is told.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail like tests")]

mod admin;
mod create;
mod destination;
mod list;
mod operations;
mod refusals;
mod retries;
mod rotation;
mod support;
mod tls;
