//! Least squares once more: the weights that stay are fitted to what the dense network computes.
//!
//! Per output, with A the inputs of its kept rows and w0 its original weights, the new weights minimise
//! `||Y - A w - c||^2 + lambda ||w - w0||^2` with a free constant c (it becomes the change of bias). The pull is
//! towards the original weights, not towards zero, so that rows the samples say nothing of stay as they were;
//! `lambda = ridge x trace(A'A) / columns`, after centring. Published is ordinary least squares without constant.
//! With more kept rows than samples the dual system (samples x samples) is solved; the solution is the same.

mod cholesky;

use crate::matrix::LayerMatrix;
use crate::rewrite::masked;
pub use cholesky::Cholesky;
use crosscut_sim::map::RowGroup;
use ndarray::linalg::general_mat_mul;
use ndarray::{Array1, Array2, ArrayView2, Axis, s};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Rows of X'X computed at once.
const SQUARES_BLOCK: usize = 96;

/// What the refit of a layer gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Refit {
    /// New weights and bias; zero where no row group keeps the pair.
    pub matrix: LayerMatrix,
    /// Outputs whose system could not be solved and which keep their original weights.
    pub unsolved: Vec<usize>,
}

/// Refits the outputs of a layer. `samples` are inputs as the pruned network gives them (samples x rows of the
/// layer), `targets` the sums of the dense network without bias (samples x Q).
pub fn refit(
    samples: &Array2<f64>,
    targets: &Array2<f64>,
    matrix: &LayerMatrix,
    row_groups: &[RowGroup],
    ridge: f64,
) -> Refit {
    let mut out = Refit {
        matrix: masked(matrix, row_groups),
        unsolved: Vec::new(),
    };
    let (Some(x_mean), Some(y_mean)) = (samples.mean_axis(Axis(0)), targets.mean_axis(Axis(0)))
    else {
        return out;
    };
    let x = samples - &x_mean.view().insert_axis(Axis(0));
    let y = targets - &y_mean.view().insert_axis(Axis(0));
    let sets = shared_rows(row_groups);
    // Shared by all outputs; made only if some output has fewer kept rows than there are samples.
    let primal = sets.keys().any(|rows| rows.len() <= x.nrows());
    let shared = primal.then(|| (squares(&x), x.t().dot(&y)));
    let solved: Vec<_> = sets
        .into_par_iter()
        .map(|(rows, outputs)| {
            let columns: Vec<usize> = rows.iter().map(|&r| matrix.column(r)).collect();
            let w0 = matrix
                .weights
                .select(Axis(0), &outputs)
                .select(Axis(1), &columns);
            let delta = match &shared {
                Some((gram, xy)) if rows.len() <= x.nrows() => {
                    let gram = gram.select(Axis(0), &rows).select(Axis(1), &rows);
                    let xy = xy.select(Axis(0), &rows).select(Axis(1), &outputs);
                    let rhs = xy - gram.dot(&w0.t());
                    primal_step(gram, rhs, ridge)
                }
                _ => {
                    let a = x.select(Axis(1), &rows);
                    let miss = y.select(Axis(1), &outputs) - a.dot(&w0.t());
                    dual_step(a.view(), miss.view(), ridge)
                }
            };
            (rows, columns, outputs, delta.map(|d| w0 + d.t()))
        })
        .collect();
    for (rows, columns, outputs, weights) in solved {
        let Some(weights) = weights else {
            out.unsolved.extend(outputs);
            continue;
        };
        let means: Array1<f64> = rows.iter().map(|&r| x_mean[r]).collect();
        for (&q, w) in outputs.iter().zip(weights.rows()) {
            columns
                .iter()
                .zip(w)
                .for_each(|(&c, &v)| out.matrix.weights[[q, c]] = v);
            out.matrix.bias[q] += y_mean[q] - means.dot(&w);
        }
    }
    out.unsolved.sort_unstable();
    out
}

/// Outputs by the set of rows they keep: equal sets share one factorisation.
fn shared_rows(row_groups: &[RowGroup]) -> BTreeMap<Vec<usize>, Vec<usize>> {
    let mut rows: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for group in row_groups {
        for q in group.outputs.iter() {
            rows.entry(q).or_default().extend(group.rows.iter());
        }
    }
    let mut sets: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
    for (q, mut kept) in rows {
        kept.sort_unstable();
        sets.entry(kept).or_default().push(q);
    }
    sets
}

/// X'X: blocks of rows up to the diagonal, side by side, then mirrored. Blocks do not depend on the threads.
fn squares(x: &Array2<f64>) -> Array2<f64> {
    let n = x.ncols();
    let mut out = Array2::zeros((n, n));
    let blocks: Vec<_> = out.axis_chunks_iter_mut(Axis(0), SQUARES_BLOCK).collect();
    blocks
        .into_par_iter()
        .enumerate()
        .for_each(|(b, mut block)| {
            let start = b * SQUARES_BLOCK;
            let end = start + block.nrows();
            let (a, b) = (x.slice(s![.., start..end]), x.slice(s![.., ..end]));
            general_mat_mul(1.0, &a.t(), &b, 0.0, &mut block.slice_mut(s![.., ..end]));
        });
    for i in 0..n {
        for j in 0..i {
            out[[j, i]] = out[[i, j]];
        }
    }
    out
}

/// (A'A + lambda)^-1 A'D.
fn primal_step(mut gram: Array2<f64>, rhs: Array2<f64>, ridge: f64) -> Option<Array2<f64>> {
    let n = gram.nrows();
    let lambda = lambda(gram.diag().sum(), n, ridge)?;
    gram.diag_mut().mapv_inplace(|d| d + lambda);
    Cholesky::of(gram).map(|c| c.solve(rhs))
}

/// A'(AA' + lambda)^-1 D.
fn dual_step(a: ArrayView2<'_, f64>, miss: ArrayView2<'_, f64>, ridge: f64) -> Option<Array2<f64>> {
    let mut kernel = a.dot(&a.t());
    let lambda = lambda(kernel.diag().sum(), a.ncols(), ridge)?;
    kernel.diag_mut().mapv_inplace(|d| d + lambda);
    let alpha = Cholesky::of(kernel)?.solve(miss.to_owned());
    Some(a.t().dot(&alpha))
}

/// The ridge in absolute terms; `None` if the inputs never vary.
fn lambda(trace: f64, columns: usize, ridge: f64) -> Option<f64> {
    let lambda = ridge * trace / columns as f64;
    (lambda.is_finite() && trace > 0.0).then_some(lambda)
}
