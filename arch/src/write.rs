//! How cells are written: resolved, in ticks and pJ.

use crate::part::Confidence;
use crate::schema as raw;
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
    /// Energy of one pulse in one cell, its verifying read included.
    pub energy_pj: f64,
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

/// Ticks of a time in ns that ends on a tick.
pub(crate) fn ticks(ns: f64, clock_hz: f64) -> f64 {
    (ns * clock_hz / 1e9 - 1e-6).ceil().max(0.0)
}

pub(crate) fn resolve(m: &raw::Machine, w: &raw::CellWrite) -> CellWrite {
    let number = |n: &Option<raw::At<u32>>, default| n.as_deref().copied().unwrap_or(default);
    CellWrite {
        pulse_ticks: ticks(w.pulse.0, m.clock.0).max(1.0) as u64,
        verify_ticks: w.verify.as_ref().map_or(0.0, |v| ticks(v.0, m.clock.0)) as u64,
        pulses: number(&w.pulses, 1),
        energy_pj: w.energy.0,
        rows_at_once: number(&w.rows_at_once, 1),
        // One column more than hold weights may be there.
        columns_at_once: number(&w.columns_at_once, *m.crossbar.columns + 1),
        arrays_at_once: number(&w.arrays_at_once, 1),
        load_bytes_per_tick: w.load_bytes_per_tick.as_deref().copied(),
        endurance: w.endurance.as_deref().copied(),
        source: w.source.clone(),
        confidence: w.confidence,
    }
}
