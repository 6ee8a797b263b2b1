//! `scopes`: what a PAT may be allowed. Needs no network.

use anstyle::Style;
use patcycle_client::near::nearest;
use patcycle_contract::scope::{ALL, Scope, find};
use serde::Serialize;

use super::create::split_scopes;
use crate::arguments::OutputFormat;
use crate::arguments::tools::{ScopesArguments, ScopesCommand};
use crate::context::Context;
use crate::error::{CommandError, CommandResult};
use crate::exit_code::ExitCode;
use crate::output::table::Table;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ScopeRecord {
    scope: &'static str,
    title: &'static str,
    area: &'static str,
    high_privilege: bool,
    for_pats: bool,
    includes: Vec<&'static str>,
}

impl ScopeRecord {
    fn of(scope: &'static Scope) -> Self {
        Self {
            scope: scope.name,
            title: scope.title,
            area: scope.area,
            high_privilege: scope.high_privilege,
            for_pats: scope.fits_pats(),
            includes: scope.included().iter().skip(1).map(|included| included.name).collect(),
        }
    }
}

pub(super) fn run(arguments: &ScopesArguments, context: &Context) -> CommandResult {
    let records = match &arguments.command {
        ScopesCommand::List { area } => list(area.as_deref()),
        ScopesCommand::Explain { scopes } => explain(scopes)?,
    };
    let is_explanation = matches!(arguments.command, ScopesCommand::Explain { .. });
    context.output.write(&records, || match context.output.format {
        OutputFormat::Table if is_explanation => explanation(&records),
        _ => table(&records),
    })
}

/// Those that a PAT can have.
fn list(area: Option<&str>) -> Vec<ScopeRecord> {
    let area = area.unwrap_or_default().to_lowercase();
    let wanted = |scope: &&Scope| scope.fits_pats() && scope.area.to_lowercase().contains(&area);
    ALL.iter().filter(wanted).map(ScopeRecord::of).collect()
}

fn explain(given: &[String]) -> CommandResult<Vec<ScopeRecord>> {
    let known = |name: &String| {
        find(name).map(ScopeRecord::of).ok_or_else(|| {
            CommandError::new(
                ExitCode::NotFound,
                "unknownScope",
                format!("the scope `{name}` does not exist"),
            )
            .with_next(match near(name).as_slice() {
                [] => "`patcycle scopes list` shows all of them.".to_owned(),
                names => format!("Did you mean {}? `patcycle scopes list` shows all.", names.join(" or ")),
            })
        })
    };
    split_scopes(given).iter().map(known).collect()
}

/// Scopes of a similar name, the nearest first.
fn near(name: &str) -> Vec<String> {
    let names = ALL.iter().map(|scope| scope.name);
    nearest(name, names, |name| name).into_iter().take(3).map(|name| format!("`{name}`")).collect()
}

fn table(records: &[ScopeRecord]) -> Table {
    let mut table = Table::new(["scope", "title", "area", "note"], "No scopes.");
    for record in records {
        let note = if record.high_privilege { "high privilege" } else { "" };
        let cells = [record.scope, record.title, record.area, note].map(str::to_owned);
        table.row(cells.to_vec(), Style::new());
    }
    table
}

fn explanation(records: &[ScopeRecord]) -> Table {
    let mut pairs = Vec::new();
    for record in records {
        let includes = match record.includes.as_slice() {
            [] if record.scope == patcycle_contract::scope::FULL => "everything".to_owned(),
            [] => "nothing else".to_owned(),
            names => names.join(", "),
        };
        let mut title = record.title.to_owned();
        if record.high_privilege {
            title.push_str("; high privilege: dangerous in the wrong hands");
        }
        if !record.for_pats {
            title.push_str("; for signing in, not for PATs");
        }
        pairs.push((record.scope, title));
        pairs.push(("  area", record.area.to_owned()));
        pairs.push(("  includes", includes));
    }
    Table::properties(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_only_what_a_pat_can_have() {
        let all = list(None);
        assert!(all.iter().all(|record| record.for_pats));
        assert!(all.iter().any(|record| record.scope == "app_token"));
        assert!(!all.iter().any(|record| record.scope == "user_impersonation"));
        let code = list(Some("CODE"));
        assert!(!code.is_empty() && code.len() < all.len());
    }

    #[test]
    fn explains_what_is_included() {
        let records = explain(&["VSO.code_write".to_owned()]).unwrap();
        assert!(records[0].includes.contains(&"vso.code"), "{:?}", records[0].includes);
        assert_eq!(explain(&["vso.nonsense".to_owned()]).map(drop).unwrap_err().exit, ExitCode::NotFound);
    }

    #[test]
    fn a_slip_of_the_pen_is_understood() {
        let next = |name: &str| explain(&[name.to_owned()]).map(drop).unwrap_err().next.unwrap();
        assert!(next("vso.cod").starts_with("Did you mean `vso.code`"), "{}", next("vso.cod"));
        assert!(next("code_write").starts_with("Did you mean `vso.code_write`"), "{}", next("code_write"));
        assert!(!next("zzzzzzzz").contains("Did you mean"));
    }
}
