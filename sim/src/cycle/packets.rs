//! Packets of phased machines: how many a crossbar takes in one firing, and what they cost the network.
//!
//! A packet carries one value (SemiMap). A phase is long enough for `packets_per_phase` packets into one crossbar; a firing
//! that brings it more takes as many phases as that needs. Where inside a layer each value is needed is not laid out: packets
//! go from the middle of the producer's crossbars to the middle of the consumer's, partial sums from the middle of a layer
//! to its end, where its adders are. Crossbars side by side that share inputs pass them on, each to its neighbour, within
//! the same phase (adjacent multicast): one router per packet passed on. Copies that a row buffer hands to the crossbars
//! beside it are not counted as packets, and pools are taken to fit a phase.

use crate::map::LayerMap;
use crosscut_arch::{Arch, Phased, Worker};
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

/// Packets that neighbours pass on in one firing: every row of an array beyond the first of its row group.
pub(super) fn relayed(arch: &Arch, map: &LayerMap) -> u64 {
    let widths = map.hardware_slices();
    let passed = widths.iter().map(|&w| {
        let a = map.activity(arch, w);
        a.driven_rows - a.fetched_rows
    });
    passed.sum::<u64>() * map.replicas[1] as u64
}

/// Phases one firing of a compute layer takes: enough for the packets of its fullest crossbar, be it an array or an adder.
pub(super) fn phases(arch: &Arch, phased: &Phased, map: &LayerMap) -> u64 {
    let width = map.hardware_slices().into_iter().max().unwrap_or(1);
    let live = map.row_groups.iter().filter(|g| !g.outputs.is_empty());
    let rows =
        live.map(|g| map.physical_rows(g, width)).max().unwrap_or(0) * map.groups_per_array(arch);
    let adders = match arch.roles.reduce {
        Worker::Crossbar if map.adds_partial_sums() => map.roles.reduce,
        _ => 0,
    };
    let sums = map.hardware_slices().into_iter();
    let sums: u64 = sums.map(|w| map.activity(arch, w).partial_sums).sum();
    let into_adder = match adders {
        0 => 0,
        // Evenly over the adders of all copies.
        n => (sums * map.replicas[1] as u64).div_ceil(n),
    };
    let packets = (rows as u64).max(into_adder);
    packets.div_ceil(u64::from(phased.packets_per_phase)).max(1)
}
