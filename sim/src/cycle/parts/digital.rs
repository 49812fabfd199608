//! Digital units of a tile: pools, sums and joins, activations, and the addition of partial sums.
//!
//! A station without weights takes the units of its tiles for input values / (`digital_values_per_tick` x tiles) ticks a
//! firing. Actions: one of the pooling unit per input value (joining channels moves values and works on none), one of the
//! activation unit per value and activation, one addition per partial sum beyond the first of an output. On a machine
//! that pools and adds in crossbars, a station's crossbars act once per firing each.
//!
//! A pool over the whole map takes up a block of its producer a firing. Its running values, one per channel, lie in the
//! buffers of its tiles; reading and writing them is not counted.

use crate::counts::Counts;
use crate::graph::{Station, StationKind};
use crate::map::{LayerMap, RoleCounts};
use crosscut_arch::{Arch, PartKind};

/// Input values of one firing of a pool that adds up, by whether it is the last; over all firings they are those of the
/// window.
pub fn values_added(station: &Station, last: bool) -> u64 {
    let (all, firings) = (station.inputs_per_position, station.blocks.count());
    let each = all / firings;
    if last {
        all - each * (firings - 1)
    } else {
        each
    }
}

/// Ticks one firing takes the units of `tiles` tiles.
pub fn ticks(station: &Station, arch: &Arch, tiles: u64) -> u64 {
    let rate = arch.tile.digital_values_per_tick * tiles as f64;
    let ticks = (station.inputs_per_firing as f64 / rate).ceil() as u64;
    ticks.max(1)
}

/// Actions of the units for the given input values.
pub fn count(station: &Station, values: u64, counts: &mut Counts) {
    if station.kind != StationKind::Concat {
        counts.add(PartKind::Pool, values);
    }
}

/// Activations at one output position.
pub fn count_activations(station: &Station, counts: &mut Counts) {
    // Fused layers keep the values of their station, so every position has as many.
    let positions = (station.output.h * station.output.w) as u64;
    counts.add(PartKind::Activation, station.activations / positions);
}

/// Additions of partial sums at one output position.
pub fn count_additions(map: &LayerMap, counts: &mut Counts) {
    let sums = map.sums_by_output();
    let additions: usize = sums.into_iter().map(|n| n.saturating_sub(1)).sum();
    counts.add(PartKind::TileShiftAdd, additions as u64);
}

/// Actions of the crossbars of a station without weights in one firing.
pub fn count_modes(roles: &RoleCounts, counts: &mut Counts) {
    counts.add(PartKind::ReduceMode, roles.reduce);
    counts.add(PartKind::BufferMode, roles.buffer + roles.pool);
}
