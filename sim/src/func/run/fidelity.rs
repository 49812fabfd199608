//! Per-layer diagnostics from the sums of all images.

use crate::func::adc::stats::{LayerStats, WeightSliceStats};
use crate::func::ratio::ratio;
use crate::func::run::images::Errors;
use crate::func::run::model::LayerModel;
use crate::func::run::result::{LayerFidelity, WeightSliceFidelity};

fn weight_slice(layer: &LayerModel, index: usize, s: &WeightSliceStats) -> WeightSliceFidelity {
    let codes = layer.converters.as_ref().map(|c| &c.codes[index]);
    let (least, most) = s.range.unwrap_or(layer.sum_bounds[index]);
    let range = codes.map(|c| [c.lo * c.step, c.hi * c.step]);
    let used = range.map(|[lo, hi]| {
        let inside = most.clamp(lo, hi) - least.clamp(lo, hi);
        ratio(inside as f64, (hi - lo) as f64)
    });
    WeightSliceFidelity {
        conversions: s.conversions,
        clipped_low: s.below,
        clipped_high: s.above,
        clip_rate: ratio(s.clipped() as f64, s.conversions as f64),
        sums: [least, most],
        seen: s.range.is_some(),
        range,
        step: codes.map(|c| c.step),
        range_use: used,
    }
}

/// Diagnostics of one layer.
pub(in crate::func) fn of_layer(
    layer: &LayerModel,
    s: &LayerStats,
    e: &Errors,
    first_wrong: u64,
) -> LayerFidelity {
    let root = |[error, signal]: [f64; 2]| ratio(error, signal).sqrt();
    let weight_slices: Vec<WeightSliceFidelity> = (s.weight_slices.iter().enumerate())
        .map(|(i, s)| weight_slice(layer, i, s))
        .collect();
    LayerFidelity {
        name: layer.name.clone(),
        kernel: layer.kernel.name().to_string(),
        conversions: s.conversions(),
        clipped: s.clipped(),
        clip_rate: ratio(s.clipped() as f64, s.conversions() as f64),
        largest_sum: s.largest().unwrap_or_else(|| layer.largest_sum()),
        rms_error: root([s.error as f64, s.signal as f64]),
        rms_error_reference: root(e.reference),
        rms_error_float: root(e.float),
        range_use: weight_slices
            .iter()
            .filter_map(|s| s.range_use)
            .reduce(f64::max),
        inputs: e.inputs,
        inputs_outside: e.outside,
        inputs_outside_reference: e.outside_reference,
        first_wrong,
        activity: layer.activity.as_ref().map(|m| {
            let codes = layer.converters.as_ref().map(|c| &c.codes[..]);
            m.of(&s.activity, codes)
        }),
        weight_slices,
    }
}
