//! `admin rules`: revocation rules.

use anstyle::Style;
use patcycle_contract::requests::RequestedDate;
use patcycle_contract::revocations::RevocationRule;
use patcycle_contract::{RevocationRuleRequest, date};
use serde::Serialize;

use crate::arguments::admin::{CreateRuleArguments, RulesArguments, RulesCommand};
use crate::commands::create::split_scopes;
use crate::context::Context;
use crate::error::{CommandError, CommandResult};
use crate::exit_code::ExitCode;
use crate::output::table::Table;
use crate::prompt;
use crate::sign_in::pat_client;

pub(super) async fn run(arguments: &RulesArguments, context: &Context) -> CommandResult {
    match &arguments.command {
        RulesCommand::List => list(context).await,
        RulesCommand::Create(arguments) => create(arguments, context).await,
    }
}

async fn list(context: &Context) -> CommandResult {
    let rules = pat_client(context)?.revocation_rules().await?;
    context.output.write(&rules, || table(&rules))
}

/// What was made.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Made {
    scopes: Vec<String>,
    created_before: String,
}

async fn create(arguments: &CreateRuleArguments, context: &Context) -> CommandResult {
    let scopes = split_scopes(&arguments.scope);
    if scopes.is_empty() {
        return Err(
            CommandError::usage("--scope names no scope").with_next("`patcycle scopes list` shows them.")
        );
    }
    let client = pat_client(context)?;
    let now = client.service_now().await;
    let before = arguments.created_before.map_or(now, |time| time.instant(now));
    let made = Made { scopes, created_before: date::format(before) };
    confirm(&made, context).await?;
    let rule = RevocationRuleRequest {
        scopes: Some(made.scopes.join(" ")),
        created_before: RequestedDate::At(before),
    };
    client.create_revocation_rule(&rule).await?;
    context.say("The rule holds from now on.");
    context.output.write(&made, || {
        Table::properties(vec![
            ("scopes", made.scopes.join(" ")),
            ("issued before", made.created_before.clone()),
        ])
    })
}

async fn confirm(made: &Made, context: &Context) -> CommandResult {
    if context.yes || !context.may_ask() {
        return Ok(());
    }
    let question = format!(
        "Refuse everything that carries {} and was issued before {}? There is no way back.",
        made.scopes.join(" or "),
        made.created_before
    );
    match tokio::task::spawn_blocking(move || prompt::confirm(&question)).await {
        Ok(Ok(true)) => Ok(()),
        _ => Err(CommandError::new(ExitCode::Refused, "declined", "declined; no rule was made")),
    }
}

fn table(rules: &[RevocationRule]) -> Table {
    let mut table = Table::new(["scope", "issued before"], "There are no rules.");
    for rule in rules {
        table.row(vec![rule.scope.clone(), date::format(rule.created_before)], Style::new());
    }
    table
}
