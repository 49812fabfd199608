//! A figure beside the one that is published or expected.

use crate::claim::Claim;
use crate::part::Confidence;
use serde::Serialize;

/// A figure of the machine beside a published or expected one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Distance {
    /// Published or expected.
    pub claim: Claim,
    /// The machine's own; absent where it has no costs for it.
    pub ours: Option<Claim>,
    /// Ours over the claim, less 1.
    pub deviation: Option<f64>,
    /// What weighs most in the figure.
    pub heaviest: Option<Heaviest>,
    /// Where a published figure is printed; absent for an expected one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// How well a published figure is founded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
    /// Why the machine misses it, where that is known.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// What weighs most in a figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Heaviest {
    /// A part, or what sets the crossbar cycle.
    pub what: String,
    /// Its share of `of`; absent for what sets the cycle.
    pub share: Option<f64>,
    /// `power`, `area` or `cycle`.
    pub of: &'static str,
}
