//! Converters, with the sample-and-hold before and the shift-and-add behind them.
//!
//! A PE's converters drain one read of its arrays while the next read runs; a drain slower than the read stretches the
//! cycle ([`Arch::cycle_ticks`]), and what it is longer is the time crossbars wait. Actions: one sample per column and
//! conversion cycle, one conversion and one merged sample per [`SliceActivity::conversions`]; a unit column is one column more.
//! Its conversion costs energy and no time: published drains (ISAAC's 128 samples in 100 ns) leave it out.

use crate::counts::Counts;
use crate::map::{LayerMap, SliceActivity};
use crosscut_arch::{Arch, PartKind, Timing};

/// Ticks of a product in which the crossbars of a layer wait for the converters.
pub fn wait_ticks(map: &LayerMap, arch: &Arch) -> u64 {
    let read = match &arch.timing {
        Timing::BitSerial(_) => arch.crossbar.read_ticks,
        Timing::Staged(s) => s.front(arch.crossbar.read_ticks),
        Timing::Phased(_) | Timing::Integrated(_) | Timing::None { .. } => return 0,
    };
    let row_steps = map.row_steps(arch);
    u64::from(arch.timed_steps_of(row_steps)) * (arch.cycle_ticks_of(row_steps) - read)
}

/// Actions of one slice in one output row.
pub fn count(slice: &SliceActivity, arch: &Arch, counts: &mut Counts) {
    if arch.adc.is_none() {
        return;
    }
    counts.add(
        PartKind::SampleHold,
        (slice.columns + slice.unit_samples) * u64::from(arch.conversions_per_row_step()),
    );
    let samples = slice.conversions(arch) + slice.unit_conversions(arch);
    counts.add(PartKind::Adc, samples);
    counts.add(PartKind::ShiftAdd, samples);
}
