//! One side of a comparison: a network with everything that was measured on it.

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
    /// Whether every check of it passed.
    pub fn passed(&self) -> bool {
        self.run.passed() && self.exec.checks.iter().all(|c| c.passed)
    }
}
