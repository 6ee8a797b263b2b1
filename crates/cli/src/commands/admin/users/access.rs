//! `admin users disable` and `enable`: who may use the organization.

use patcycle_client::PatClient;
use patcycle_contract::SubjectDescriptor;
use serde::Serialize;

use crate::arguments::admin::PersonArguments;
use crate::commands::admin::filter::find_owner;
use crate::context::Context;
use crate::error::{CommandError, CommandResult};
use crate::exit_code::ExitCode;
use crate::output::table::Table;
use crate::prompt;
use crate::sign_in::pat_client;

/// What was done.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Receipt {
    descriptor: SubjectDescriptor,
    object_id: uuid::Uuid,
    disabled: bool,
}

pub(super) async fn disable(arguments: &PersonArguments, context: &Context) -> CommandResult {
    let client = pat_client(context)?;
    let person = find(arguments, &client).await?;
    confirm(arguments, person, context).await?;
    client.disable_person(person).await?;
    context.say("Nothing of theirs works in this organization any more.");
    write(person, true, context)
}

pub(super) async fn enable(arguments: &PersonArguments, context: &Context) -> CommandResult {
    let client = pat_client(context)?;
    let person = find(arguments, &client).await?;
    client.enable_person(person).await?;
    context.say("What they have that has not ended works again.");
    write(person, false, context)
}

async fn find(arguments: &PersonArguments, client: &PatClient) -> CommandResult<SubjectDescriptor> {
    match (&arguments.name, arguments.id) {
        (_, Some(id)) => Ok(SubjectDescriptor(id)),
        (Some(name), None) => find_owner(name, client).await,
        (None, None) => Err(CommandError::usage("nothing says who").with_next("Give a name, or --id.")),
    }
}

async fn confirm(arguments: &PersonArguments, person: SubjectDescriptor, context: &Context) -> CommandResult {
    if context.yes || !context.may_ask() {
        return Ok(());
    }
    let who = arguments.name.clone().unwrap_or_else(|| person.0.to_string());
    let question = format!("Take the access of {who} to the organization away?");
    match tokio::task::spawn_blocking(move || prompt::confirm(&question)).await {
        Ok(Ok(true)) => Ok(()),
        _ => Err(CommandError::new(ExitCode::Refused, "declined", "declined; nothing was changed")),
    }
}

fn write(person: SubjectDescriptor, disabled: bool, context: &Context) -> CommandResult {
    let receipt = Receipt { descriptor: person, object_id: person.0, disabled };
    context.output.write(&receipt, || {
        Table::properties(vec![
            ("descriptor", receipt.descriptor.to_string()),
            ("id", receipt.object_id.to_string()),
            ("disabled", receipt.disabled.to_string()),
        ])
    })
}
