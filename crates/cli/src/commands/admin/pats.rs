//! `admin pats`: everybody's PATs.

use anstyle::Style;
use patcycle_contract::inventory::{InventoryCounts, InventoryPat};
use patcycle_contract::{DisplayFilterOption, date};

use super::filter::filter;
use crate::arguments::admin::InventoryArguments;
use crate::arguments::pats::StateFilter;
use crate::context::Context;
use crate::error::CommandResult;
use crate::output::table::Table;
use crate::sign_in::pat_client;

pub(super) async fn run(arguments: &InventoryArguments, context: &Context) -> CommandResult {
    let client = pat_client(context)?;
    let state = match arguments.state {
        StateFilter::Active => DisplayFilterOption::Active,
        StateFilter::Expired => DisplayFilterOption::Expired,
        StateFilter::Revoked => DisplayFilterOption::Revoked,
        StateFilter::All => DisplayFilterOption::All,
    };
    let filter = filter(&arguments.filter, state, &client).await?;
    let limit = match (arguments.count, arguments.all) {
        (true, _) => 0,
        (false, true) => usize::MAX,
        (false, false) => arguments.limit,
    };
    let inventory = client.inventory(&filter, limit).await?;
    if arguments.count {
        return context.output.write(&inventory.counts, || Table::properties(counts(inventory.counts)));
    }
    context.say(&summary(inventory.counts));
    if inventory.counts.count > inventory.pats.len() as u64 {
        context.say(&format!("Only {} are shown; --all shows all of them.", inventory.pats.len()));
    }
    context.output.write(&inventory.pats, || table(&inventory.pats))
}

/// The counts in one line.
pub(super) fn summary(counts: InventoryCounts) -> String {
    let InventoryCounts { count, never_used, unused_for90_days, full_scope, global, owner_disabled } = counts;
    format!(
        "{count} PATs: {never_used} never used, {unused_for90_days} unused for 90 days, {full_scope} with full access, \
         {global} global, {owner_disabled} of disabled owners."
    )
}

fn counts(counts: InventoryCounts) -> Vec<(&'static str, String)> {
    vec![
        ("PATs", counts.count.to_string()),
        ("never used", counts.never_used.to_string()),
        ("unused for 90 days", counts.unused_for90_days.to_string()),
        ("full access", counts.full_scope.to_string()),
        ("global", counts.global.to_string()),
        ("owner disabled", counts.owner_disabled.to_string()),
    ]
}

/// The PATs for people, and tab-separated.
pub(super) fn table(pats: &[InventoryPat]) -> Table {
    let mut table =
        Table::new(["id", "name", "owner", "state", "made", "ends", "last used", "scope"], "No PATs.");
    for pat in pats {
        let cells = vec![
            pat.authorization_id.to_string(),
            pat.display_name.clone(),
            pat.owner.user_name.clone(),
            pat.state.clone(),
            date::format(pat.valid_from),
            date::format(pat.valid_to),
            pat.last_used_at.map_or_else(|| "never".to_owned(), date::format),
            pat.scope.clone(),
        ];
        table.row(cells, Style::new());
    }
    table
}
