//! `console`: the web console, in front of Azure DevOps or a patcycle server.

use std::path::PathBuf;

use patcycle_primitives::Secret;
use patcycle_server::Context as ServerContext;
use patcycle_server::console::{ConsoleOptions, Flag, GivenSetting, KEYS, Network, SettingKey, run as serve};
use patcycle_server::telemetry::{LogLevel, LogSettings};

use super::server_log::server_log_level;
use super::{data_folder, server_runtime};
use crate::arguments::Globals;
use crate::arguments::console::ConsoleArguments;
use crate::environment::Environment;
use crate::error::{CommandError, CommandResult};
use crate::sign_in::proxy;

pub(super) fn run(
    arguments: ConsoleArguments,
    globals: &Globals,
    environment: &Environment,
) -> CommandResult {
    refuse_other_places(globals)?;
    let options = ConsoleOptions {
        given: given(&arguments, globals)?,
        file: arguments.config,
        data_folder: data_folder(environment),
        network: network(environment)?,
        ready_file: arguments.ready_file,
        log: LogSettings {
            level: server_log_level(globals, environment, LogLevel::Info)?,
            ..LogSettings::default()
        },
    };
    Ok(server_runtime()?.block_on(serve(options, &ServerContext::system()))?)
}

/// `ENDPOINT` and `AUTHORITY` say where: what names another place would be passed over in silence.
fn refuse_other_places(globals: &Globals) -> CommandResult {
    let elsewhere = [
        ("--organization", globals.organization.is_some()),
        ("--base-url", globals.base_url.is_some()),
        ("--tenant-id", globals.tenant_id.is_some()),
    ];
    match elsewhere.into_iter().find(|(_, given)| *given) {
        None => Ok(()),
        Some((flag, _)) => Err(CommandError::usage(format!("`{flag}` says nothing to the console"))
            .with_next("`--endpoint` gives service and organization, `--authority` the tenant.")),
    }
}

/// Variables first, then flags: the later one wins.
fn given(arguments: &ConsoleArguments, globals: &Globals) -> CommandResult<Vec<GivenSetting>> {
    let mut given = Vec::new();
    for key in KEYS {
        if let Some(value) = Environment::of_server(key.variable)? {
            given.push(GivenSetting { key, value: Secret::new(value), origin: key.variable.to_owned() });
        }
    }
    let by_flag = KEYS.iter().filter_map(|key| {
        let value = match key.flag {
            Flag::Own => arguments.settings.get(key)?.to_owned(),
            Flag::Global => of_globals(key, globals)?,
            Flag::None => return None,
        };
        Some(GivenSetting { key, value: Secret::new(value), origin: key.flag()? })
    });
    given.extend(by_flag);
    Ok(given)
}

fn of_globals(key: &SettingKey, globals: &Globals) -> Option<String> {
    match key.name {
        "CLIENT_ID" => globals.client_id.clone(),
        "AUTHORITY" => globals.authority.clone(),
        "CA_FILE" => globals.ca_file.as_ref().map(|file| file.display().to_string()),
        _ => None,
    }
}

fn network(environment: &Environment) -> CommandResult<Network> {
    Ok(Network {
        proxy: proxy(environment)?,
        ssl_cert_file: environment.ssl_cert_file.as_ref().map(PathBuf::from),
    })
}
