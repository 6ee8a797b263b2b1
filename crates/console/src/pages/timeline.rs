//! The ends of the PATs of a page, on a line from today to 90 days ahead.

use super::row::{Row, Standing};

/// The days that the line shows.
const DAYS: i64 = 90;
/// The width of the drawing, in its own units: ten a day.
const WIDTH: i64 = DAYS * 10;
/// The most marks above each other.
const MAXIMUM_STACK: i64 = 6;

/// A mark on the line.
#[derive(Debug)]
pub(crate) struct Mark {
    pub(crate) x: i64,
    pub(crate) y: i64,
    pub(crate) class: &'static str,
    pub(crate) title: String,
}

/// The drawing.
#[derive(Debug)]
pub(crate) struct Timeline {
    pub(crate) marks: Vec<Mark>,
    /// Where the line is marked, and by how many days.
    pub(crate) ticks: [(i64, i64); 4],
    /// How many end within 7 days, within 30, and within 90.
    pub(crate) within: [usize; 3],
}

impl Timeline {
    /// `None` where nothing ends within its days.
    pub(crate) fn of(rows: &[Row]) -> Option<Self> {
        let ending: Vec<&Row> = rows
            .iter()
            .filter(|row| {
                !matches!(row.standing, Standing::Expired | Standing::Revoked) && row.days_left <= DAYS
            })
            .collect();
        if ending.is_empty() {
            return None;
        }
        let mut stacks = vec![0; usize::try_from(DAYS + 1).unwrap_or_default()];
        let marks = ending.iter().filter_map(|row| {
            let stack = stacks.get_mut(usize::try_from(row.days_left).ok()?)?;
            *stack = (*stack + 1).min(MAXIMUM_STACK);
            Some(Mark {
                x: row.days_left * WIDTH / DAYS,
                y: 84 - *stack * 12,
                class: row.standing.class(),
                title: format!("{}: {}", row.name, row.valid_to.utc),
            })
        });
        let within = [7, 30, DAYS].map(|days| ending.iter().filter(|row| row.days_left <= days).count());
        Some(Self {
            marks: marks.collect(),
            ticks: [0, 30, 60, 90].map(|day| (day * WIDTH / DAYS, day)),
            within,
        })
    }
}
