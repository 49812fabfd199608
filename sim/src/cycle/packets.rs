//! Packets of phased machines, for their energy; their time is part of the phase.
//!
//! A packet carries one value (SemiMap). Where inside a layer each value is needed is not laid out: packets go from the
//! middle of the producer's crossbars to the middle of the consumer's, partial sums from the middle of a layer to its
//! end, where its adders are. Relays between neighbours that share inputs are not counted.

use crate::map::LayerMap;
use crosscut_arch::Arch;
use std::ops::Range;

fn middle(tiles: &Range<u64>) -> u64 {
    tiles.start + (tiles.end - tiles.start) / 2
}

/// Tiles between which the values of a firing travel to the next station.
pub(super) fn values_way(from: &Range<u64>, to: &Range<u64>) -> [u64; 2] {
    [middle(from), middle(to)]
}

/// Tiles between which the partial sums of a firing travel to the adders, and their packets; none if one row group
/// holds all rows of each output.
pub(super) fn sums_way(arch: &Arch, map: &LayerMap, tiles: &Range<u64>) -> Option<([u64; 2], u64)> {
    if !map.adds_partial_sums() || map.roles.reduce == 0 {
        return None;
    }
    let per_row: u64 = map
        .hardware_slices()
        .iter()
        .map(|&w| map.activity(arch, w).partial_sums)
        .sum();
    Some((
        [middle(tiles), tiles.end - 1],
        per_row * map.replicas[1] as u64,
    ))
}
