//! `admin users list`: who is known in the organization.

use anstyle::Style;
use patcycle_client::GraphUser;

use crate::arguments::admin::ListUsersArguments;
use crate::commands::list::matcher;
use crate::context::Context;
use crate::error::CommandResult;
use crate::output::table::Table;
use crate::sign_in::pat_client;

pub(super) async fn run(arguments: &ListUsersArguments, context: &Context) -> CommandResult {
    let name = arguments.name.as_deref().map(matcher).transpose()?;
    let mut users = pat_client(context)?.users().await?;
    users.retain(|user| {
        let names = [&user.principal_name, &user.display_name];
        name.as_ref().is_none_or(|glob| names.into_iter().flatten().any(|name| glob.is_match(name)))
    });
    context.output.write(&users, || table(&users))
}

fn table(users: &[GraphUser]) -> Table {
    let mut table =
        Table::new(["descriptor", "name", "display name", "id", "disabled"], "Nobody is known here.");
    for user in users {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let cells = vec![
            user.descriptor.clone(),
            text(&user.principal_name),
            text(&user.display_name),
            text(&user.origin_id),
            if user.is_deleted_in_origin { "yes".to_owned() } else { String::new() },
        ];
        table.row(cells, Style::new());
    }
    table
}
