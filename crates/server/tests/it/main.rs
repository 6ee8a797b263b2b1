//! Whole servers in this process, on ports of their own, spoken to over real connections.

mod admin;
mod dev;
mod http;
mod serve;
