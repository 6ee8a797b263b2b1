//! What the end-to-end tests stand on: the real binary, a browser that knows forms and cookies, and a ledger
//! of every secret that was seen.

pub mod browser;
pub mod command;
pub mod dev;
pub mod evidence;
pub mod tokens;

pub use browser::Browser;
pub use command::{Outcome, Patcycle};
pub use dev::Dev;
