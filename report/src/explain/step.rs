//! One step of an explanation.

use serde::Serialize;

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// What is counted: `rows`, `row_groups`, `compute`, ...
    pub name: String,
    /// In symbols.
    pub formula: String,
    /// With the numbers put in: integers, `+ - x /`, `ceil`, `floor`, `min`, `max`.
    pub numbers: String,
    /// The result.
    pub value: f64,
    /// In words.
    pub reason: String,
}
