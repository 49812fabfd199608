//! `[activity]` as written.

use super::At;
use schemars::JsonSchema;
use serde::Deserialize;

/// `[activity]`: what is assumed of values where nothing measured them.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActivityTable {
    /// Share of the driven rows that carry a one in an input step (0.001 to 1). Default 0.5.
    pub inputs: Option<At<f64>>,
    /// Where the mean cell lies between the lowest and the highest conductance (0 to 1). Default 0.5.
    pub cells: Option<At<f64>>,
    /// Where the mean code of a converter lies between its first and its last (0.001 to 1), for `cost.adc.by_code`. Default 0.5.
    pub codes: Option<At<f64>>,
}
