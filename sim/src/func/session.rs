//! A run of images through a programmed machine, with statistics.

use super::kernel::Kernel;
use super::model::FuncModel;
use super::reads::{ReadStats, Scratch, read_group};
use crosscut_traces::{Accumulate, LayerId};
use ndarray::{Array2, ArrayView2};
use std::collections::BTreeMap;

/// Statistics of one layer; integers only, so that the order of merging does not matter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LayerStats {
    /// What the converters did.
    pub reads: ReadStats,
    /// Sum of squares of (crossbar - ideal) accumulators.
    pub error: u128,
    /// Sum of squares of ideal accumulators.
    pub signal: u128,
}

impl LayerStats {
    /// Adds another run's statistics.
    pub fn merge(&mut self, o: &LayerStats) {
        self.reads.conversions += o.reads.conversions;
        self.reads.clipped += o.reads.clipped;
        self.reads.largest = self.reads.largest.max(o.reads.largest);
        self.error += o.error;
        self.signal += o.signal;
    }
}

/// Multiplies on the crossbars of a model.
pub struct FuncSession<'a> {
    model: &'a FuncModel,
    scratch: Scratch,
    /// Statistics by layer.
    pub stats: BTreeMap<LayerId, LayerStats>,
}

impl<'a> FuncSession<'a> {
    /// A fresh session.
    pub fn new(model: &'a FuncModel) -> Self {
        FuncSession {
            model,
            scratch: Scratch::default(),
            stats: BTreeMap::new(),
        }
    }
}

impl Accumulate for FuncSession<'_> {
    fn accumulate(
        &mut self,
        layer: LayerId,
        group: usize,
        patches: ArrayView2<'_, i32>,
    ) -> Array2<i64> {
        let m = &self.model.layers[&layer];
        let ideal = m.exact[group].product(self.model.isa, patches);
        let stats = self.stats.entry(layer).or_default();
        stats.signal += ideal
            .iter()
            .map(|&v| u128::from(v.unsigned_abs()).pow(2))
            .sum::<u128>();
        if group == 0 {
            // An image comes whole, so this is `idle_samples`; a test with fewer positions gets its share.
            stats.reads.conversions += m.idle_samples * patches.nrows() as u64 / m.positions;
        }
        let (Kernel::BitPlaneClip, Some(codes)) = (m.kernel, self.model.codes) else {
            if group == 0 && self.model.codes.is_some() {
                stats.reads.conversions += m.samples_per_position * patches.nrows() as u64;
            }
            return ideal;
        };
        let mut out = Array2::zeros(ideal.dim());
        for (mut row, x) in out.rows_mut().into_iter().zip(patches.rows()) {
            let row = row.as_slice_mut().expect("fresh arrays are contiguous");
            let x = x.to_slice().expect("patches are row-major");
            for p in m.groups.iter().filter(|p| p.channel_group == group) {
                let r = read_group(
                    p,
                    (self.model.isa, &self.model.arch, codes),
                    m.inputs,
                    x,
                    row,
                    &mut self.scratch,
                );
                stats.reads.conversions += r.conversions;
                stats.reads.clipped += r.clipped;
                stats.reads.largest = stats.reads.largest.max(r.largest);
            }
        }
        stats.error += out
            .iter()
            .zip(&ideal)
            .map(|(a, b)| u128::from(a.abs_diff(*b)).pow(2))
            .sum::<u128>();
        out
    }
}
