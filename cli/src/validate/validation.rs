//! All rows of some chips.

use super::chip::Chip;
use super::row::{Row, Verdict};
use super::simulate::Runs;
use super::stats::{self, Summary};
use serde::Serialize;

/// All rows of the chips that were asked for, and what they come to.
#[derive(Debug, Clone, Serialize)]
pub struct Validation {
    /// In the order of the chips and their points.
    pub rows: Vec<Row>,
    /// Medians and worst rows.
    pub summary: Vec<Summary>,
    /// The chips.
    #[serde(skip)]
    pub chips: Vec<Chip>,
}

impl Validation {
    /// Whether every row that can be compared is within its tolerance and none is faulty.
    pub fn passed(&self) -> bool {
        let bad = |r: &Row| matches!(r.verdict, Verdict::Outside | Verdict::Faulty);
        !self.rows.iter().any(bad)
    }
}

/// Compares all points of the chips. Points of one machine with one network share a run.
pub fn validate(chips: Vec<Chip>) -> Validation {
    let mut runs = Runs::default();
    let mut rows = Vec::new();
    for chip in &chips {
        rows.extend(rows_of(chip, &mut runs));
    }
    Validation {
        summary: stats::summaries(&rows),
        rows,
        chips,
    }
}

/// Rows of one chip: figures of the machine as it stands first.
fn rows_of(chip: &Chip, runs: &mut Runs) -> Vec<Row> {
    let own = chip.machine.as_deref().map(|name| chip.machine_path(name));
    let mut rows = Vec::new();
    match own.map(|path| runs.machine(&path, &[])) {
        Some(Ok(arch)) => {
            let published = arch.published.iter();
            rows.extend(published.map(|p| Row::of_published(chip, p, &arch)));
        }
        // Points on the machine say it themselves.
        Some(Err(why)) if chip.points.is_empty() => rows.push(Row::no_machine(chip, &why)),
        Some(Err(_)) | None => {}
    }
    rows.extend(chip.points.iter().map(|p| Row::of_point(chip, p, runs)));
    rows
}
