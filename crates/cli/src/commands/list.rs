//! `list`: PATs, to the last page.

use globset::{GlobBuilder, GlobMatcher};
use jiff::Timestamp;
use patcycle_client::{ListPats, ListedPat};
use patcycle_contract::{DisplayFilterOption, SortByOption};

use crate::arguments::OutputFormat;
use crate::arguments::pats::{ListArguments, SortKey, StateFilter};
use crate::context::Context;
use crate::error::{CommandError, CommandResult};
use crate::output::pat::{PatRecord, list_lines, list_table};
use crate::sign_in::pat_client;

pub(super) async fn run(arguments: &ListArguments, context: &Context) -> CommandResult {
    let name = arguments.name.as_deref().map(matcher).transpose()?;
    let scopes = super::create::split_scopes(&arguments.scope);
    let query = ListPats {
        filter: match arguments.state {
            StateFilter::Active => DisplayFilterOption::Active,
            StateFilter::Expired => DisplayFilterOption::Expired,
            StateFilter::Revoked => DisplayFilterOption::Revoked,
            StateFilter::All => DisplayFilterOption::All,
        },
        sort: match arguments.sort {
            SortKey::Name => SortByOption::DisplayName,
            SortKey::Date => SortByOption::DisplayDate,
            SortKey::Status => SortByOption::Status,
        },
        ascending: !arguments.reverse,
        ..ListPats::default()
    };
    let client = pat_client(context)?;
    let mut pats = client.list_with_state(&query).await?;
    let now = client.service_now().await;
    pats.retain(|listed| {
        let pat = &listed.pat;
        let held: Vec<String> = pat.scope.split_whitespace().map(str::to_lowercase).collect();
        name.as_ref().is_none_or(|name| name.is_match(&pat.display_name))
            && scopes.iter().all(|scope| held.contains(&scope.to_lowercase()))
            && arguments.expiring_within.is_none_or(|within| listed.expires_within(within.0, now))
    });
    write(&pats, now, context)
}

fn write(pats: &[ListedPat], now: Timestamp, context: &Context) -> CommandResult {
    let organization = context.settings.organization()?;
    let records: Vec<_> = pats.iter().map(|one| PatRecord::new(&one.pat, one.state, organization)).collect();
    context.output.write(&records, || match context.output.format {
        OutputFormat::Tsv => list_lines(pats, organization),
        _ => list_table(pats, now),
    })
}

pub(super) fn matcher(glob: &str) -> CommandResult<GlobMatcher> {
    let glob = GlobBuilder::new(glob).case_insensitive(true).literal_separator(false).build();
    glob.map(|glob| glob.compile_matcher())
        .map_err(|error| CommandError::usage(format!("--name is not a pattern: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_cover_whole_names() {
        let ci = matcher("CI-*").unwrap();
        assert!(ci.is_match("ci-main/7"));
        assert!(!ci.is_match("my-ci-main"));
        assert!(matcher("a[").is_err());
    }
}
