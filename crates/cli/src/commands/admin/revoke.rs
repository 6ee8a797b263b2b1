//! `admin revoke`: the end of anybody's PATs, with a count first and a receipt at the end.

use jiff::Timestamp;
use patcycle_client::PatClient;
use patcycle_contract::inventory::{InventoryFilter, InventoryPat};
use patcycle_contract::owner_revocation::GivenReason;
use patcycle_contract::{DisplayFilterOption, SubjectDescriptor};
use serde::Serialize;
use uuid::Uuid;

use super::filter::{filter, find_owner, is_empty};
use super::pats;
use crate::arguments::admin::AdminRevokeArguments;
use crate::context::Context;
use crate::error::{CommandError, CommandResult};
use crate::exit_code::ExitCode;
use crate::output::table::Table;
use crate::prompt;
use crate::sign_in::pat_client;

/// Above so many PATs a yes is not enough.
const TYPED_ABOVE: usize = 10;
/// So many are shown before somebody is asked.
const SHOWN: usize = 20;
/// So many ids go into one call, which revokes all of them or none.
const BATCH: usize = 500;

/// What was revoked, to be kept.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Receipt {
    organization: String,
    reason: String,
    at: Timestamp,
    dry_run: bool,
    count: usize,
    /// Whose everything was revoked, in one step.
    #[serde(skip_serializing_if = "Option::is_none")]
    everything_of: Option<SubjectDescriptor>,
    revoked: Vec<Uuid>,
    /// It is not known of these whether they were revoked.
    not_confirmed: Vec<Uuid>,
}

pub(super) async fn run(arguments: &AdminRevokeArguments, context: &Context) -> CommandResult {
    let reason = GivenReason::parse(&arguments.reason)
        .map_err(|error| CommandError::usage(format!("--reason: {error}")))?;
    let client = pat_client(context)?;
    let everything_of = match &arguments.everything_of {
        Some(owner) => Some(find_owner(owner, &client).await?),
        None => None,
    };
    let ids = chosen(arguments, everything_of, &client, context).await?;
    let mut receipt = Receipt {
        organization: context.settings.organization()?.to_owned(),
        reason: reason.as_str().to_owned(),
        at: client.service_now().await,
        dry_run: arguments.dry_run,
        count: ids.len(),
        everything_of,
        revoked: Vec::new(),
        not_confirmed: Vec::new(),
    };
    if arguments.dry_run {
        context.say("Nothing was revoked: this was a dry run.");
        return write(&receipt, context);
    }
    // Somebody without PATs may have other tokens, and gets none from before any more.
    if ids.is_empty() && everything_of.is_none() {
        context.say("There is nothing to revoke.");
        return write(&receipt, context);
    }
    confirm(ids.len(), arguments.confirm, context).await?;
    let failure = match everything_of {
        Some(owner) => {
            receipt.at = client.revoke_owner(owner, &reason).await?.revoked_at;
            receipt.revoked = ids;
            None
        }
        None => revoke_all(&client, &ids, &reason, &mut receipt).await,
    };
    write(&receipt, context)?;
    failure.map_or(Ok(()), |error| Err(partly(&receipt, error)))
}

/// The ids of what is meant, after they were shown and counted.
async fn chosen(
    arguments: &AdminRevokeArguments,
    everything_of: Option<SubjectDescriptor>,
    client: &PatClient,
    context: &Context,
) -> CommandResult<Vec<Uuid>> {
    if !arguments.ids.is_empty() {
        if !is_empty(&arguments.filter) {
            return Err(CommandError::usage("ids and conditions cannot be given together"));
        }
        let mut ids = arguments.ids.clone();
        ids.sort_unstable();
        ids.dedup();
        context.say(&format!("{} PATs by their ids.", ids.len()));
        return Ok(ids);
    }
    let filter = match everything_of {
        Some(_) if !is_empty(&arguments.filter) => {
            return Err(CommandError::usage("--everything-of takes no other conditions"));
        }
        Some(owner) => InventoryFilter { owner: Some(owner), ..InventoryFilter::default() },
        None if is_empty(&arguments.filter) => {
            return Err(CommandError::usage("nothing says which PATs")
                .with_next("Give ids, a condition such as --unused-for 90d, or --everything-of OWNER."));
        }
        None => filter(&arguments.filter, DisplayFilterOption::Active, client).await?,
    };
    let inventory = client.inventory(&filter, usize::MAX).await?;
    context.say(&pats::summary(inventory.counts));
    show(&inventory.pats, context);
    Ok(inventory.pats.iter().map(|pat| pat.authorization_id).collect())
}

