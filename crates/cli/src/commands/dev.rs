//! `dev`: the offline twin, and the small commands on its directory.

use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use patcycle_primitives::Secret;
use patcycle_server::dev::app::{
    DevTenant, NewDevApplication, NewDevUser, create, create_user, disable_user, set_mfa,
};
use patcycle_server::dev::trust::TrustTools;
use patcycle_server::dev::{DevOptions, quickstart, run as run_twin, trust};
use patcycle_server::telemetry::{LogLevel, LogSettings};
use patcycle_server::{Context as ServerContext, ServerError};
use serde::Serialize;
use uuid::Uuid;

use super::server_log::server_log_level;
use super::{data_folder, server_runtime};
use crate::arguments::Globals;
use crate::arguments::service::{
    DevAppCommand, DevAppCreateArguments, DevArguments, DevCommand, DevDirectory, DevQuickstartCommand,
    DevRunArguments, DevUserCommand, TenantName,
};
use crate::context::Terminals;
use crate::environment::Environment;
use crate::error::{CommandError, CommandResult};
use crate::output::Output;
use crate::output::table::Table;

pub(super) fn run(arguments: DevArguments, globals: &Globals, environment: &Environment) -> CommandResult {
    let directory = |chosen: DevDirectory| data_directory(chosen, environment);
    let output = Output::new(globals.output, Terminals::of_process().stdout);
    match arguments.command {
        None => run_server(arguments.run, globals, environment),
        Some(DevCommand::Trust { directory: chosen, system }) => {
            let done =
                trust::trust(&directory(chosen)?, system, &tools(environment)?).map_err(ServerError::from)?;
            say(&done);
            Ok(())
        }
        Some(DevCommand::Untrust { directory: chosen, system }) => {
            let done = trust::untrust(&directory(chosen)?, system, &tools(environment)?)
                .map_err(ServerError::from)?;
            say(&done);
            Ok(())
        }
        Some(DevCommand::App(DevAppCommand::Create(new))) => {
            let data = directory(new.directory.clone())?;
            create_application(new, &data, output)
        }
        Some(DevCommand::User(command)) => user(command, environment, output),
        Some(DevCommand::Quickstart(DevQuickstartCommand::Python { target, directory: chosen })) => {
            quickstart::python(&directory(chosen)?, &target).map_err(ServerError::from)?;
            say(&[format!("Written to `{}`; its README.md says how to start it.", target.display())]);
            Ok(())
        }
    }
}

fn run_server(arguments: DevRunArguments, globals: &Globals, environment: &Environment) -> CommandResult {
    let options = DevOptions {
        data_directory: data_directory(arguments.directory, environment)?,
        http: arguments.http,
        https: arguments.https,
        maximum_active_pats_per_owner: arguments.max_pats,
        access_token_lifetime: SignedDuration::from_secs(i64::from(arguments.access_token_lifetime)),
        allow_remote: arguments.allow_remote,
        // A terminal shows the summary and what needs attention; a request each is for those who ask.
        log: LogSettings {
            level: server_log_level(globals, environment, LogLevel::Warn)?,
            ..LogSettings::default()
        },
        program: program(),
    };
    let mut stderr = std::io::stderr();
    Ok(server_runtime()?.block_on(run_twin(&options, &ServerContext::system(), &mut stderr))?)
}

/// How the person called this program, for commands that can be copied: with its path where `PATH` was not used.
fn program() -> String {
    let called = std::env::args().next().unwrap_or_default();
    if called.contains('/') { called } else { "patcycle".to_owned() }
}

fn data_directory(chosen: DevDirectory, environment: &Environment) -> CommandResult<PathBuf> {
    if let Some(directory) = chosen.data_dir {
        return Ok(directory);
    }
    data_folder(environment).map(|data| data.join("dev")).ok_or_else(|| {
        CommandError::usage("there is no home directory to keep data in")
            .with_next("Name a directory with --data-dir.")
    })
}

fn tools(environment: &Environment) -> CommandResult<TrustTools> {
    let home =
        environment.home.as_ref().ok_or_else(|| CommandError::usage("there is no home directory (HOME)"))?;
    Ok(TrustTools::usual(Path::new(home)))
}

