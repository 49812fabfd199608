//! How cells are written, in ticks and pJ.

use crate::part::Confidence;
use serde::{Deserialize, Serialize};

/// Writing of cells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CellWrite {
    /// Ticks of one pulse.
    pub pulse_ticks: u64,
    /// Ticks of the read that verifies it; 0 without one.
    pub verify_ticks: u64,
    /// Pulses a cell takes, on average.
    pub pulses: u32,
    /// Energy of one pulse in one cell, its verifying read included; absent where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub energy_pj: Option<f64>,
    /// Rows of an array written at the same time.
    pub rows_at_once: u32,
    /// Columns of an array written at the same time, a unit column among them.
    pub columns_at_once: u32,
    /// Arrays of a PE written at the same time.
    pub arrays_at_once: u32,
    /// Bytes of weights a chip takes in per tick; absent where they come as fast as they are written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load_bytes_per_tick: Option<f64>,
    /// Pulses a cell survives; absent where cells do not wear out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endurance: Option<f64>,
    /// Where the figures come from.
    pub source: String,
    /// How well they are founded.
    pub confidence: Confidence,
}
