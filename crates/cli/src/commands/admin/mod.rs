//! `admin`: what an organization's administrators do, one file or folder for each noun.

mod audit;
mod filter;
mod pats;
mod policy;
mod revoke;
mod rules;
mod users;

use crate::arguments::admin::{AdminArguments, AdminCommand};
use crate::context::Context;
use crate::error::CommandResult;

pub(super) async fn run(arguments: &AdminArguments, context: &Context) -> CommandResult {
    match &arguments.command {
        AdminCommand::Users(arguments) => users::run(arguments, context).await,
        AdminCommand::Pats(arguments) => pats::run(arguments, context).await,
        AdminCommand::Revoke(arguments) => revoke::run(arguments, context).await,
        AdminCommand::Rules(arguments) => rules::run(arguments, context).await,
        AdminCommand::Audit(arguments) => audit::run(arguments, context).await,
        AdminCommand::Policy(arguments) => policy::run(arguments, context).await,
    }
}
