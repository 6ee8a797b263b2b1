//! The web console: people sign in with Entra and manage their PATs in pages; administrators see those of everybody.
//!
//! It is a client of the API like any other: what it can do, every API user can do. It knows `client` and `entra`, no
//! store and no rule; it works in front of Azure DevOps and of a patcycle server alike, and shows what the service
//! offers (`GET /_patcycle`).
//!
//! Pages are written on the server and work without scripts. Where to find things:
//!
//! - [`router`]: every path;
//! - `sign_in`: to the sign-in service and back; `sessions`: what is kept of it, sealed;
//! - `visit`: who visits, and whether a form is believed; `browser`: cookies, forms, headers;
//! - `pages`: one's own PATs, one file a page; `administration`: everybody's;
//! - `failure`: what is said when something did not work; `text` and `locales/`: in which words.

mod administration;
mod api;
mod assets;
mod browser;
mod console;
mod failure;
mod frame;
mod once;
mod pages;
mod random;
mod router;
mod runs;
mod session;
pub mod sessions;
mod settings;
mod sign_in;
mod text;
mod visit;

pub use console::{Console, ConsoleError, ConsoleParts};
pub use router::router;
pub use settings::{ConsoleSettings, Development, FRESH_SIGN_IN};
