//! `admin audit`: who did what, and whether the record of it is whole.

mod list;

use crate::arguments::admin::{AuditArguments, AuditCommand};
use crate::context::Context;
use crate::error::CommandResult;

pub(super) async fn run(arguments: &AuditArguments, context: &Context) -> CommandResult {
    match &arguments.command {
        AuditCommand::List(arguments) => list::run(arguments, context).await,
    }
}
