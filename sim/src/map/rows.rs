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

/// How the im2col rows of one channel group are cut into row groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowCut {
    /// The packing that was possible.
    pub packing: Packing,
    /// What one array takes at most: whole feature maps where they are kept, kernel rows of feature maps where slices are
    /// wider than 1, else im2col rows.
    pub per_array: usize,
    /// The im2col rows of that; 0 if not even one kernel row of the banded weights fits.
    pub rows: usize,
    /// Row groups of one channel group.
    pub row_groups: usize,
}

/// Cuts rows for arrays of `rows` rows. A feature map larger than an array cannot be kept whole, so such a layer is cut
/// densely.
///
/// Dense packing cuts anywhere while one output column is computed at once. A wider slice shares its input columns
/// between kernel columns, so it is cut between lines: one input FM, one kernel row, `w_in` rows of the array.
pub fn cut(geometry: &Geometry, rows: usize, unroll: usize, packing: Packing) -> RowCut {
    let fms = match packing {
        Packing::FeatureMap => kin(geometry, rows, unroll),
        Packing::Dense => 0,
    };
    let (packing, per_array, step) = match (fms, unroll) {
        (0, 1) => (Packing::Dense, rows, rows),
        (0, _) => {
            let lines = rows / geometry.input_columns(unroll);
            (Packing::Dense, lines, lines * geometry.kernel[1])
        }
        _ => (Packing::FeatureMap, fms, fms * geometry.taps()),
    };
    RowCut {
        packing,
        per_array,
        rows: step,
        row_groups: geometry.group_rows().div_ceil(step.max(1)),
    }
}

/// Row groups with every output live, and the packing that was possible. The slice width must fit.
pub fn row_groups(
    geometry: &Geometry,
    rows: usize,
    unroll: usize,
    packing: Packing,
) -> (Vec<RowGroup>, Packing) {
    let cut = cut(geometry, rows, unroll, packing);
    let rows_per_group = geometry.group_rows();
    let outputs_per_group = geometry.output.c / geometry.groups;
    let mut groups = Vec::with_capacity(geometry.groups * cut.row_groups);
    for group in 0..geometry.groups {
        let (first, last) = (group * rows_per_group, (group + 1) * rows_per_group);
        let outputs = Indices::range(group * outputs_per_group, (group + 1) * outputs_per_group);
        for start in (first..last).step_by(cut.rows) {
            groups.push(RowGroup {
                group,
                rows: Indices::range(start, (start + cut.rows).min(last)),
                outputs: outputs.clone(),
            });
        }
    }
    (groups, cut.packing)
}