fn say(lines: &[String]) {
    use std::io::Write as _;
    for line in lines {
        // Talk is not worth failing for.
        let _ = writeln!(std::io::stderr(), "{line}");
    }
}

fn tenant(name: TenantName) -> DevTenant {
    match name {
        TenantName::Fabrikam => DevTenant::Fabrikam,
        TenantName::Contoso => DevTenant::Contoso,
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ApplicationRecord<'a> {
    client_id: Uuid,
    tenant_id: Uuid,
    client_secret: Option<&'a str>,
}

fn create_application(new: DevAppCreateArguments, data: &Path, output: Output) -> CommandResult {
    let advice = match (new.redirect_uri.is_empty(), new.public) {
        (false, _) => None,
        (true, true) => Some(
            "Without a redirect URI, people sign in to it by device code only. Give one with --redirect-uri for \
             sign-in through a browser.",
        ),
        (true, false) => Some(
            "Without a redirect URI, nobody can sign in to it: it gets tokens for itself only (client_credentials), \
             which the PAT API refuses. Give one with --redirect-uri.",
        ),
    };
    let new = NewDevApplication {
        name: new.name,
        tenant: tenant(new.tenant),
        redirect_uris: new.redirect_uri,
        public: new.public,
        permissions: new.permission,
        needs_approval: new.needs_approval,
        certificate: new.certificate,
    };
    let made =
        server_runtime()?.block_on(create(data, new, &ServerContext::system())).map_err(ServerError::from)?;
    let record = ApplicationRecord {
        client_id: made.client_id,
        tenant_id: made.tenant_id,
        client_secret: made.client_secret.as_ref().map(Secret::expose),
    };
    if let Some(advice) = advice {
        say(&[advice.to_owned()]);
    }
    output.write(&record, || {
        let mut pairs =
            vec![("client id", made.client_id.to_string()), ("tenant id", made.tenant_id.to_string())];
        if let Some(secret) = record.client_secret {
            pairs.push(("client secret", secret.to_owned()));
        }
        Table::properties(pairs)
    })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UserRecord<'a> {
    user_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    object_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'a str>,
    totp_secret: Option<&'a str>,
}

fn user(command: DevUserCommand, environment: &Environment, output: Output) -> CommandResult {
    let runtime = server_runtime()?;
    let context = ServerContext::system();
    match command {
        DevUserCommand::Create { user, directory, display_name, administrator, mfa, group, tenant: name } => {
            let data = data_directory(directory, environment)?;
            let new = NewDevUser {
                user_name: user.clone(),
                display_name: display_name.unwrap_or_default(),
                tenant: tenant(name),
                administrator,
                multi_factor: mfa,
                groups: group,
            };
            let made = runtime.block_on(create_user(&data, new, &context)).map_err(ServerError::from)?;
            write_user(
                &UserRecord {
                    user_name: &user,
                    object_id: Some(made.id),
                    password: Some(made.password.expose()),
                    totp_secret: made.totp_secret.as_ref().map(Secret::expose),
                },
                output,
            )
        }
        DevUserCommand::Disable { user, directory } => {
            let data = data_directory(directory, environment)?;
            runtime.block_on(disable_user(&data, &user, &context)).map_err(ServerError::from)?;
            say(&[format!("`{user}` can no longer sign in.")]);
            Ok(())
        }
        DevUserCommand::SetMfa { user, directory, off } => {
            let data = data_directory(directory, environment)?;
            let secret =
                runtime.block_on(set_mfa(&data, &user, !off, &context)).map_err(ServerError::from)?;
            let totp_secret = secret.as_ref().map(Secret::expose);
            write_user(&UserRecord { user_name: &user, object_id: None, password: None, totp_secret }, output)
        }
    }
}

fn write_user(record: &UserRecord<'_>, output: Output) -> CommandResult {
    output.write(record, || {
        let pairs = [
            ("user", Some(record.user_name.to_owned())),
            ("object id", record.object_id.map(|id| id.to_string())),
            ("password", record.password.map(str::to_owned)),
            ("one-time code secret", record.totp_secret.map(str::to_owned)),
        ];
        Table::properties(
            pairs.into_iter().filter_map(|(name, value)| value.map(|value| (name, value))).collect(),
        )
    })
}
