//! `admin`: what an organization's administrators do, one file or folder for each noun.

mod audit;

use crate::arguments::admin::{AdminArguments, AdminCommand};
use crate::context::Context;
use crate::error::CommandResult;

pub(super) async fn run(arguments: &AdminArguments, context: &Context) -> CommandResult {
    match &arguments.command {
        AdminCommand::Audit(arguments) => audit::run(arguments, context).await,
    }
}
