//! Slice widths (unroll w): which ones fit, and which one takes the fewest crossbars.

use super::layer::LayerMap;
use super::roles::{self, NextSlices};
use super::rows;
use crosscut_arch::{Arch, Fold, Packing};

/// Whether a slice of width `w` fits the arrays: a column of weights side by side, and a feature map (or, with dense
/// packing, one line of it) one below the other.
pub(super) fn fits(layer: &LayerMap, arch: &Arch, w: usize, packing: Packing) -> bool {
    let (g, rows) = (&layer.geometry, arch.crossbar.rows as usize);
    let deep_enough = match packing {
        Packing::FeatureMap => rows::kin(g, rows, w) > 0,
        Packing::Dense => g.input_columns(w) <= rows,
    };
    w == 1 || (w <= g.output.w && layer.kout(arch, w) > 0 && deep_enough)
}

/// The widest slice that fits; every narrower one fits as well.
pub(crate) fn widest(layer: &LayerMap, arch: &Arch, packing: Packing) -> usize {
    let all = 1..=layer.geometry.output.w;
    all.take_while(|&w| fits(layer, arch, w, packing))
        .last()
        .unwrap_or(1)
}

/// The width with the fewest crossbars (compute + buffer + reduce) for `layer`; the wider one on a tie, since it
/// needs fewer slices.
pub(super) fn fewest(
    layer: &LayerMap,
    arch: &Arch,
    packing: Packing,
    next: Option<NextSlices>,
) -> usize {
    let mut best = (u64::MAX, 1);
    for w in 1..=widest(layer, arch, packing) {
        let candidate = unrolled(layer, arch, w, packing);
        let copies = roles::copies(&candidate, arch, next);
        let total = roles::of_layer(&candidate, arch, copies).total();
        if total <= best.0 {
            best = (total, w);
        }
    }
    best.1
}

/// The layer cut into slices of width `w`: each with hardware of its own on semi-folded machines, one after the other on
/// folded ones.
pub(crate) fn unrolled(layer: &LayerMap, arch: &Arch, w: usize, packing: Packing) -> LayerMap {
    let (row_groups, packing) =
        rows::row_groups(&layer.geometry, arch.crossbar.rows as usize, w, packing);
    let rx = match arch.mapping.fold {
        Fold::Semi => layer.geometry.output.w.div_ceil(w),
        Fold::Full => 1,
    };
    LayerMap {
        unroll: w,
        replicas: [rx, layer.replicas[1]],
        dense_row_groups: row_groups.len(),
        row_groups,
        packing,
        ..layer.clone()
    }
}
