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
