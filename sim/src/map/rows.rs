//! Row packing: cuts the im2col rows of a layer into row groups.

use super::indices::Indices;
use super::layer::{Geometry, RowGroup};
use crosscut_arch::Packing;

/// Input FMs one array takes with whole-FM packing: `floor(N / (k * w_in))`; 0 if one FM does not fit.
///
/// Source: Liang et al. 2018 (semi-folded mapping), `w_in = (w-1)*stride + k`.
pub fn kin(geometry: &Geometry, rows: usize, unroll: usize) -> usize {
    let input_width =
        (unroll - 1) * geometry.stride[1] + (geometry.kernel[1] - 1) * geometry.dilation[1] + 1;
    rows / (geometry.kernel[0] * input_width)
}

/// Row groups with every output live, and the packing that was possible: a feature map larger than an
/// array cannot be kept whole, so such a layer is cut densely.
pub fn row_groups(
    geometry: &Geometry,
    rows: usize,
    unroll: usize,
    packing: Packing,
) -> (Vec<RowGroup>, Packing) {
    let fms = match packing {
        Packing::FeatureMap => kin(geometry, rows, unroll),
        Packing::Dense => 0,
    };
    let (step, used) = if fms > 0 {
        (fms * geometry.taps(), Packing::FeatureMap)
    } else {
        (rows, Packing::Dense)
    };
    let rows_per_group = geometry.rows() / geometry.groups;
    let outputs_per_group = geometry.output.c / geometry.groups;
    let mut groups = Vec::new();
    for group in 0..geometry.groups {
        let (first, last) = (group * rows_per_group, (group + 1) * rows_per_group);
        let outputs = Indices::range(group * outputs_per_group, (group + 1) * outputs_per_group);
        for start in (first..last).step_by(step) {
            groups.push(RowGroup {
                group,
                rows: Indices::range(start, (start + step).min(last)),
                outputs: outputs.clone(),
            });
        }
    }
    (groups, used)
}
