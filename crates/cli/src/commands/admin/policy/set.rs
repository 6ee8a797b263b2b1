//! `admin policy set`: another value, or other properties.

use patcycle_contract::Policy;

use super::change::{PolicyChange, plan};
use super::show;
use crate::arguments::policy::PolicySetArguments;
use crate::context::Context;
use crate::error::{CommandError, CommandResult};
use crate::exit_code::ExitCode;
use crate::prompt;
use crate::sign_in::pat_client;

pub(super) async fn run(arguments: &PolicySetArguments, context: &Context) -> CommandResult {
    let name = arguments.policy.0;
    let client = pat_client(context)?;
    let policy = client.policy(name).await?;
    let change = plan(&policy, arguments.value, &arguments.properties)?;
    if change.lines.is_empty() {
        context.say(&format!("`{}` is like that already; nothing was changed.", name.short()));
        return show::write(&policy, context);
    }
    confirm(&policy, &change, context).await?;
    client.change_policy(name, &change.patch).await?;
    context.say(&format!("Changed `{}`.", name.short()));
    show::write(&client.policy(name).await?, context)
}

async fn confirm(policy: &Policy, change: &PolicyChange, context: &Context) -> CommandResult {
    context.say(&format!("{}: {}", policy.name.short(), policy.name.summary()));
    for line in &change.lines {
        context.say(line);
    }
    if context.yes || !context.may_ask() {
        return Ok(());
    }
    context.say(&format!(
        "`patcycle admin policy rehearse {}` with the same options tells first whom it would hit.",
        policy.name.short()
    ));
    let asked = tokio::task::spawn_blocking(|| prompt::confirm("Change the policy?")).await;
    match asked {
        Ok(Ok(true)) => Ok(()),
        _ => Err(CommandError::new(ExitCode::Refused, "declined", "declined; nothing was changed")),
    }
}
