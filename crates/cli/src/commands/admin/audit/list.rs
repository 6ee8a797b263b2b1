//! `admin audit list`: what was done, the newest first.

use anstyle::Style;
use futures::TryStreamExt as _;
use patcycle_client::AuditLogFilter;
use patcycle_contract::audit::DecoratedAuditLogEntry;

use crate::arguments::admin::AuditListArguments;
use crate::context::Context;
use crate::error::CommandResult;
use crate::output::table::Table;
use crate::sign_in::pat_client;

pub(super) async fn run(arguments: &AuditListArguments, context: &Context) -> CommandResult {
    let client = pat_client(context)?;
    let now = client.service_now().await;
    let filter = AuditLogFilter {
        from: arguments.since.map(|time| time.instant(now)),
        until: arguments.until.map(|time| time.instant(now)),
    };
    let limit = if arguments.all { usize::MAX } else { arguments.limit };
    let mut log = std::pin::pin!(client.audit_log(filter));
    let mut entries = Vec::new();
    while let Some(entry) = log.try_next().await? {
        if !is_wanted(&entry, arguments) {
            continue;
        }
        if entries.len() == limit {
            context.say(&format!("There are more than {limit}; --all shows all of them."));
            break;
        }
        entries.push(entry);
    }
    context.output.write(&entries, || table(&entries))
}

fn is_wanted(entry: &DecoratedAuditLogEntry, arguments: &AuditListArguments) -> bool {
    let is_actor = |actor: &str| {
        entry.actor_upn.as_deref().is_some_and(|name| name.to_lowercase() == actor.to_lowercase())
            || actor.parse() == Ok(entry.actor_user_id)
    };
    arguments.action.as_deref().is_none_or(|action| entry.action_id.eq_ignore_ascii_case(action))
        && arguments.actor.as_deref().is_none_or(is_actor)
}

fn table(entries: &[DecoratedAuditLogEntry]) -> Table {
    let mut table = Table::new(["time", "actor", "action", "details", "from"], "Nothing was done.");
    for entry in entries {
        let actor = entry.actor_upn.as_ref().unwrap_or(&entry.actor_display_name);
        let cells = vec![
            entry.timestamp.clone(),
            actor.clone(),
            entry.action_id.clone(),
            entry.details.clone(),
            entry.ip_address.clone().unwrap_or_default(),
        ];
        table.row(cells, Style::new());
    }
    table
}
