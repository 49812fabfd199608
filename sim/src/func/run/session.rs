//! A run of images through a programmed machine, with statistics.

use crate::func::adc::stats::LayerStats;
use crate::func::kernel::{ReadAt, Scratch};
use crate::func::run::model::FuncModel;
use crosscut_traces::{Accumulate, LayerId};
use ndarray::{Array2, ArrayView2};
use std::collections::BTreeMap;

/// Multiplies on the crossbars of a model.
pub struct FuncSession<'a> {
    model: &'a FuncModel,
    image: u64,
    compare: bool,
    scratch: Scratch,
    /// Statistics by layer.
    pub stats: BTreeMap<LayerId, LayerStats>,
}

impl<'a> FuncSession<'a> {
    /// A fresh session on image 0 that compares every accumulator with the ideal one.
    pub fn new(model: &'a FuncModel) -> Self {
        FuncSession::of_image(model, 0)
    }

    /// A fresh session on the image of that number; reads of different images see different noise.
    pub fn of_image(model: &'a FuncModel, image: u64) -> Self {
        FuncSession {
            model,
            image,
            compare: true,
            scratch: Scratch::default(),
            stats: BTreeMap::new(),
        }
    }

    /// Leaves the ideal product out: `error` and `signal` of the statistics stay 0.
    pub fn without_comparison(mut self) -> Self {
        self.compare = false;
        self
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
        let stats = self.stats.entry(layer).or_insert_with(|| m.no_statistics());
        if let Some(meter) = &m.activity {
            meter.see(group, patches, &mut stats.activity);
        }
        let at = ReadAt {
            image: self.image,
            first_position: 0,
        };
        let got = m
            .kernel
            .multiply(group, patches, at, &mut self.scratch, stats);
        if self.compare {
            let square = |v: u64| u128::from(v).pow(2);
            let power = |m: &Array2<i64>| m.iter().map(|v| square(v.unsigned_abs())).sum::<u128>();
            if m.is_ideal() {
                stats.signal += power(&got);
            } else {
                let ideal = m.ideal(group, patches);
                stats.signal += power(&ideal);
                let pairs = got.iter().zip(&ideal);
                stats.error += pairs.map(|(a, b)| square(a.abs_diff(*b))).sum::<u128>();
            }
        }
        got
    }
}
