//! `[device.*.write]`: how cells are written.

use super::At;
use crate::part::Confidence;
use crate::units::{Energy, Time};
use schemars::JsonSchema;
use serde::Deserialize;

/// `[device.*.write]`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteTable {
    /// Duration of one write pulse; it ends on a tick, so it is rounded up to whole ticks.
    pub pulse: At<Time>,
    /// Energy of one pulse in one cell, its verifying read included.
    pub energy: Option<At<Energy>>,
    /// Pulses a cell takes until it holds its level, on average over program-and-verify. Default 1.
    pub pulses: Option<At<u32>>,
    /// Duration of the read that verifies a pulse. Default 0: no verification.
    pub verify: Option<At<Time>>,
    /// Rows of an array written at the same time. Default 1.
    pub rows_at_once: Option<At<u32>>,
    /// Columns of an array written at the same time. Default: all.
    pub columns_at_once: Option<At<u32>>,
    /// Arrays of a PE written at the same time. Default 1.
    pub arrays_at_once: Option<At<u32>>,
    /// Bytes of weights a chip takes in per tick. Without it they come as fast as they are written.
    pub load_bytes_per_tick: Option<At<f64>>,
    /// Pulses a cell survives. Without it cells do not wear out.
    pub endurance: Option<At<f64>>,
    /// Where the figures come from.
    pub source: String,
    /// How well they are founded.
    pub confidence: Confidence,
}
