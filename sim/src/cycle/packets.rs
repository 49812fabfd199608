//! How long a phase must be: packets that enter a crossbar of a phased machine in one firing.
//!
//! A packet carries one value (SemiMap). A phase is long enough for `packets_per_phase` packets into one crossbar. A firing
//! that brings it more takes several phases. Pools are taken to fit a phase.

use crate::kind::Phases;
use crate::map::LayerMap;
use crosscut_arch::{Arch, Worker};

/// Phases one firing of a compute layer takes: enough for the packets of its fullest crossbar, be it an array or an adder.
pub(super) fn phases(arch: &Arch, phase: Phases, map: &LayerMap) -> u64 {
    let width = map.hardware_slices().into_iter().max().unwrap_or(1);
    let live = map.row_groups.iter().filter(|g| g.is_live());
    let rows =
        live.map(|g| map.physical_rows(g, width)).max().unwrap_or(0) * map.groups_per_array(arch);
    let adders = match arch.roles.reduce {
        Worker::Crossbar if map.adds_partial_sums() => map.roles.reduce,
        _ => 0,
    };
    let into_adder = match adders {
        0 => 0,
        // Evenly over the adders of all copies.
        n => map.partial_sums_of_a_firing(arch).div_ceil(n),
    };
    let packets = (rows as u64).max(into_adder);
    packets.div_ceil(u64::from(phase.packets)).max(1)
}
