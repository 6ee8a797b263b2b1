//! End-to-end tests: real processes, real HTTP, real files.

mod concurrency;
mod crash;
mod dev;
mod layering;
mod msal;
mod pats;
mod sign_in;
