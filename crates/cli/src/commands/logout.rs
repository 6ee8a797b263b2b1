//! `logout`: nothing of the profile's sign-in is left on this machine.

use std::sync::Arc;

use patcycle_entra::SignInError;

use crate::context::Context;
use crate::error::CommandResult;
use crate::token_store;

pub(super) async fn run(context: &Context) -> CommandResult {
    let store = token_store::open(context)?;
    let place = store.describe();
    let emptied = Arc::clone(&store);
    match tokio::task::spawn_blocking(move || emptied.delete()).await {
        Ok(outcome) => outcome.map_err(SignInError::from)?,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
    context.say(&format!(
        "Signed out of profile `{}`: {place} holds nothing of it any more.",
        context.settings.profile.value
    ));
    if context.environment.access_token.is_some() {
        context.warn("PATCYCLE_ACCESS_TOKEN is still set, and the other commands use it");
    }
    Ok(())
}
