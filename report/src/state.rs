//! One side of a comparison: a network with everything that was measured on it.

use super::check::Check;
use super::exec::ExecReport;
use super::schema::RunReport;
use serde::{Deserialize, Serialize};

/// One side of the comparison.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Crossbars, time, energy, area.
    pub run: RunReport,
    /// Accuracy.
    pub exec: ExecReport,
}

impl State {
    /// The checks of both reports.
    pub fn checks(&self) -> impl Iterator<Item = &Check> {
        self.run.checks.iter().chain(&self.exec.checks)
    }

    /// Whether every check of it passed.
    pub fn passed(&self) -> bool {
        self.checks().all(|c| c.passed)
    }
}
