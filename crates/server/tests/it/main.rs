//! Whole servers in this process, on ports of their own, spoken to over real connections.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod admin;
mod dev;
mod http;
mod reference;
mod serve;
