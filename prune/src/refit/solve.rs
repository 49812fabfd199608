//! The refit of a layer, each channel group by the method with the fewest operations.

use super::blocks::Blocks;
use super::method::RefitMethod;
use super::{cg, direct};
use crate::matrix::LayerMatrix;
use crate::stats::{Form, GroupMoments, LayerMoments};
use crosscut_sim::map::RowGroup;
use ndarray::{Array2, s};

/// Iterations that conjugate gradients are taken to need, for the choice of a method.
const ITERATIONS: f64 = 40.0;

/// Multiplications below which factors are always taken: either way takes less than a second.
const SMALL: f64 = 1e9;

/// What the refit of a layer gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Refit {
    /// New weights and bias; zero where no row group keeps the pair.
    pub matrix: LayerMatrix,
    /// Outputs whose system could not be solved and which keep their original weights.
    pub unsolved: Vec<usize>,
    /// How it was solved, for the slowest channel group; `None` if nothing was kept.
    pub method: Option<RefitMethod>,
}

/// Refits the outputs of a layer to the dense sums. `weights` restricts kept pairs further, weight by weight
/// (outputs x rows of a channel group).
pub fn refit(
    stats: &LayerMoments,
    matrix: &LayerMatrix,
    row_groups: &[RowGroup],
    weights: Option<&Array2<bool>>,
    ridge: f64,
) -> Refit {
    refit_by(stats, matrix, row_groups, weights, ridge, None)
}

/// As [`refit`], by a given method (for tests and benches); dual methods need samples in dual form.
pub fn refit_by(
    stats: &LayerMoments,
    matrix: &LayerMatrix,
    row_groups: &[RowGroup],
    weights: Option<&Array2<bool>>,
    ridge: f64,
    method: Option<RefitMethod>,
) -> Refit {
    let mut out = Refit {
        matrix: matrix.masked(row_groups, weights),
        unsolved: Vec::new(),
        method: None,
    };
    let per_group = matrix.weights.nrows() / matrix.groups;
    for (g, stats) in stats.groups.iter().enumerate() {
        let of = s![g * per_group..(g + 1) * per_group, ..];
        let blocks = Blocks::of(matrix, row_groups, weights, g);
        if blocks.groups.is_empty() {
            continue;
        }
        let method = method.unwrap_or_else(|| cheapest(stats, &blocks));
        let w0 = out.matrix.weights.slice(of).to_owned();
        let (fitted, unsolved) = match method {
            RefitMethod::Cholesky | RefitMethod::DualCholesky => {
                direct::solve(&stats.fit, &w0, &blocks, ridge, method)
            }
            RefitMethod::ConjugateGradients | RefitMethod::DualConjugateGradients => {
                cg::solve(&stats.fit, &w0, &blocks, ridge)
            }
        };
        let constant = |q: usize| stats.fit.y_mean[q] - fitted.row(q).dot(&stats.fit.x_mean);
        for q in blocks.outputs() {
            if unsolved.contains(&q) {
                out.unsolved.push(g * per_group + q);
            } else {
                let row = fitted.row(q);
                out.matrix.weights.row_mut(g * per_group + q).assign(&row);
                out.matrix.bias[g * per_group + q] += constant(q);
            }
        }
        out.method = out.method.max(Some(method));
    }
    out.unsolved.sort_unstable();
    out
}

/// The method with the fewest multiplications; those of factors count double, being in double precision.
fn cheapest(stats: &GroupMoments, blocks: &Blocks) -> RefitMethod {
    let n = stats.fit.samples as f64;
    let k = stats.fit.rows() as f64;
    let rows = blocks.rows_of_outputs();
    let mut distinct: Vec<&Vec<usize>> = rows.iter().filter(|r| !r.is_empty()).collect();
    distinct.sort_unstable();
    distinct.dedup();
    let kept: f64 = blocks
        .groups
        .iter()
        .map(|g| (g.rows.len() * g.outputs.len()) as f64)
        .sum();
    let sum = |f: &dyn Fn(f64) -> f64| -> f64 { distinct.iter().map(|r| f(r.len() as f64)).sum() };
    let (direct, iterative) = match stats.fit.form {
        Form::Gram(_) => {
            let share = kept / (k * blocks.per_group as f64);
            let primal = sum(&|r| r * r * r / 3.0);
            (
                (RefitMethod::Cholesky, 2.0 * primal),
                (
                    RefitMethod::ConjugateGradients,
                    ITERATIONS * kept * k * share,
                ),
            )
        }
        Form::Samples(_) => {
            let dual = sum(&|r| n * n * r / 2.0 + n * n * n / 3.0);
            (
                (RefitMethod::DualCholesky, 2.0 * dual),
                (
                    RefitMethod::DualConjugateGradients,
                    ITERATIONS * 2.0 * n * kept,
                ),
            )
        }
    };
    if direct.1 <= iterative.1.max(SMALL) {
        direct.0
    } else {
        iterative.0
    }
}
