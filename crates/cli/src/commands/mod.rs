//! The commands, one file each.

mod admin;
mod completions;
mod config;
mod console;
mod create;
mod dev;
mod doctor;
mod list;
mod login;
mod logout;
mod man;
mod renew;
mod revoke;
mod rotate;
mod scopes;
mod serve;
mod server_failure;
mod server_log;
mod show;
mod update;
mod whoami;

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use crate::arguments::{Cli, Command};
use crate::context::Context;
use crate::environment::Environment;
use crate::error::{CommandError, CommandResult};
use crate::interrupt::until_interrupted;
use crate::logging;

/// How long work on other threads (a prompt, a keychain) may go on after the command has ended.
const FAREWELL: Duration = Duration::from_millis(100);

/// Runs one command to its end.
pub(crate) fn run(cli: Cli) -> CommandResult {
    let Cli { globals, command } = cli;
    // These need nothing of the surroundings, so they work where those are broken.
    match &command {
        Command::Completions(arguments) => return completions::run(arguments),
        Command::Man(arguments) => return man::run(arguments),
        _ => {}
    }
    let environment = Environment::of_process()?;
    if environment.no_color.is_some() {
        anstream::ColorChoice::Never.write_global();
    }
    match command {
        Command::Dev(arguments) => return dev::run(arguments, &globals, &environment),
        Command::Serve(arguments) => return serve::run(&arguments),
        Command::Console(arguments) => return console::run(arguments, &globals, &environment),
        _ => {}
    }
    logging::install(logging::level(globals.verbose, environment.log.as_deref())?)?;
    let context = Context::of_process(&globals, environment)?;
    let runtime = runtime(Builder::new_current_thread())?;
    let outcome =
        runtime.block_on(until_interrupted(dispatch(&command, &context), &context.critical, |text| {
            context.say(text);
        }));
    runtime.shutdown_timeout(FAREWELL);
    outcome
}

async fn dispatch(command: &Command, context: &Context) -> CommandResult {
    match command {
        Command::Login(arguments) => login::run(arguments, context).await,
        Command::Logout(_) => logout::run(context).await,
        Command::Whoami(_) => whoami::run(context).await,
        Command::List(arguments) => list::run(arguments, context).await,
        Command::Show(arguments) => show::run(arguments, context).await,
        Command::Create(arguments) => create::run(arguments, context).await,
        Command::Renew(arguments) => renew::run(arguments, context).await,
        Command::Update(arguments) => update::run(arguments, context).await,
        Command::Rotate(arguments) => rotate::run(arguments, context).await,
        Command::Revoke(arguments) => revoke::run(arguments, context).await,
        Command::Admin(arguments) => admin::run(arguments, context).await,
        Command::Scopes(arguments) => scopes::run(arguments, context),
        Command::Doctor(_) => doctor::run(context).await,
        Command::Config(_) => config::run(context),
        // Taken care of before there was a context.
        Command::Dev(_)
        | Command::Serve(_)
        | Command::Console(_)
        | Command::Completions(_)
        | Command::Man(_) => Ok(()),
    }
}

/// Where servers keep data unless they are told otherwise; `None` without a home directory.
fn data_folder(environment: &Environment) -> Option<PathBuf> {
    let data = environment.xdg_data_home.as_ref().map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || environment.home.as_ref().map(|home| Path::new(home).join(".local/share"));
    data.or_else(home).map(|data| data.join("patcycle"))
}

/// The runtime of a server: two threads, so that a slow request does not hold up the others.
fn server_runtime() -> CommandResult<Runtime> {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(2);
    runtime(builder)
}

/// A runtime with timers and sockets.
fn runtime(mut builder: Builder) -> CommandResult<Runtime> {
    builder
        .enable_all()
        .build()
        .map_err(|error| CommandError::failed("runtime", format!("cannot start the runtime: {error}")))
}
