//! How many column samples a layer takes per image.

use crate::map::LayerMap;
use crosscut_arch::{Adc, Arch, SignedWeights, UnusedColumns};

/// Samples of one channel group and image: converted columns that hold weights, and those that do not.
///
/// A differential pair is subtracted before the converter: one sample for two columns.
pub(crate) fn idle_per_image(map: &LayerMap, arch: &Arch, group: usize) -> u64 {
    let convert_all = matches!(arch.adc, Adc::Sar(c) if c.unused_columns == UnusedColumns::Convert);
    if !convert_all {
        return 0;
    }
    let per_sample = match arch.format.signed_weights {
        SignedWeights::Differential => 2,
        _ => 1,
    };
    let columns = u64::from(arch.crossbar.columns) / per_sample;
    let mut idle = 0;
    for slice in map.slices() {
        let kout = map.kout(arch, slice.width);
        for outputs in map
            .row_groups
            .iter()
            .filter(|g| g.group == group)
            .map(|g| g.outputs.len())
        {
            let arrays = outputs.div_ceil(kout) as u64;
            let used = (outputs * slice.width) as u64 * u64::from(arch.weight_slices());
            idle += arrays * columns - used;
        }
    }
    idle * map.geometry.output.h as u64 * u64::from(arch.input_steps())
}
