//! The storage's conformance suite, and what only this implementation promises.

mod conformance;
mod failures;
mod files;
mod groups;
mod sharing;
mod support;
