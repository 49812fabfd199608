//! The bus between a tile's buffer and its PEs.
//!
//! One bus per tile; a fetch takes the buses of all tiles of its layer for bytes / `bus_bytes_per_tick`, rounded up to
//! whole ticks, while earlier fetches are served first. Actions: one per byte. ISAAC: 384 wires at the clock
//! (ISCA 2016, Table I).

use crate::counts::Counts;
use crate::map::{LayerMap, SliceActivity};
use crate::units::{bytes, ticks};
use crosscut_arch::{Arch, PartKind};

/// Ticks one firing takes of each bus: the rows all replicas fetch, spread evenly over the layer's tiles.
pub fn fetch_ticks(map: &LayerMap, arch: &Arch, tiles: u64) -> u64 {
    let bytes = fetched_bytes(map, arch);
    ticks(bytes.div_ceil(tiles), arch.tile.bus_bytes_per_tick)
}

/// Bytes all replicas fetch for one firing; each row group fetches its rows once.
pub fn fetched_bytes(map: &LayerMap, arch: &Arch) -> u64 {
    let widths = map.hardware_slices();
    let rows = widths.iter().map(|&w| map.activity(arch, w).fetched_rows);
    let rows = rows.sum::<u64>() * map.replicas[1] as u64;
    bytes(rows, arch.format.input_bits)
}

/// Actions of one slice in one output row.
pub fn count(slice: &SliceActivity, arch: &Arch, counts: &mut Counts) {
    let fetched = bytes(slice.fetched_rows, arch.format.input_bits);
    counts.add(PartKind::Bus, fetched);
}
