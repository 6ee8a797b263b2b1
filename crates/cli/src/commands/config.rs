//! `config`: what is in force, and why.

use serde::Serialize;

use crate::context::Context;
use crate::error::CommandResult;
use crate::output::table::Table;
use crate::settings::source::Sourced;

#[derive(Serialize)]
struct Line {
    name: &'static str,
    value: Option<String>,
    source: Option<String>,
}

impl Line {
    fn of<T>(name: &'static str, setting: Option<&Sourced<T>>, show: impl Fn(&T) -> String) -> Self {
        Self {
            name,
            value: setting.map(|setting| show(&setting.value)),
            source: setting.map(|setting| setting.source.to_string()),
        }
    }
}

pub(super) fn run(context: &Context) -> CommandResult {
    let settings = &context.settings;
    let text = |value: &String| value.clone();
    let lines = [
        Line::of("profile", Some(&settings.profile), text),
        Line::of("organization", settings.organization.as_ref(), text),
        Line::of("base_url", Some(&settings.base_url), ToString::to_string),
        Line::of("authority", Some(&settings.authority), ToString::to_string),
        Line::of("client_id", settings.client_id.as_ref(), text),
        Line::of("scope", Some(&settings.scope), text),
        Line::of("ca_file", settings.ca_file.as_ref(), |path| path.display().to_string()),
        Line::of("token_store", settings.token_store.as_ref(), ToString::to_string),
        Line::of("output", settings.output.as_ref(), |format| format.as_str().to_owned()),
        file("user file", settings.user_file.as_deref()),
        file("project file", settings.project_file.as_deref()),
    ];
    context.output.write(&lines, || {
        let mut table = Table::new(["setting", "value", "from"], "");
        for line in &lines {
            let cells = vec![
                line.name.to_owned(),
                line.value.clone().unwrap_or_else(|| "-".to_owned()),
                line.source.clone().unwrap_or_default(),
            ];
            table.row(cells, anstyle::Style::new());
        }
        table
    })
}

fn file(name: &'static str, path: Option<&std::path::Path>) -> Line {
    Line {
        name,
        value: path.map(|path| path.display().to_string()),
        source: path.map(|path| if path.exists() { "read" } else { "not there" }.to_owned()),
    }
}
