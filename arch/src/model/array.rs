//! The memory cell and the array of cells.

use super::write::CellWrite;
use crate::device::{CellPhysics, WireResistance};
use serde::{Deserialize, Serialize};

/// The memory cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Device {
    /// Technology name: `reram`, `pcm`, `sram`, `nor-flash`, `stt-mram`, `sot-mram`, `fefet`.
    pub kind: String,
    /// Bits held by one cell.
    pub cell_bits: u32,
    /// Conductance of the highest level (0 for digital cells).
    pub on_conductance_us: f64,
    /// Conductance of the lowest level.
    pub off_conductance_us: f64,
    /// Voltage on a driven row during a read.
    #[serde(default)]
    pub read_volt: f64,
    /// Area of a cell in squares of the feature size.
    #[serde(default)]
    pub cell_f2: f64,
    /// How it is written; absent where the description does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub write: Option<CellWrite>,
    /// What cells do beside holding their level.
    #[serde(default)]
    pub physics: CellPhysics,
}

/// The cell array.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Crossbar {
    /// Word lines.
    pub rows: u32,
    /// Bit lines that hold weights (a unit column comes on top).
    pub columns: u32,
    /// Ticks of one analog read.
    pub read_ticks: u64,
    /// Time for which cells conduct in a read.
    #[serde(default)]
    pub pulse_ns: f64,
    /// Rows that one read may drive; an array takes `rows in use / active_rows` reads (rounded up) per input step.
    pub active_rows: u32,
    /// Resistance of the wires, if they have any.
    #[serde(default)]
    pub wires: Option<WireResistance>,
}
