//! Slice widths (unroll w) of semi-folded layers.

use super::layer::LayerMap;
use super::roles::{self, NextSlices};
use super::rows;
use crosscut_arch::{Arch, Packing};

/// Slice widths published for a network, by layer name.
///
/// vgg8: Liang et al. 2018, Table II, widths derived from the printed counts (conv1 is not in the table; its
/// width is the one that accounts for most of the remainder). vgg16: SemiMap Table III (conv2_2) and
/// Liang et al. Fig. 10 (conv3_1).
pub fn published(network: &str) -> &'static [(&'static str, usize)] {
    match network {
        "vgg8" => &[
            ("conv1", 8),
            ("conv2", 8),
            ("conv3", 4),
            ("conv4", 8),
            ("conv5", 4),
            ("conv6", 4),
        ],
        "vgg16" => &[("conv2_2", 8), ("conv3_1", 8)],
        _ => &[],
    }
}

/// The width with the fewest crossbars (compute + buffer + reduce) for `layer`; the wider one on a tie, since it
/// needs fewer slices.
pub(super) fn fewest(layer: &LayerMap, arch: &Arch, next: Option<NextSlices>) -> usize {
    let rows = arch.crossbar.rows as usize;
    let fits =
        |w: usize| layer.kout(arch, w) > 0 && (w == 1 || rows::kin(&layer.geometry, rows, w) > 0);
    let mut best = (u64::MAX, 1);
    for w in (1..=layer.geometry.output.w).take_while(|&w| fits(w)) {
        let candidate = unrolled(layer, arch, w);
        let total = roles::of_layer(&candidate, arch, next).total();
        if total <= best.0 {
            best = (total, w);
        }
    }
    best.1
}

/// The layer cut into slices of width `w`, each with hardware of its own.
pub(super) fn unrolled(layer: &LayerMap, arch: &Arch, w: usize) -> LayerMap {
    let (row_groups, packing) = rows::row_groups(
        &layer.geometry,
        arch.crossbar.rows as usize,
        w,
        Packing::FeatureMap,
    );
    LayerMap {
        unroll: w,
        replicas: [layer.geometry.output.w.div_ceil(w), layer.replicas[1]],
        dense_row_groups: row_groups.len(),
        row_groups,
        packing,
        ..layer.clone()
    }
}
