//! The memory outside the chips, and the links to it.
//!
//! Input images come from it, block by block of the source, and results go to it. Where the machine states a bandwidth, both
//! share the links of the chip (`docs/timing.md`, Off-chip): a block takes them for bytes / rate, rounded up to whole ticks.
//! Actions: one per byte; values are in the machine's input format, packed over an image.

use crate::graph::Station;
use crate::units::{bytes, ticks};
use crosscut_arch::Arch;

/// Ticks that one block of a source, or of results, takes the links.
pub fn block_ticks(station: &Station, arch: &Arch, rate: f64) -> u64 {
    let positions = station.blocks.columns * station.blocks.rows;
    let values = (positions * station.output.c) as u64;
    ticks(bytes(values, arch.format.input_bits), rate)
}
