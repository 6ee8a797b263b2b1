//! Signing in and out. The browser goes to the sign-in service and comes back with a code (authorization code flow with
//! a proof key, state and nonce); the console redeems it and begins a new session.

mod begin;
mod callback;
mod sign_out;

pub(crate) use begin::begin;
pub(crate) use callback::callback;
pub(crate) use sign_out::sign_out;
