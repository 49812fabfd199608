//! The memory cell, the array of cells and its row drivers as written.

use super::{At, DriftTable, NoiseKind, SpreadKind, WiresTable, WriteTable};
use crate::device::OffCompensation;
use crate::units::{Conductance, Time, Voltage};
use schemars::JsonSchema;
use serde::Deserialize;

/// `[device.*]`: the memory cell.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DeviceKind {
    /// Resistive memory.
    Reram(CellTable),
    /// Phase-change memory.
    Pcm(CellTable),
    /// Static memory.
    Sram(CellTable),
    /// Floating-gate transistor.
    NorFlash(CellTable),
    /// Spin-transfer-torque magnetic memory.
    SttMram(CellTable),
    /// Spin-orbit-torque magnetic memory.
    SotMram(CellTable),
    /// Ferroelectric transistor.
    Fefet(CellTable),
}

impl DeviceKind {
    /// Technology name and cell.
    pub fn parts(&self) -> (&'static str, &CellTable) {
        match self {
            DeviceKind::Reram(c) => ("reram", c),
            DeviceKind::Pcm(c) => ("pcm", c),
            DeviceKind::Sram(c) => ("sram", c),
            DeviceKind::NorFlash(c) => ("nor-flash", c),
            DeviceKind::SttMram(c) => ("stt-mram", c),
            DeviceKind::SotMram(c) => ("sot-mram", c),
            DeviceKind::Fefet(c) => ("fefet", c),
        }
    }
}

/// A memory cell.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CellTable {
    /// Bits held by one cell (1 to 16).
    pub cell_bits: At<u32>,
    /// Conductance (or resistance) of the highest level; absent for digital cells.
    pub on: Option<At<Conductance>>,
    /// Conductance (or resistance) of the lowest level; absent for digital cells.
    pub off: Option<At<Conductance>>,
    /// Voltage on a driven row during a read. Default: one for the kind of cell.
    pub read_voltage: Option<At<Voltage>>,
    /// Area of a cell in squares of the technology's feature size. Default: one for the kind of cell.
    pub cell_f2: Option<At<f64>>,
    /// How cells are written; needed for `run --write-weights`.
    pub write: Option<WriteTable>,
    /// CSV file of the conductance of every level (`mean_us,sd_us`). Default: evenly spaced, exact.
    pub levels: Option<At<String>>,
    /// Spread of programmed conductances. Default: none.
    pub programming: Option<At<SpreadKind>>,
    /// Noise of reads. Default: none.
    pub read_noise: Option<At<NoiseKind>>,
    /// Decay after programming. Default: none.
    pub drift: Option<At<DriftTable>>,
    /// Share of cells stuck at the highest conductance. Default: 0.
    pub stuck_lrs: Option<At<f64>>,
    /// Share of cells stuck at the lowest conductance. Default: 0.
    pub stuck_hrs: Option<At<f64>>,
    /// What becomes of the current of cells at the lowest level. Default: a reference column takes it away.
    pub off_compensation: Option<OffCompensation>,
}

/// `[crossbar]`: the cell array.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CrossbarTable {
    /// Word lines.
    pub rows: At<u32>,
    /// Bit lines that hold weights (a unit column comes on top).
    pub columns: At<u32>,
    /// Duration of one analog read; it ends on a tick, so it is rounded up to whole ticks.
    pub read: At<Time>,
    /// Time for which cells conduct in a read. Default: the whole read.
    pub pulse: Option<At<Time>>,
    /// Rows that one read may drive; taller arrays take several reads. Default: all.
    pub active_rows: Option<At<u32>>,
    /// Resistance of the wires. Default: none.
    pub wires: Option<At<WiresTable>>,
}

/// `[dac]`: row drivers.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DacTable {
    /// Input bits one read takes.
    pub bits: At<u32>,
    /// Whether drivers shift inputs out from the least significant bit, and end a read with the last step that is not zero in
    /// one of its rows (FORMS). Energy by measured values follows it. Default false.
    pub skip_zeros: Option<At<bool>>,
}
