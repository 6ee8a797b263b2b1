//! `admin policy rehearse`: which PATs, and which of their uses, a policy would have refused.

use std::collections::BTreeSet;

use anstyle::{AnsiColor, Style};
use patcycle_contract::policy::{PolicyEffect, PolicyRehearsal, RefusedUses};

use super::change::plan;
use crate::arguments::policy::PolicyRehearseArguments;
use crate::context::Context;
use crate::error::CommandResult;
use crate::output::table::Table;
use crate::sign_in::pat_client;

pub(super) async fn run(arguments: &PolicyRehearseArguments, context: &Context) -> CommandResult {
    let name = arguments.policy.0;
    let client = pat_client(context)?;
    let policy = client.policy(name).await?;
    let trial = plan(&policy, Some(arguments.value), &arguments.properties)?;
    let rehearsal = client.rehearse_policy(name, &trial.patch, arguments.limit).await?;
    for line in summary(&rehearsal) {
        context.say(&line);
    }
    context.output.write(&rehearsal, || table(&rehearsal))
}

fn summary(rehearsal: &PolicyRehearsal) -> Vec<String> {
    let PolicyRehearsal { policy, examined, counts, pats, .. } = rehearsal;
    let name = policy.name.short();
    let mut lines =
        vec![format!("`{name}` has something against {} of {examined} PATs that work now:", counts.pats)];
    let count = |number: u64, what: &str| (number > 0).then(|| format!("  {number} {what}"));
    lines.extend(
        [
            count(counts.creations, "made in the last 30 days would not have been"),
            count(counts.renewals, "could not be given a later end as they are"),
            count(counts.lifespans, "would have been given an earlier end"),
            count(counts.uses, "could not be used"),
            count(counts.used_in_last30_days, "of these were used here in the last 30 days"),
            count(counts.uses_in_last30_days, "uses in the last 30 days would have been refused"),
        ]
        .into_iter()
        .flatten(),
    );
    if (pats.len() as u64) < counts.pats {
        lines.push(format!("The first {} are shown; --limit shows more.", pats.len()));
    }
    lines
}

fn table(rehearsal: &PolicyRehearsal) -> Table {
    let heading = ["id", "name", "owner", "scope", "ends", "refuses", "last used", "uses refused"];
    let mut table = Table::new(heading, "It would have refused nothing.");
    for pat in &rehearsal.pats {
        let refuses: Vec<&str> = pat.refuses.iter().map(|effect| effect.as_str()).collect();
        let cells = vec![
            pat.authorization_id.to_string(),
            pat.display_name.clone(),
            pat.owner_name.clone(),
            pat.scope.clone(),
            pat.valid_to.to_string(),
            refuses.join(","),
            pat.last_used_at.map(|at| at.to_string()).unwrap_or_default(),
            uses(&pat.refused_uses),
        ];
        let stops = pat.refuses.contains(&PolicyEffect::Use);
        table.row(cells, if stops { AnsiColor::Red.on_default() } else { Style::new() });
    }
    table
}

/// How many, and from how many addresses that are known; JSON tells each.
fn uses(refused: &[RefusedUses]) -> String {
    let count: u64 = refused.iter().map(|uses| uses.count).sum();
    let addresses: BTreeSet<_> = refused.iter().filter_map(|uses| uses.address).collect();
    match (count, addresses.len()) {
        (0, _) => String::new(),
        (count, 0) => count.to_string(),
        (count, 1) => format!("{count} from 1 address"),
        (count, addresses) => format!("{count} from {addresses} addresses"),
    }
}
