//! The web console, mounted by `dev` and `serve`, and alone in front of Azure DevOps or another server.
//!
//! - `keys` and `settings`: the settings of `patcycle console`; `run`: the server around it;
//! - `mount`: the console put together with its sessions, its application and its API, whoever mounts it;
//! - `addresses`, `credential`, `scopes`, `sessions`: what holds for every console.

pub(crate) mod addresses;
pub(crate) mod credential;
mod endpoint;
mod keys;
mod mount;
mod run;
pub(crate) mod scopes;
pub(crate) mod sessions;
mod settings;
#[cfg(test)]
mod tests;

pub use credential::CredentialError;
pub use keys::{Flag, KEYS, SettingKey, reference};
pub(crate) use mount::{ConsoleSetup, mount};
pub use mount::{ConsoleSetupError, Network};
pub use run::{ConsoleOptions, RunningConsole, run, start};
pub use settings::GivenSetting;