fn show(pats: &[InventoryPat], context: &Context) {
    for pat in pats.iter().take(SHOWN) {
        let InventoryPat { authorization_id, display_name, owner, scope, .. } = pat;
        context.say(&format!("  {authorization_id}  {display_name}  {}  {scope}", owner.user_name));
    }
    if pats.len() > SHOWN {
        context.say(&format!("  … and {} more; `patcycle admin pats --all` shows all.", pats.len() - SHOWN));
    }
}

/// Above ten the number itself is the word: typed, or given beforehand.
async fn confirm(count: usize, given: Option<usize>, context: &Context) -> CommandResult {
    let declined = |message: String| CommandError::new(ExitCode::Refused, "declined", message);
    if let Some(given) = given {
        return if given == count {
            Ok(())
        } else {
            Err(declined(format!("--confirm says {given}, but there are {count} PATs; nothing was revoked"))
                .with_next("Look at what has changed with --dry-run."))
        };
    }
    if count <= TYPED_ABOVE && (context.yes || !context.may_ask()) {
        return Ok(());
    }
    if !context.may_ask() {
        return Err(declined(format!("{count} PATs are more than {TYPED_ABOVE}; nothing was revoked"))
            .with_next(format!("Repeat with `--confirm {count}` if that is the number you expect.")));
    }
    let is_typed = count > TYPED_ABOVE;
    let asked = tokio::task::spawn_blocking(move || {
        if is_typed {
            let answer =
                prompt::line(&format!("Type {count} to revoke {count} PATs. There is no way back: "))?;
            Ok(answer.trim() == count.to_string())
        } else {
            prompt::confirm(&format!("Revoke {count} PATs? There is no way back."))
        }
    });
    match asked.await {
        Ok(Ok::<bool, std::io::Error>(true)) => Ok(()),
        _ => Err(declined("declined; nothing was revoked".to_owned())),
    }
}

/// Revokes batch by batch and notes each in the receipt. Stops at the first batch that fails.
async fn revoke_all(
    client: &PatClient,
    ids: &[Uuid],
    reason: &GivenReason,
    receipt: &mut Receipt,
) -> Option<CommandError> {
    for batch in ids.chunks(BATCH) {
        if let Err(error) = client.revoke_anybodys(batch, reason).await {
            if error.outcome_is_unknown() {
                receipt.not_confirmed.extend_from_slice(batch);
            }
            return Some(error.into());
        }
        receipt.revoked.extend_from_slice(batch);
    }
    None
}

fn partly(receipt: &Receipt, error: CommandError) -> CommandError {
    if receipt.revoked.is_empty() {
        return error;
    }
    let message =
        format!("{} of {} PATs were revoked, then: {}", receipt.revoked.len(), receipt.count, error.message);
    CommandError::new(ExitCode::PartlyDone, "partlyDone", message)
        .with_next("Run the same command again: what is revoked already is left alone.")
}

fn write(receipt: &Receipt, context: &Context) -> CommandResult {
    context.output.write(receipt, || {
        Table::properties(vec![
            ("organization", receipt.organization.clone()),
            ("reason", receipt.reason.clone()),
            ("at", receipt.at.to_string()),
            ("PATs", receipt.count.to_string()),
            ("revoked", receipt.revoked.len().to_string()),
        ])
    })
}
