//! `admin audit`: who did what, and whether the record of it is whole.

mod export;
mod list;
mod verify;

use crate::arguments::admin::{AuditArguments, AuditCommand};
use crate::context::Context;
use crate::error::CommandResult;

pub(super) async fn run(arguments: &AuditArguments, context: &Context) -> CommandResult {
    match &arguments.command {
        AuditCommand::List(arguments) => list::run(arguments, context).await,
        AuditCommand::Export(_) => export::run(context).await,
        AuditCommand::Verify(arguments) => verify::run(arguments, context).await,
    }
}
