//! One layer: sample, choose masks, pack, refit, measure.

use crate::error::PruneError;
use crate::gram::{Gram, grams};
use crate::groups::{Grain, Unit, recombine, units};
use crate::matrix::LayerMatrix;
use crate::options::{Budget, PruneOptions};
use crate::prefix::Prefix;
use crate::provenance::Outcome;
use crate::refit::refit;
use crate::rewrite::{Choice, masked};
use crate::sample;
use crate::schedule::{kept, share};
use crate::solve::{MaskSolver, budget, fill, trim};
use crosscut_arch::Arch;
use crosscut_sim::map::LayerMap;
use crosscut_traces::weights::hash;
use ndarray::{Array1, Array2, Axis};
use rayon::prelude::*;

/// One image in so many measures the residual and is not fitted to.
const CHECK_EVERY: usize = 5;

/// What became of a layer.
pub struct LayerResult {
    pub outcome: Outcome,
    pub choice: Option<Choice>,
    pub samples: usize,
    pub residual_masked: Option<f64>,
    pub residual_refitted: Option<f64>,
    pub refits_rejected: usize,
}

impl LayerResult {
    /// A layer that stays as it is.
    pub fn kept(outcome: Outcome) -> Self {
        LayerResult {
            outcome,
            choice: None,
            samples: 0,
            residual_masked: None,
            residual_refitted: None,
            refits_rejected: 0,
        }
    }
}

/// Prunes one layer by `ratio`; inputs from the prefix.
pub fn prune_layer(
    layer: &LayerMap,
    arch: &Arch,
    options: &PruneOptions,
    ratio: f64,
    prefix: &mut Prefix<'_>,
) -> Result<LayerResult, PruneError> {
    let units = units(layer, arch, options.grain);
    // Before the budget: one row group per output is no budget that could be undercut.
    if units.iter().all(|u| u.groups.len() <= 1) {
        return Ok(LayerResult::kept(Outcome::KeptOneRowGroup));
    }
    let goal = Goal::of(layer, &units, options.budget, ratio)?;
    if goal.removes_nothing(&units) {
        return Ok(LayerResult::kept(Outcome::KeptRatioTooSmall));
    }
    let matrix = LayerMatrix::of(&prefix.net().layer(layer.layer).op)
        .expect("the caller has checked the layers");
    let [dense, pruned] = prefix.inputs(layer.layer);
    let seed = hash(options.seed, layer.layer.0 as u64);
    let points = sample::points(
        seed,
        dense.len(),
        layer.geometry.positions(),
        options.points,
    );
    let inputs = sample::rows(&layer.geometry, &pruned, &points);
    let targets = matrix.sums(&sample::rows(&layer.geometry, &dense, &points));
    if !inputs.iter().chain(&targets).all(|v| v.is_finite()) {
        return Err(PruneError::ActivationNotFinite {
            layer: layer.name.clone(),
        });
    }

    // With a refit the constant part of the error goes into the bias, so masks are compared without it.
    let grams = if options.refit {
        let (x, y) = (centred(&inputs), centred(&targets));
        grams(&x, &y, &matrix, &layer.row_groups, &units)
    } else {
        grams(&inputs, &targets, &matrix, &layer.row_groups, &units)
    };
    let mut masks = goal.masks(&grams, &units, options, seed);
    if options.grain == Grain::Column {
        let kout = layer.kout(arch, layer.unroll).max(1);
        let row_groups = layer.row_groups.len();
        if options.balance {
            trim::trim(&grams, &units, &mut masks, kout, row_groups);
        }
        if options.fill || options.balance {
            fill::fill(&grams, &units, &mut masks, kout, row_groups);
        }
    }
    let row_groups = recombine(layer, &units, &masks);

    let rows = Rows::of(&points, options.refit_points);
    let (x_check, y_check) = rows.check(&inputs, &targets);
    let plain = masked(&matrix, &row_groups);
    let norm = y_check.iter().map(|y| y * y).sum::<f64>();
    let relative = |e: &Array1<f64>| if norm > 0.0 { e.sum() / norm } else { 0.0 };
    let plain_error = errors(&plain, &matrix, &x_check, &y_check);
    let mut result = LayerResult {
        residual_masked: Some(relative(&plain_error)),
        samples: inputs.nrows(),
        ..LayerResult::kept(Outcome::Pruned)
    };
    let mut chosen = plain;
    if options.refit {
        let (x_fit, y_fit) = rows.fit(&inputs, &targets);
        let new = refit(&x_fit, &y_fit, &matrix, &row_groups, options.ridge);
        let mut error = errors(&new.matrix, &matrix, &x_check, &y_check);
        for q in 0..error.len() {
            // Not `>=`: an error that is not a number must be refused too.
            let better = error[q] <= plain_error[q] && !new.unsolved.contains(&q);
            if better {
                chosen.weights.row_mut(q).assign(&new.matrix.weights.row(q));
                chosen.bias[q] = new.matrix.bias[q];
            } else {
                error[q] = plain_error[q];
                result.refits_rejected += 1;
            }
        }
        result.residual_refitted = Some(relative(&error));
    }
    result.choice = Some(Choice {
        row_groups,
        matrix: chosen,
    });
    Ok(result)
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
        seed: u64,
    ) -> Vec<Vec<bool>> {
        match *self {
            Goal::PerUnit(ratio) => grams
                .par_iter()
                .enumerate()
                .map(|(u, gram)| {
                    let key = hash(seed, u as u64);
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

/// Which sample rows are fitted to and which measure.
struct Rows {
    fit: Vec<usize>,
    check: Vec<usize>,
}

impl Rows {
    fn of(points: &[Vec<usize>], refit_points: usize) -> Rows {
        let (mut fit, mut check) = (Vec::new(), Vec::new());
        let few = points.len() < CHECK_EVERY;
        let mut row = 0;
        for (image, list) in points.iter().enumerate() {
            let measures = image % CHECK_EVERY == CHECK_EVERY - 1;
            if !measures {
                fit.extend(row..row + list.len().min(refit_points));
            }
            if measures || few {
                check.extend(row..row + list.len());
            }
            row += list.len();
        }
        Rows { fit, check }
    }

    fn fit(&self, x: &Array2<f64>, y: &Array2<f64>) -> (Array2<f64>, Array2<f64>) {
        (x.select(Axis(0), &self.fit), y.select(Axis(0), &self.fit))
    }

    fn check(&self, x: &Array2<f64>, y: &Array2<f64>) -> (Array2<f64>, Array2<f64>) {
        (
            x.select(Axis(0), &self.check),
            y.select(Axis(0), &self.check),
        )
    }
}

/// Squared error of each output; `new` and `old` may differ in bias.
fn errors(new: &LayerMatrix, old: &LayerMatrix, x: &Array2<f64>, y: &Array2<f64>) -> Array1<f64> {
    let shift = &new.bias - &old.bias;
    let miss = new.sums(x) + &shift.insert_axis(Axis(0)) - y;
    miss.mapv(|d| d * d).sum_axis(Axis(0))
}

fn centred(m: &Array2<f64>) -> Array2<f64> {
    match m.mean_axis(Axis(0)) {
        Some(mean) => m - &mean.insert_axis(Axis(0)),
        None => m.clone(),
    }
}
