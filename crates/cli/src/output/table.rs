//! Tables for people, and the same cells for `cut` and `awk`.

use std::fmt::Write as _;

use anstyle::Style;
use comfy_table::{ContentArrangement, presets};

use super::field;
use super::sanitize::sanitize;

/// Rows under a heading. Cells hold text of others: it is made harmless here.
#[derive(Debug, Default)]
pub(crate) struct Table {
    heading: Vec<&'static str>,
    rows: Vec<(Vec<String>, Style)>,
    /// What is said when there is no row.
    empty: &'static str,
}

impl Table {
    /// A table with these columns; `empty` is said instead of a table without rows.
    pub(crate) fn new<const N: usize>(heading: [&'static str; N], empty: &'static str) -> Self {
        Self { heading: heading.to_vec(), rows: Vec::new(), empty }
    }

    /// One thing: a line for each of its properties.
    pub(crate) fn properties(pairs: Vec<(&str, String)>) -> Self {
        let rows =
            pairs.into_iter().map(|(name, value)| (vec![name.to_owned(), value], Style::new())).collect();
        Self { heading: Vec::new(), rows, empty: "" }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: Vec<String>, style: Style) {
        self.rows.push((cells, style));
    }

    /// Columns side by side, with a heading.
    pub(crate) fn render(&self) -> String {
        if self.rows.is_empty() {
            return if self.empty.is_empty() { String::new() } else { format!("{}\n", self.empty) };
        }
        let mut table = comfy_table::Table::new();
        table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        let bold = Style::new().bold();
        let mut styles = Vec::with_capacity(self.rows.len() + 1);
        if !self.heading.is_empty() {
            table.add_row(self.heading.iter().map(|name| name.to_uppercase()));
            styles.push(bold);
        }
        for (cells, style) in &self.rows {
            table.add_row(cells.iter().map(|cell| sanitize(cell).into_owned()));
            styles.push(*style);
        }
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        let text = table.to_string();
        let mut rendered = String::with_capacity(text.len() * 2);
        for (line, style) in text.lines().zip(styles) {
            let _ = writeln!(rendered, "{style}{}{style:#}", line.trim_end());
        }
        rendered
    }

    /// One line each, tabs between, no heading.
    pub(crate) fn tab_separated(&self) -> String {
        let mut text = String::new();
        for (cells, _) in &self.rows {
            let line: Vec<String> = cells.iter().map(|cell| field(cell)).collect();
            text.push_str(&line.join("\t"));
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_cannot_break_out() {
        let mut table = Table::new(["name", "id"], "nothing");
        assert_eq!(table.render(), "nothing\n");
        table.row(vec!["a\tb\n\u{1b}[31m".to_owned(), "1".to_owned()], Style::new());
        table.row(vec!["longer name".to_owned(), "2".to_owned()], Style::new());
        let lines: Vec<String> =
            anstream::adapter::strip_str(&table.render()).to_string().lines().map(str::to_owned).collect();
        assert_eq!(lines.len(), 3);
        assert!(lines[0].starts_with("NAME"), "{lines:?}");
        assert_eq!(table.tab_separated().lines().next().unwrap().split('\t').count(), 2);
    }
}
