//! Notices from outside: a real store, a real mail server, a real HTTPS receiver, a clock that is moved by hand.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails that way")]

mod ends;
mod mail;
mod mass;
mod report_keys;
mod support;
mod webhook;
