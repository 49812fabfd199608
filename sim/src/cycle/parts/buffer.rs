//! The buffer of a tile: its ports. What it holds is said in [`crate::graph::Claims`].
//!
//! With `buffer_banks` a read or a write takes a tile's ports for bytes / (banks x `bank_bytes_per_tick`) ticks; without,
//! ports keep pace with whatever is asked of them. Actions: one per byte read or written. ISAAC: 64 KiB, two banks, 256 bits
//! each (ISCA 2016).

use crate::counts::Counts;
use crate::map::SliceActivity;
use crate::units::{bytes, ticks};
use crosscut_arch::{Arch, PartKind};

/// Ticks the ports of a tile are taken for `bytes`.
pub fn port_ticks(bytes: u64, arch: &Arch) -> u64 {
    arch.tile
        .buffer_ports
        .map_or(0, |p| ticks(bytes, f64::from(p.banks) * p.bytes_per_tick))
}

/// Actions of one slice in one output row: each row group reads its rows once.
pub fn count(slice: &SliceActivity, arch: &Arch, counts: &mut Counts) {
    let fetched = bytes(slice.fetched_rows, arch.format.input_bits);
    counts.add(PartKind::Buffer, fetched);
}
