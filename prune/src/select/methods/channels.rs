//! Input channels of a layer: a feature map goes for all outputs, with its rows here and its filter in the layer that
//! makes it.
//!
//! All three criteria look at what each channel adds to the outputs, over samples and outputs together. With G = X'X and
//! the weights W that is `C[p, p'] = sum over rows r of p, r' of p' of G[r, r'] (W'W)[r, r']`, so one matrix serves.
//! - LASSO (He et al., ICCV 2017): minimise `||Y - sum b_p Z_p||^2 + lambda |b|`, lambda raised until few enough stay.
//! - ThiNet (Luo et al., ICCV 2017): greedily the channels whose loss adds least error; taken off one by one from all,
//!   where the paper adds one by one to the removed set, which is the same rule.
//! - Group lasso (SSL, Wen et al., NIPS 2016): proximal gradient steps on `||Y - XW||^2 + lambda sum ||W_p||` over the
//!   weights of each channel; the paper trains with this penalty, here it is laid on the refit's objective.

use crate::error::PruneError;
use crate::outcome::LayerOutcome;
use crate::schedule::kept;
use crate::select::gram::Gram;
use crate::select::solve::MaskSolver;
use crate::select::solve::greedy::Greedy;
use crate::select::{Decision, LayerContext, Method};
use crate::stats::Moments;
use ndarray::{Array1, Array2, ArrayView2, Axis, s};

/// What channels are chosen by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Criterion {
    /// LASSO.
    Lasso,
    /// ThiNet.
    Greedy,
    /// Group lasso.
    GroupLasso,
}

/// The method.
#[derive(Debug, Clone, Copy)]
pub struct Channels(pub Criterion);

impl Method for Channels {
    fn name(&self) -> String {
        match self.0 {
            Criterion::Lasso => "channel-lasso",
            Criterion::Greedy => "thinet",
            Criterion::GroupLasso => "group-lasso",
        }
        .to_string()
    }

    fn decide(&self, context: &LayerContext<'_>, ratio: f64) -> Result<Decision, PruneError> {
        let g = &context.layer.geometry;
        let inputs = g.input.c / g.groups;
        let keep = kept(inputs, ratio);
        if keep == inputs {
            return Ok(Decision::keep(
                context.layer,
                LayerOutcome::KeptRatioTooSmall,
            ));
        }
        let outputs = g.output.c / g.groups;
        let mut stays = Vec::new();
        for group in 0..g.groups {
            let own = group * outputs..(group + 1) * outputs;
            let w = context.matrix.weights.slice(s![own, ..]);
            let m = &context.moments.groups[group].fit;
            let mask = match self.0 {
                Criterion::Greedy => {
                    Greedy.solve(&contributions(m, w, g.taps()), keep, context.key)
                }
                Criterion::Lasso => lasso(&contributions(m, w, g.taps()), keep),
                Criterion::GroupLasso => group_lasso(m, w, g.taps(), keep),
            };
            let kept = (0..inputs).filter(|&p| mask[p]);
            stays.extend(kept.map(|p| group * inputs + p));
        }
        Ok(Decision {
            order: Some(stays.clone()),
            ..Decision::prune(context.layer.packed(context.arch, &stays))
        })
    }
}

/// C, and what each channel has in common with the complete sums.
fn contributions(m: &Moments, w: ArrayView2<'_, f64>, taps: usize) -> Gram {
    let k = m.rows();
    let channels = k / taps;
    let all: Vec<usize> = (0..k).collect();
    let mut gram = Gram::zeros(channels);
    for p in 0..channels {
        let rows: Vec<usize> = (p * taps..(p + 1) * taps).collect();
        let moments = m.gram(&rows, &all);
        let weights = w.select(Axis(1), &rows).t().dot(&w);
        let product = (moments * weights).sum_axis(Axis(0));
        for other in 0..channels {
            gram.xx[[p, other]] = product.slice(s![other * taps..(other + 1) * taps]).sum();
        }
        let linear = w.select(Axis(1), &rows).t().to_owned() * m.xy.select(Axis(0), &rows);
        gram.xy[p] = linear.sum();
    }
    gram.yy = m.yy.sum();
    gram
}

