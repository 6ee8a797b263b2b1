//! The storage's conformance suite, and what only this implementation promises.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed test panics")]

mod conformance;
mod failures;
mod files;
mod groups;
mod rotations;
mod sharing;
mod support;
