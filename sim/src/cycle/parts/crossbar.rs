//! Crossbars, with their drivers and the registers of their PE.
//!
//! A product takes an array for one cycle per input step and group of active rows in use, the longer of the read and the
//! drain of its converters ([`Arch::cycle_ticks`]); the arrays of a layer fire together, so the one with the most groups sets
//! the time. Actions: one read of every array per step and group, and in it one for every driven row, every sensed column and
//! every cell with a weight in such a row; one driver action per driven row and step in which its group of rows is
//! active; one action of the input and of the output register per PE and step. A phased
//! machine holds the whole product, its drivers and registers in one phase. Crossbars that add, hold rows or pool act
//! once per firing each.

use crate::counts::Counts;
use crate::kind;
use crate::map::{LayerMap, SliceActivity};
use crosscut_arch::{Arch, PartKind, Worker};

/// Ticks a product takes the arrays of a layer.
pub fn product_ticks(map: &LayerMap, arch: &Arch) -> u64 {
    let row_steps = map.row_steps(arch);
    u64::from(arch.timed_steps_of(row_steps)) * arch.cycle_ticks_of(row_steps)
}

/// Actions of one slice in one output row.
pub fn count(slice: &SliceActivity, arch: &Arch, counts: &mut Counts) {
    counts.add(PartKind::Crossbar, slice.cycles);
    // A row is driven once per input step, in the read its group of rows is active in.
    let steps = u64::from(arch.timed_steps_of(1));
    counts.add(PartKind::CrossbarCells, slice.cells * steps);
    counts.add(PartKind::CrossbarRows, slice.driven_rows * steps);
    let sensed = slice.columns * u64::from(arch.columns_per_conversion());
    counts.add(PartKind::CrossbarColumns, sensed * steps);
    if kind::of(arch).drivers_are_counted() {
        counts.add(PartKind::Dac, slice.driven_rows * steps);
        counts.add(PartKind::InputRegister, slice.pe_cycles);
        counts.add(PartKind::OutputRegister, slice.pe_cycles);
    }
}

/// Actions of a layer's other crossbars in one firing. Adders that pruning left without work do not act.
pub fn count_modes(map: &LayerMap, arch: &Arch, counts: &mut Counts) {
    if arch.roles.reduce == Worker::Crossbar && map.adds_partial_sums() {
        counts.add(PartKind::ReduceMode, map.roles.reduce);
    }
    if arch.roles.buffer == Worker::Crossbar {
        counts.add(PartKind::BufferMode, map.roles.buffer);
    }
}
