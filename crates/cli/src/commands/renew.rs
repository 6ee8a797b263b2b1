//! `renew`: a new end, the same secret.

use patcycle_client::UpdatePat;

use super::create::{end, warn_if_shortened};
use crate::arguments::pats::RenewArguments;
use crate::context::Context;
use crate::error::{CommandError, CommandResult};
use crate::select::find_alive;
use crate::sign_in::pat_client;

pub(super) async fn run(arguments: &RenewArguments, context: &Context) -> CommandResult {
    let no_end = || {
        CommandError::usage("no new end is named")
            .with_next("Use --valid-for, as in `--valid-for 30d`, or --valid-to DATE.")
    };
    end(&arguments.end, context.clock.now()).ok_or_else(no_end)?;
    let client = pat_client(context)?;
    let pat = find_alive(&client, &arguments.pat).await?;
    let now = client.service_now().await;
    let end = end(&arguments.end, now).ok_or_else(no_end)?;
    if end < pat.valid_to {
        context.warn(&format!(
            "this shortens the life of `{}`, which would end {}",
            pat.display_name, pat.valid_to
        ));
    }
    let change = UpdatePat { valid_to: Some(end), ..UpdatePat::new(pat.authorization_id) };
    let renewed = client.update(&change).await?;
    warn_if_shortened(end, &renewed, context);
    context.say(&format!("Renewed `{}` until {}.", renewed.display_name, renewed.valid_to));
    super::show::write(&renewed, patcycle_client::PatState::by_time(&renewed, now), context)
}
