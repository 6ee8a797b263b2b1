//! `admin users`: who is known in the organization, and who may use it.

mod access;
mod list;

use crate::arguments::admin::{UsersArguments, UsersCommand};
use crate::context::Context;
use crate::error::CommandResult;

pub(super) async fn run(arguments: &UsersArguments, context: &Context) -> CommandResult {
    match &arguments.command {
        None => list::run(&arguments.list, context).await,
        Some(UsersCommand::List(arguments)) => list::run(arguments, context).await,
        Some(UsersCommand::Disable(arguments)) => access::disable(arguments, context).await,
        Some(UsersCommand::Enable(arguments)) => access::enable(arguments, context).await,
    }
}
