//! The API from outside: requests in, answers out. The folders mirror the paths.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails that way")]

mod about;
mod administration;
mod anything;
mod audit;
mod callers;
mod challenge;
mod discovery;
mod every_route;
mod graph;
mod kept_text;
mod leaks;
mod log;
mod openapi;
mod pat_callers;
mod paths;
mod pats;
mod person_access;
mod policies;
mod profile;
mod reply;
mod session_tokens;
mod socket;
mod support;
mod token_admin;
mod verify;
mod versions;
