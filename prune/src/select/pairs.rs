//! The method itself: which (row group, output) pairs stay, by the error that their partial sums leave.

use crate::error::PruneError;
use crate::options::{Budget, PruneOptions};
use crate::outcome::LayerOutcome;
use crate::schedule::{kept, share};
use crate::select::context::LayerContext;
use crate::select::decision::{Decision, GroupShare};
use crate::select::grain::Grain;
use crate::select::gram::Gram;
use crate::select::method::Method;
use crate::select::order;
use crate::select::solve::{MaskSolver, budget, fill, trim};
use crate::select::units::{Unit, recombine, units};
use crosscut_sim::map::{Indices, LayerMap, RowGroup};
use crosscut_traces::random::Key;
use rayon::prelude::*;

/// Chooses pairs as the options say; the options' own ratios are not looked at.
#[derive(Debug, Clone)]
pub struct Pairs {
    /// Options.
    pub options: PruneOptions,
    /// Name in tables.
    pub name: String,
}

impl Method for Pairs {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn decide(&self, context: &LayerContext<'_>, ratio: f64) -> Result<Decision, PruneError> {
        decide(context, &self.options, ratio)
    }
}

/// What stays of a layer.
pub fn decide(
    context: &LayerContext<'_>,
    options: &PruneOptions,
    ratio: f64,
) -> Result<Decision, PruneError> {
    let together = if context.layer.geometry.is_gemm {
        options.gemm_kout
    } else {
        options.kout
    };
    let order = order::of(context, options.order);
    let reordered = order.as_ref().map(|order| LayerMap {
        row_groups: live_outputs(context.layer, context.layer.packed(context.arch, order)),
        ..context.layer.clone()
    });
    let layer = reordered.as_ref().unwrap_or(context.layer);
    let units = units(layer, context.arch, options.grain, together);
    // Before the budget: one row group per output is no budget that could be undercut.
    if units.iter().all(|u| u.groups.len() <= 1) {
        return Ok(Decision::keep(context.layer, LayerOutcome::KeptOneRowGroup));
    }
    let goal = Goal::of(layer, &units, options.budget, ratio)?;
    if goal.removes_nothing(&units) {
        return Ok(Decision::keep(
            context.layer,
            LayerOutcome::KeptRatioTooSmall,
        ));
    }
    // With a refit the constant part of the error goes into the bias, so masks are compared without it.
    let grams = context
        .moments
        .grams(context.matrix, &layer.row_groups, &units, options.refit);
    let mut masks = goal.masks(&grams, &units, options, context.key);
    if options.grain == Grain::Column && together == 1 {
        let kout = layer.kout(context.arch, layer.unroll).max(1);
        let row_groups = layer.row_groups.len();
        if options.balance {
            trim::trim(&grams, &units, &mut masks, kout, row_groups);
        }
        if options.fill || options.balance {
            fill::fill(&grams, &units, &mut masks, kout, row_groups);
        }
    }
    Ok(Decision {
        shares: shares(&grams, &units, &masks, layer.row_groups.len()),
        order,
        ..Decision::prune(recombine(layer, &units, &masks))
    })
}

/// Row groups without the outputs that `layer` no longer has in any of its own.
fn live_outputs(layer: &LayerMap, mut row_groups: Vec<RowGroup>) -> Vec<RowGroup> {
    let mut live = vec![false; layer.geometry.output.c];
    for group in &layer.row_groups {
        group.outputs.iter().for_each(|q| live[q] = true);
    }
    for group in &mut row_groups {
        let kept = group.outputs.iter().filter(|&q| live[q]);
        group.outputs = Indices::list(kept.map(|q| q as u32).collect());
    }
    row_groups
}

/// What the partial sums of every row group are worth, with what the removed pairs held.
fn shares(
    grams: &[Gram],
    units: &[Unit],
    masks: &[Vec<bool>],
    row_groups: usize,
) -> Vec<GroupShare> {
    let mut out = vec![GroupShare::default(); row_groups];
    let all: f64 = grams.iter().map(|g| g.yy).sum();
    for ((gram, unit), mask) in grams.iter().zip(units).zip(masks) {
        for (c, &i) in unit.groups.iter().enumerate() {
            let share = gram.xx[[c, c]] / all.max(f64::MIN_POSITIVE);
            out[i].all += share;
            out[i].removed += if mask[c] { 0.0 } else { share };
        }
    }
    out
}

/// How many row groups stay.
enum Goal {
    PerUnit(f64),
    Pairs(usize),
}

impl Goal {
    fn of(
        layer: &LayerMap,
        units: &[Unit],
        budget: Budget,
        ratio: f64,
    ) -> Result<Goal, PruneError> {
        if budget == Budget::PerOutput {
            return Ok(Goal::PerUnit(ratio));
        }
        let all: usize = units.iter().map(|u| u.groups.len() * u.outputs.len()).sum();
        let least: usize = units.iter().map(|u| u.outputs.len()).sum();
        let pairs = share(all, ratio);
        if pairs < least {
            return Err(PruneError::WouldEmpty {
                layer: layer.name.clone(),
                ratio,
                pairs,
                of: all,
                outputs: least,
                highest: 1.0 - least as f64 / all.max(1) as f64,
            });
        }
        Ok(Goal::Pairs(pairs))
    }

    fn removes_nothing(&self, units: &[Unit]) -> bool {
        match *self {
            Goal::PerUnit(ratio) => units
                .iter()
                .all(|u| kept(u.groups.len(), ratio) == u.groups.len()),
            Goal::Pairs(pairs) => {
                pairs
                    >= units
                        .iter()
                        .map(|u| u.groups.len() * u.outputs.len())
                        .sum::<usize>()
            }
        }
    }

    fn masks(
        &self,
        grams: &[Gram],
        units: &[Unit],
        options: &PruneOptions,
        key: Key,
    ) -> Vec<Vec<bool>> {
        match *self {
            Goal::PerUnit(ratio) => grams
                .par_iter()
                .enumerate()
                .map(|(u, gram)| {
                    let key = key.child(u as u64);
                    options.solver.solve(gram, kept(gram.len(), ratio), key)
                })
                .collect(),
            Goal::Pairs(pairs) => {
                let weights: Vec<usize> = units.iter().map(|u| u.outputs.len()).collect();
                budget::masks(grams, &weights, pairs)
            }
        }
    }
}
