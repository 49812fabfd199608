//! The buffer of a tile: how many blocks it holds, and its ports.
//!
//! The blocks of an edge lie in the buffers of its consumer's tiles (`docs/timing.md`, Buffers). An edge may fill the whole
//! buffer of each of them: layers that share a tile are not taken to compete for its bytes. With `buffer_banks` a read or a
//! write takes a tile's ports for bytes / (banks x `bank_bytes_per_tick`) ticks; without, ports keep pace with whatever is
//! asked of them. Actions: one per byte read or written. ISAAC: 64 KiB, two banks, 256 bits each (ISCA 2016).

use crate::counts::Counts;
use crate::cycle::units::{bytes, ticks};
use crate::map::{LayerMap, SliceActivity};
use crosscut_arch::{Arch, PartKind};

/// Tiles that share the blocks of a station's inputs: each holds the rows of its own row groups and the positions its copies
/// look at. What neighbouring copies both look at is not counted twice.
pub fn spread(map: Option<&LayerMap>, tiles: u64) -> u64 {
    let Some(map) = map else {
        return tiles.max(1);
    };
    let copies = map.hardware_slices().len() * map.replicas[1];
    let parts = copies * map.live_row_groups().max(1);
    tiles.clamp(1, parts as u64)
}

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
