//! Packets of phased machines, for their energy; their time is part of the phase.
//!
//! A packet carries one value (SemiMap). Where inside a layer each value is needed is not laid out: packets go from the
//! middle of the producer's crossbars to the middle of the consumer's, partial sums from the middle of a layer to its
//! end, where its adders are. Relays between neighbours that share inputs are not counted.

use super::noc::{Links, Route};
use crate::map::{Grid, LayerMap};
use crosscut_arch::Arch;
use std::ops::Range;

fn middle(tiles: &Range<u64>) -> u64 {
    tiles.start + (tiles.end - tiles.start) / 2
}

/// Values of one firing on their way to the next station.
pub(super) fn values(
    grid: &Grid,
    links: &mut Links,
    from: &Range<u64>,
    to: &Range<u64>,
    values: u64,
) -> Route {
    let goal = std::iter::once(middle(to));
    Route::multicast(grid, links, middle(from), goal, values)
}

/// Partial sums of one firing on their way to the adders; none if one row group holds all rows of each
/// output.
pub(super) fn partial_sums(
    arch: &Arch,
    grid: &Grid,
    links: &mut Links,
    map: &LayerMap,
    tiles: &Range<u64>,
) -> Route {
    if !map.adds_partial_sums() || map.roles.reduce == 0 {
        return Route::default();
    }
    let per_row: u64 = map
        .hardware_slices()
        .iter()
        .map(|&w| map.activity(arch, w).partial_sums)
        .sum();
    let goal = std::iter::once(tiles.end - 1);
    let packets = per_row * map.replicas[1] as u64;
    Route::multicast(grid, links, middle(tiles), goal, packets)
}
