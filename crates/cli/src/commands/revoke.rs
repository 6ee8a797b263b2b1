//! `revoke`: the end of one PAT, or of several.

use patcycle_client::PatClient;
use patcycle_contract::PatToken;
use serde::Serialize;
use uuid::Uuid;

use crate::arguments::pats::RevokeArguments;
use crate::context::Context;
use crate::error::{CommandError, CommandResult};
use crate::exit_code::ExitCode;
use crate::output::table::Table;
use crate::prompt;
use crate::select::find_to_revoke;
use crate::sign_in::pat_client;

/// What happened to one PAT.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    authorization_id: Uuid,
    display_name: String,
    revoked: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

pub(super) async fn run(arguments: &RevokeArguments, context: &Context) -> CommandResult {
    let client = pat_client(context)?;
    let pats = find_all(&client, &arguments.pats).await?;
    confirm(&pats, context).await?;

    let mut outcomes = Vec::with_capacity(pats.len());
    let mut first_error: Option<CommandError> = None;
    for pat in pats {
        let error = client.revoke(pat.authorization_id).await.err().map(CommandError::from);
        match &error {
            None => context.say(&format!("Revoked `{}` ({}).", pat.display_name, pat.authorization_id)),
            Some(error) if outcomes.is_empty() && arguments.pats.len() == 1 => return Err(error.clone()),
            Some(error) => {
                context.warn(&format!("`{}` was not revoked: {}", pat.display_name, error.message));
            }
        }
        outcomes.push(Outcome {
            authorization_id: pat.authorization_id,
            display_name: pat.display_name,
            revoked: error.is_none(),
            error: error.as_ref().map(|error| error.message.clone()),
        });
        first_error = first_error.or(error);
    }
    context.output.write(&outcomes, || table(&outcomes))?;
    let failed = outcomes.iter().filter(|outcome| !outcome.revoked).count();
    match first_error {
        None => Ok(()),
        Some(error) if failed == outcomes.len() => Err(error),
        Some(error) => Err(CommandError::new(
            ExitCode::PartlyDone,
            "partlyDone",
            format!(
                "{failed} of {} PATs were not revoked; the first because: {}",
                outcomes.len(),
                error.message
            ),
        )
        .with_next("Run the same command again: revoking twice does no harm.")),
    }
}

/// All are found before the first is revoked, so that a typing error revokes nothing.
async fn find_all(client: &PatClient, wanted: &[String]) -> CommandResult<Vec<PatToken>> {
    let mut pats: Vec<PatToken> = Vec::with_capacity(wanted.len());
    for wanted in wanted {
        let pat = find_to_revoke(client, wanted).await?;
        if !pats.iter().any(|known| known.authorization_id == pat.authorization_id) {
            pats.push(pat);
        }
    }
    Ok(pats)
}

async fn confirm(pats: &[PatToken], context: &Context) -> CommandResult {
    if context.yes || !context.may_ask() {
        return Ok(());
    }
    for pat in pats {
        context.say(&format!("  {}  {}  {}", pat.authorization_id, pat.display_name, pat.scope));
    }
    let question = match pats {
        [_] => "Revoke this PAT? There is no way back.".to_owned(),
        _ => format!("Revoke these {} PATs? There is no way back.", pats.len()),
    };
    let asked = tokio::task::spawn_blocking(move || prompt::confirm(&question)).await;
    match asked {
        Ok(Ok(true)) => Ok(()),
        _ => Err(CommandError::new(ExitCode::Refused, "declined", "declined; nothing was revoked")),
    }
}

fn table(outcomes: &[Outcome]) -> Table {
    let mut table = Table::new(["id", "name", "outcome"], "");
    for outcome in outcomes {
        let word = if outcome.revoked { "revoked" } else { "failed" };
        let cells = vec![outcome.authorization_id.to_string(), outcome.display_name.clone(), word.to_owned()];
        table.row(cells, anstyle::Style::new());
    }
    table
}
