//! What is assumed of values where nothing measured them.

use serde::{Deserialize, Serialize};

/// Assumed activity. The energy of a read goes by it; measured activity takes its place where there is some.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Activity {
    /// Share of the driven rows that carry a one in an input step.
    pub inputs: f64,
    /// Where the mean cell lies between the lowest (0) and the highest (1) conductance.
    pub cells: f64,
    /// Where the mean code of a conversion lies between the first (0) and the last (1).
    #[serde(default = "half")]
    pub codes: f64,
}

fn half() -> f64 {
    0.5
}

impl Default for Activity {
    fn default() -> Activity {
        Activity {
            inputs: 0.5,
            cells: 0.5,
            codes: 0.5,
        }
    }
}