/// Coordinate descent, lambda doubling from where all stay to where at most `keep` do, then halving the last step.
fn lasso(gram: &Gram, keep: usize) -> Vec<bool> {
    let n = gram.len();
    let mut beta = Array1::<f64>::ones(n);
    let top = gram.xy.iter().fold(0.0f64, |m, v| m.max(v.abs()));
    let count = |b: &Array1<f64>| b.iter().filter(|v| **v != 0.0).count();
    let (mut low, mut high) = (0.0, top);
    let mut lambda = 1e-4 * top;
    let mut start = beta.clone();
    for _ in 0..24 {
        beta.assign(&start);
        descend(gram, &mut beta, lambda);
        match count(&beta).cmp(&keep) {
            std::cmp::Ordering::Equal => break,
            std::cmp::Ordering::Greater => {
                low = lambda;
                start.assign(&beta);
                lambda = if high < top {
                    0.5 * (low + high)
                } else {
                    (2.0 * lambda).min(top)
                };
            }
            std::cmp::Ordering::Less => {
                high = lambda;
                lambda = 0.5 * (low + high);
            }
        }
    }
    largest(
        &Array1::from_shape_fn(n, |i| beta[i].abs() * gram.xx[[i, i]].max(0.0).sqrt()),
        keep,
    )
}

fn descend(gram: &Gram, beta: &mut Array1<f64>, lambda: f64) {
    let mut product = gram.xx.dot(beta);
    for _ in 0..40 {
        let mut moved = 0.0f64;
        for i in 0..beta.len() {
            let square = gram.xx[[i, i]];
            if square <= 0.0 {
                beta[i] = 0.0;
                continue;
            }
            let free = gram.xy[i] - product[i] + square * beta[i];
            let next = free.signum() * (free.abs() - lambda).max(0.0) / square;
            let step = next - beta[i];
            if step != 0.0 {
                product.scaled_add(step, &gram.xx.row(i));
                beta[i] = next;
                moved = moved.max(step.abs());
            }
        }
        if moved < 1e-5 {
            break;
        }
    }
}

/// Proximal gradient with the penalty growing a little each step until at most `keep` channels are left.
fn group_lasso(m: &Moments, w: ArrayView2<'_, f64>, taps: usize, keep: usize) -> Vec<bool> {
    let channels = m.rows() / taps;
    let all: Vec<usize> = (0..m.rows()).collect();
    let gram = m.gram(&all, &all);
    // An upper bound of the largest eigenvalue: the largest absolute row sum.
    let row_sum = |r: ndarray::ArrayView1<'_, f64>| r.iter().map(|v| v.abs()).sum::<f64>();
    let bound = gram.rows().into_iter().map(row_sum).fold(0.0, f64::max);
    if bound <= 0.0 || !bound.is_finite() {
        return largest(&Array1::zeros(channels), keep);
    }
    let mut v: Array2<f64> = w.t().to_owned();
    let norms = |v: &Array2<f64>| {
        Array1::from_shape_fn(channels, |p| {
            let own = v.slice(s![p * taps..(p + 1) * taps, ..]);
            own.iter().map(|x| x * x).sum::<f64>().sqrt()
        })
    };
    let start = norms(&v);
    let mut last = start.clone();
    let mut shrink = 2e-3 * start.sum() / channels as f64;
    for _ in 0..60 {
        let gradient = gram.dot(&v) - &m.xy;
        v.scaled_add(-1.0 / bound, &gradient);
        let now = norms(&v);
        for p in 0..channels {
            let factor = (1.0 - shrink / now[p].max(f64::MIN_POSITIVE)).max(0.0);
            v.slice_mut(s![p * taps..(p + 1) * taps, ..])
                .mapv_inplace(|x| x * factor);
        }
        let now = norms(&v);
        let alive = now.iter().filter(|n| **n > 0.0).count();
        if alive < keep {
            break;
        }
        last = now;
        if alive == keep {
            break;
        }
        shrink *= 1.1;
    }
    largest(&last, keep)
}

/// The `keep` largest; of equals the first.
fn largest(score: &Array1<f64>, keep: usize) -> Vec<bool> {
    let mut order: Vec<usize> = (0..score.len()).collect();
    order.sort_by(|&a, &b| score[b].total_cmp(&score[a]).then(a.cmp(&b)));
    let mut mask = vec![false; score.len()];
    order[..keep].iter().for_each(|&i| mask[i] = true);
    mask
}
