//! Drives the tenant's router as browsers and clients do: over HTTP, without a socket.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod admin_consent;
mod authorize;
mod certificates;
mod client_credentials;
mod consent;
mod device;
mod discovery;
mod keys;
mod logout;
mod multi_factor;
mod pages;
mod refresh;
mod restart;
mod support;
mod token;
mod user_information;
