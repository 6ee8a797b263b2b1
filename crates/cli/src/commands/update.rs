//! `update`: another name, scope, end or reach; the same secret.

use patcycle_client::{PatState, UpdatePat};

use super::create::{end, split_scopes, warn_if_shortened};
use crate::arguments::pats::UpdateArguments;
use crate::context::Context;
use crate::error::{CommandError, CommandResult};
use crate::select::find_alive;
use crate::sign_in::pat_client;

pub(super) async fn run(arguments: &UpdateArguments, context: &Context) -> CommandResult {
    let scopes = split_scopes(&arguments.scope);
    let asks_for_an_end = arguments.end.valid_to.is_some() || arguments.end.valid_for.is_some();
    if arguments.name.is_none() && scopes.is_empty() && !asks_for_an_end && arguments.all_orgs.is_none() {
        return Err(CommandError::usage("no change is named")
            .with_next("Use --name, --scope, --valid-for, --valid-to or --all-orgs."));
    }
    let client = pat_client(context)?;
    let pat = find_alive(&client, &arguments.pat).await?;
    let now = client.service_now().await;
    let valid_to = end(&arguments.end, now);
    let change = UpdatePat {
        display_name: arguments.name.clone(),
        scope: (!scopes.is_empty()).then(|| scopes.join(" ")),
        valid_to,
        all_orgs: arguments.all_orgs,
        ..UpdatePat::new(pat.authorization_id)
    };
    let updated = client.update(&change).await?;
    if let Some(asked) = valid_to {
        warn_if_shortened(asked, &updated, context);
    }
    context.say(&format!("Updated `{}`.", updated.display_name));
    super::show::write(&updated, PatState::by_time(&updated, now), context)
}
