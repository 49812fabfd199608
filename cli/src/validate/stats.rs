//! What rows come to: medians and worst deviations of what was predicted.

use super::chip::Kind;
use super::row::Row;
use super::value::Class;
use crosscut_arch::Mark;
use serde::Serialize;

/// Deviations of predicted figures of one class.
#[derive(Debug, Clone, Serialize)]
pub struct Summary {
    /// What the chips are.
    pub kind: Kind,
    /// What is measured.
    pub class: Class,
    /// Rows.
    pub rows: usize,
    /// Chips they are of.
    pub chips: usize,
    /// Median of the absolute deviations.
    pub median: f64,
    /// Largest absolute deviation.
    pub worst: f64,
    /// The row of the largest.
    pub worst_row: String,
    /// How near the median ought to be.
    pub aim: f64,
}

/// Summaries of the classes that have predicted rows, silicon first.
pub fn summaries(rows: &[Row]) -> Vec<Summary> {
    let pairs = Kind::ALL
        .into_iter()
        .flat_map(|kind| Class::ALL.map(|class| (kind, class)));
    pairs
        .filter_map(|(kind, class)| summary(rows, kind, class))
        .collect()
}

fn summary(rows: &[Row], kind: Kind, class: Class) -> Option<Summary> {
    let of = |r: &&Row| r.kind == kind && r.class == Some(class) && r.mark == Mark::Predicted;
    let mut found: Vec<(f64, &Row)> = rows
        .iter()
        .filter(of)
        .filter_map(|r| Some((r.deviation?.abs(), r)))
        .collect();
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (worst, row) = *found.last()?;
    let mut chips: Vec<&str> = found.iter().map(|(_, r)| r.chip.as_str()).collect();
    chips.sort_unstable();
    chips.dedup();
    Some(Summary {
        kind,
        class,
        rows: found.len(),
        chips: chips.len(),
        median: median(&found),
        worst,
        worst_row: [&row.chip, &row.figure, &row.conditions]
            .into_iter()
            .filter(|t| !t.is_empty())
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(", "),
        aim: class.aim(),
    })
}

/// Of sorted figures that are there.
fn median(sorted: &[(f64, &Row)]) -> f64 {
    let n = sorted.len();
    (sorted[(n - 1) / 2].0 + sorted[n / 2].0) / 2.0
}
