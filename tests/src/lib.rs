//! What the end-to-end tests stand on: the real binary, a browser that knows forms and cookies, a real
//! one, and a ledger of every secret that was seen.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a library for tests fails as tests do"
)]

pub mod browser;
pub mod chromium;
pub mod command;
pub mod dev;
pub mod secret_service;
pub mod server;
pub mod tokens;

pub use browser::Browser;
pub use chromium::{Chromium, Theme};
pub use command::{Outcome, Patcycle};
pub use dev::Dev;
pub use patcycle_evidence as evidence;
pub use server::Server;
