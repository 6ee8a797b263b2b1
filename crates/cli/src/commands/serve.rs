//! `serve`: the PAT API for an organization of one's own.

use patcycle_server::Context as ServerContext;
use patcycle_server::configuration::{KEYS, Override};
use patcycle_server::serve::{ServeOptions, run as serve};

use super::server_runtime;
use crate::arguments::service::ServeArguments;
use crate::environment::Environment;
use crate::error::CommandResult;

pub(super) fn run(arguments: &ServeArguments) -> CommandResult {
    let options = ServeOptions {
        configuration: arguments.config.clone(),
        overrides: overrides(arguments)?,
        ready_file: arguments.ready_file.clone(),
    };
    Ok(server_runtime()?.block_on(serve(&options, &ServerContext::system()))?)
}

/// Variables first, then flags: the later one wins.
fn overrides(arguments: &ServeArguments) -> CommandResult<Vec<Override>> {
    let mut overrides = Vec::new();
    for key in KEYS {
        let variable = key.variable();
        if let Some(value) = Environment::of_server(&variable)? {
            overrides.push(Override { key: key.name, value, origin: variable });
        }
    }
    let flags = arguments.overrides.given.iter();
    overrides.extend(flags.map(|(key, value)| Override {
        key: key.name,
        value: value.clone(),
        origin: key.flag(),
    }));
    Ok(overrides)
}
