//! `[[published]]`: what others print of a machine.

use super::At;
use crate::claim::ClaimText;
use crate::model::Mark;
use crate::part::Confidence;
use schemars::JsonSchema;
use serde::Deserialize;

/// A published figure; `arch check` says how far the machine described here is from it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishedTable {
    /// The figure with its unit, which says what it is: throughput (`TOPS`), efficiency (`TOPS/W`), throughput per area
    /// (`TOPS/mm2`), area (`mm2`) or power (`W`), of a whole chip at peak.
    pub value: At<ClaimText>,
    /// Where it is printed.
    pub source: String,
    /// How well it is founded. Default: recalled.
    pub confidence: Option<Confidence>,
    /// Why the machine described here misses it, if it does and the reason is known.
    pub note: Option<String>,
    /// What the figure was used for in this description. Default: predicted.
    pub mark: Option<Mark>,
    /// Constant that was derived from it, of a fitted figure.
    pub fitted: Option<String>,
    /// How far the machine may be from it before `crosscut validate` objects, as a share. Default: 0.2.
    pub tolerance: Option<f64>,
}
