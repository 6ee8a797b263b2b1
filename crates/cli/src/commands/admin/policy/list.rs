//! `admin policy list`: all policies.

use anstyle::{AnsiColor, Style};
use patcycle_contract::{Policy, PolicyLevel};

use super::on_or_off;
use crate::context::Context;
use crate::error::CommandResult;
use crate::output::table::Table;
use crate::sign_in::pat_client;

pub(super) async fn run(context: &Context) -> CommandResult {
    let policies = pat_client(context)?.policies().await?;
    context.output.write(&policies, || table(&policies))
}

fn table(policies: &[Policy]) -> Table {
    let mut table =
        Table::new(["policy", "value", "set", "level", "when it is on"], "There are no policies.");
    for policy in policies {
        let level = match policy.name.level() {
            PolicyLevel::Tenant => "tenant",
            PolicyLevel::Organization => "organization",
        };
        let cells = [
            policy.name.short(),
            on_or_off(policy.effective_value),
            if policy.is_value_undefined { "no" } else { "yes" },
            level,
            policy.name.summary(),
        ];
        let style = if policy.effective_value { AnsiColor::Green.on_default() } else { Style::new() };
        table.row(cells.map(str::to_owned).to_vec(), style);
    }
    table
}
