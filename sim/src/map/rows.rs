//! Row packing: cuts the im2col rows of a layer into row groups.

use super::indices::Indices;
use super::layer::{Geometry, RowGroup};
use crosscut_arch::Packing;

/// Input FMs one array takes with whole-FM packing: `floor(N / (k * w_in))`; 0 if one FM does not fit.
///
/// Source: Liang et al. 2018 (semi-folded mapping); w_in is [`Geometry::input_columns`].
pub fn kin(geometry: &Geometry, rows: usize, unroll: usize) -> usize {
    rows / (geometry.kernel[0] * geometry.input_columns(unroll))
}

/// im2col rows one array takes at most, and the packing that was possible: a feature map larger than an array cannot be
/// kept whole, so such a layer is cut densely. 0 if not even one line of the banded weights fits.
///
/// Dense packing cuts anywhere while one output column is computed at once. A wider slice shares its input columns
/// between kernel columns, so it is cut between lines: one input FM, one kernel row, `w_in` rows of the array.
pub fn step(geometry: &Geometry, rows: usize, unroll: usize, packing: Packing) -> (usize, Packing) {
    let fms = match packing {
        Packing::FeatureMap => kin(geometry, rows, unroll),
        Packing::Dense => 0,
    };
    match (fms, unroll) {
        (0, 1) => (rows, Packing::Dense),
        (0, _) => (
            rows / geometry.input_columns(unroll) * geometry.kernel[1],
            Packing::Dense,
        ),
        _ => (fms * geometry.taps(), Packing::FeatureMap),
    }
}

/// Row groups with every output live, and the packing that was possible. The slice width must fit.
pub fn row_groups(
    geometry: &Geometry,
    rows: usize,
    unroll: usize,
    packing: Packing,
) -> (Vec<RowGroup>, Packing) {
    let (step, used) = step(geometry, rows, unroll, packing);
    let rows_per_group = geometry.rows() / geometry.groups;
    let outputs_per_group = geometry.output.c / geometry.groups;
    let mut groups = Vec::with_capacity(geometry.groups * rows_per_group.div_ceil(step));
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
