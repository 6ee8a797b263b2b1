//! `admin policy show`: one policy, with everything it has.

use patcycle_contract::{Policy, PolicyName};

use super::on_or_off;
use crate::context::Context;
use crate::error::CommandResult;
use crate::output::table::Table;
use crate::sign_in::pat_client;

pub(super) async fn run(name: PolicyName, context: &Context) -> CommandResult {
    let policy = pat_client(context)?.policy(name).await?;
    write(&policy, context)
}

pub(super) fn write(policy: &Policy, context: &Context) -> CommandResult {
    context.output.write(policy, || Table::properties(properties(policy)))
}

fn properties(policy: &Policy) -> Vec<(&'static str, String)> {
    let by_itself = if policy.is_value_undefined { " (its default)" } else { "" };
    let mut pairs = vec![
        ("policy", policy.name.short().to_owned()),
        ("in Azure DevOps", policy.name.as_str().to_owned()),
        ("when it is on", policy.name.summary().to_owned()),
        ("value", format!("{}{by_itself}", on_or_off(policy.effective_value))),
    ];
    let properties = &policy.properties;
    if let Some(days) = properties.max_pat_lifespan_in_days {
        pairs.push(("days", days.to_string()));
    }
    if let Some(hours) = properties.max_sign_in_age_in_hours {
        pairs.push(("hours", hours.to_string()));
    }
    if let Some(packaging) = properties.is_packaging_scope_enabled {
        pairs.push(("packaging", on_or_off(packaging).to_owned()));
    }
    if let Some(counts) = properties.is_allow_list_enabled {
        pairs.push(("allow list", on_or_off(counts).to_owned()));
    }
    for allowed in properties.allowed_users_and_group_object_ids.iter().flatten() {
        let line = format!("{}  {}", allowed.object_id, allowed.display_name);
        pairs.push(("allowed", line.trim_end().to_owned()));
    }
    pairs
}
