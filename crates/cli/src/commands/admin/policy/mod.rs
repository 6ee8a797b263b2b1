//! `admin policy`: which policies hold, changing them, and trying them first.

mod change;
mod list;
mod rehearse;
mod set;
mod show;

use crate::arguments::policy::{PolicyArguments, PolicyCommand};
use crate::context::Context;
use crate::error::CommandResult;

pub(super) async fn run(arguments: &PolicyArguments, context: &Context) -> CommandResult {
    match &arguments.command {
        PolicyCommand::List => list::run(context).await,
        PolicyCommand::Show { policy } => show::run(policy.0, context).await,
        PolicyCommand::Set(arguments) => set::run(arguments, context).await,
        PolicyCommand::Rehearse(arguments) => rehearse::run(arguments, context).await,
    }
}

fn on_or_off(value: bool) -> &'static str {
    if value { "on" } else { "off" }
}
