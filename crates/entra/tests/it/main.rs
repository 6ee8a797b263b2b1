//! The crate from outside, against a fake sign-in service on the loopback address.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails that way")]

mod cache;
mod device_code;
mod https;
mod keys;
mod loopback;
mod paste;
mod proxy;
mod service;
mod tokens;
mod validation;
