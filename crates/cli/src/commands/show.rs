//! `show`: one PAT.

use crate::arguments::OutputFormat;
use crate::arguments::pats::ShowArguments;
use crate::context::Context;
use crate::error::CommandResult;
use crate::output::pat::{PatRecord, columns, properties};
use crate::output::table::Table;
use crate::select::{find, state_of};
use crate::sign_in::pat_client;
use patcycle_client::PatState;
use patcycle_contract::PatToken;

pub(super) async fn run(arguments: &ShowArguments, context: &Context) -> CommandResult {
    let client = pat_client(context)?;
    let pat = find(&client, &arguments.pat).await?;
    let state = state_of(&client, &pat).await?;
    write(&pat, state, context)
}

/// Writes one PAT without its secret.
pub(super) fn write(pat: &PatToken, state: PatState, context: &Context) -> CommandResult {
    let organization = context.settings.organization()?;
    context.output.write(&PatRecord::new(pat, state, organization), || match context.output.format {
        OutputFormat::Tsv => {
            let mut line = Table::new([], "");
            line.row(columns(pat, state, organization), anstyle::Style::new());
            line
        }
        _ => Table::properties(properties(pat, state, organization, context.clock.now())),
    })
}
