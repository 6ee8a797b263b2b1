//! End-to-end tests: real processes, real HTTP, real files.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod admin;
mod admin_people;
mod audit;
mod concurrency;
mod conformance;
mod console;
mod console_alone;
mod crash;
mod dev;
mod errors;
mod keychain;
mod layering;
mod msal;
mod pages;
mod pats;
mod policies;
mod quickstart;
mod readme;
mod rotate;
mod serve;
mod shapes;
mod sign_in;
mod verify;
mod versions;
