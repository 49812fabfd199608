//! The column sums that converters will see: how they are distributed over real inputs, and the limits that follow.
//!
//! Images run through the machine's cells with ideal converters: nothing rounds or clips, so later layers see the values
//! they should.

use crate::func::adc::calibrate::choose;
use crate::func::adc::histogram::Histogram;
use crate::func::adc::stats::LayerStats;
use crate::func::error::FuncError;
use crate::func::options::{Detail, FuncOptions, Limits, NonIdealities};
use crate::func::run::model::FuncModel;
use crate::func::run::session::FuncSession;
use crate::map::Mapping;
use crosscut_arch::{Arch, RangeCalibration};
use crosscut_traces::exec::int;
use crosscut_traces::{LayerId, QuantNetwork, Tensor};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Column sums of every layer and weight slice.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Images run.
    pub images: u64,
    /// Layers in order.
    pub layers: Vec<LayerSums>,
}

/// Column sums of one layer.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerSums {
    /// Layer name.
    pub name: String,
    /// By weight slice, least significant first.
    pub weight_slices: Vec<Histogram>,
    /// Smallest and largest sum the programmed cells can give, by weight slice.
    pub possible: Vec<(i64, i64)>,
}

type Stats = BTreeMap<LayerId, LayerStats>;

/// Runs `images` and counts the column sums of every layer. The machine must have ADCs.
///
/// # Errors
/// As [`FuncModel::prepare_with`], if an image does not fit, or [`FuncError::NoAdc`].
pub fn profile(
    arch: &Arch,
    mapping: &Mapping,
    qnet: &QuantNetwork,
    options: &FuncOptions,
    images: &[Tensor],
    progress: &(dyn Fn() + Sync),
) -> Result<Profile, FuncError> {
    if arch.adc.is_none() {
        return Err(FuncError::NoAdc);
    }
    let options = FuncOptions {
        non_idealities: NonIdealities {
            clipping: false,
            rounding: false,
            converter: false,
            ..options.non_idealities
        },
        limits: None,
        detail: Detail::Histogram,
        ..options.clone()
    };
    let model = FuncModel::prepare_with(arch, mapping, qnet, &options)?;
    let run = |(number, image): (usize, &Tensor)| -> Result<Stats, FuncError> {
        if model.options.stop.is_asked() {
            return Err(FuncError::Interrupted);
        }
        let mut session = FuncSession::of_image(&model, number as u64).without_comparison();
        int::run(qnet, image, &mut session)?;
        progress();
        Ok(session.stats)
    };
    // Whole numbers only: the order of merging does not matter.
    let merge = |mut a: Stats, b: Stats| {
        for (id, s) in b {
            let empty = || model.layers[&id].no_statistics();
            a.entry(id).or_insert_with(empty).merge(&s);
        }
        Ok(a)
    };
    let stats = images
        .par_iter()
        .enumerate()
        .map(run)
        .try_reduce(Stats::new, merge)?;
    let layers = model.layers().map(|(id, l)| LayerSums {
        name: l.name.clone(),
        weight_slices: match stats.get(&id) {
            Some(s) => s
                .weight_slices
                .iter()
                .map(|s| s.histogram.clone())
                .collect(),
            None => vec![Histogram::default(); l.sum_bounds.len()],
        },
        possible: l.sum_bounds.clone(),
    });
    Ok(Profile {
        images: images.len() as u64,
        layers: layers.collect(),
    })
}

impl Profile {
    /// Limits that a rule gives for converters of `bits`. A slice that saw nothing gets the codes from 0 on.
    pub fn limits(&self, bits: u32, rule: RangeCalibration) -> Limits {
        let of = |h: &Histogram| match choose(h, bits, rule) {
            Some(w) => [w.lowest, w.highest()],
            None => [0, (1 << bits) - 1],
        };
        let layers = self.layers.iter();
        layers
            .map(|l| (l.name.clone(), l.weight_slices.iter().map(of).collect()))
            .collect()
    }
}
