//! Least squares once more: the weights that stay are fitted to what the dense network computes.
//!
//! Per output, with A the inputs of its kept rows and w0 its original weights, the new weights minimise
//! `||Y - A w - c||^2 + lambda ||w - w0||^2` with a free constant c (it becomes the change of bias). The pull is
//! towards the original weights, not towards zero, so that rows the samples say nothing of stay as they were;
//! `lambda = ridge x trace(A'A) / columns`, after centring. Published is ordinary least squares without constant.
//!
//! All systems of a layer are sub-blocks of one matrix, X'X. Three ways lead to the same weights, and the one with the
//! fewest operations is taken per channel group ([`Method`]): a factorisation per distinct mask of that sub-block;
//! with more kept rows than samples, of the dual (samples x samples); or conjugate gradients on all outputs at once,
//! which never factor anything larger than a row group and stop at [`cg::TOLERANCE`].

pub mod cg;
mod cholesky;
mod direct;

use crate::matrix::LayerMatrix;
use crate::rewrite::masked_elements;
use crate::stats::{Form, GroupStats, LayerStats};
pub use cholesky::Cholesky;
use crosscut_sim::map::RowGroup;
use ndarray::{Array1, Array2, s};
use serde::{Deserialize, Serialize};

/// How normal equations were solved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Cholesky factors of the kept sub-blocks of X'X.
    Cholesky,
    /// Cholesky factors of the dual, XX'.
    DualCholesky,
    /// Preconditioned conjugate gradients on X'X.
    ConjugateGradients,
    /// The same through the samples, fewer than rows.
    DualConjugateGradients,
}

/// What the refit of a layer gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Refit {
    /// New weights and bias; zero where no row group keeps the pair.
    pub matrix: LayerMatrix,
    /// Outputs whose system could not be solved and which keep their original weights.
    pub unsolved: Vec<usize>,
    /// How it was solved, for the slowest channel group; `None` if nothing was kept.
    pub method: Option<Method>,
}

/// Refits the outputs of a layer to the dense sums. `elements` restricts kept pairs further, weight by weight
/// (outputs x rows of a channel group).
pub fn refit(
    stats: &LayerStats,
    matrix: &LayerMatrix,
    row_groups: &[RowGroup],
    elements: Option<&Array2<bool>>,
    ridge: f64,
) -> Refit {
    refit_by(stats, matrix, row_groups, elements, ridge, None)
}

/// As [`refit`], by a given method (for tests and benches); dual methods need samples in dual form.
pub fn refit_by(
    stats: &LayerStats,
    matrix: &LayerMatrix,
    row_groups: &[RowGroup],
    elements: Option<&Array2<bool>>,
    ridge: f64,
    method: Option<Method>,
) -> Refit {
    let mut out = Refit {
        matrix: masked_elements(matrix, row_groups, elements),
        unsolved: Vec::new(),
        method: None,
    };
    let per_group = matrix.weights.nrows() / matrix.groups;
    for (g, stats) in stats.groups.iter().enumerate() {
        let of = s![g * per_group..(g + 1) * per_group, ..];
        let blocks = Blocks::of(matrix, row_groups, elements, g);
        if blocks.groups.is_empty() {
            continue;
        }
        let method = method.unwrap_or_else(|| cheapest(stats, &blocks));
        let w0 = out.matrix.weights.slice(of).to_owned();
        let (weights, unsolved) = match method {
            Method::Cholesky | Method::DualCholesky => {
                direct::solve(&stats.fit, &w0, &blocks, ridge, method)
            }
            Method::ConjugateGradients | Method::DualConjugateGradients => {
                cg::solve(&stats.fit, &w0, &blocks, ridge)
            }
        };
        let constant = |q: usize| stats.fit.y_mean[q] - weights.row(q).dot(&stats.fit.x_mean);
        for q in blocks.outputs() {
            if unsolved.contains(&q) {
                out.unsolved.push(g * per_group + q);
            } else {
                let row = weights.row(q);
                out.matrix.weights.row_mut(g * per_group + q).assign(&row);
                out.matrix.bias[g * per_group + q] += constant(q);
            }
        }
        out.method = out.method.max(Some(method));
    }
    out.unsolved.sort_unstable();
    out
}

/// What is kept in one channel group; rows and outputs are counted within it.
#[derive(Debug, Clone)]
pub struct Blocks {
    /// Row groups that keep an output.
    pub groups: Vec<Block>,
    /// Which of the kept weights are really kept, outputs x rows.
    pub elements: Option<Array2<bool>>,
    /// Outputs of the channel group.
    pub per_group: usize,
}

/// Rows and the outputs that keep them.
#[derive(Debug, Clone)]
pub struct Block {
    /// Rows.
    pub rows: Vec<usize>,
    /// Outputs, ascending.
    pub outputs: Vec<usize>,
}

impl Blocks {
    fn of(
        matrix: &LayerMatrix,
        row_groups: &[RowGroup],
        elements: Option<&Array2<bool>>,
        g: usize,
    ) -> Blocks {
        let per_group = matrix.weights.nrows() / matrix.groups;
        let kept = row_groups
            .iter()
            .filter(|r| r.group == g && !r.outputs.is_empty());
        let groups = kept
            .map(|r| {
                let mut outputs: Vec<usize> = r.outputs.iter().map(|q| q % per_group).collect();
                outputs.sort_unstable();
                Block {
                    rows: r.rows.iter().map(|r| matrix.column(r)).collect(),
                    outputs,
                }
            })
            .collect();
        let of = s![g * per_group..(g + 1) * per_group, ..];
        Blocks {
            groups,
            elements: elements.map(|e| e.slice(of).to_owned()),
            per_group,
        }
    }

    /// Outputs that keep something, ascending.
    pub fn outputs(&self) -> Vec<usize> {
        let mut all: Vec<usize> = self.groups.iter().flat_map(|g| g.outputs.clone()).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Kept rows of every output, ascending.
    pub fn rows_of_outputs(&self) -> Vec<Vec<usize>> {
        let mut rows = vec![Vec::new(); self.per_group];
        for group in &self.groups {
            for &q in &group.outputs {
                let kept = |r: &&usize| self.elements.as_ref().is_none_or(|e| e[[q, **r]]);
                rows[q].extend(group.rows.iter().filter(kept));
            }
        }
        rows.iter_mut().for_each(|r| r.sort_unstable());
        rows
    }
}

/// The method with the fewest multiplications; those of factors count double, being in double precision.
fn cheapest(stats: &GroupStats, blocks: &Blocks) -> Method {
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
    let iterations = 40.0;
    let (direct, iterative) = match stats.fit.form {
        Form::Gram(_) => {
            let share = kept / (k * blocks.per_group as f64);
            let primal = sum(&|r| r * r * r / 3.0);
            (
                (Method::Cholesky, 2.0 * primal),
                (Method::ConjugateGradients, iterations * kept * k * share),
            )
        }
        Form::Samples(_) => {
            let dual = sum(&|r| n * n * r / 2.0 + n * n * n / 3.0);
            (
                (Method::DualCholesky, 2.0 * dual),
                (Method::DualConjugateGradients, iterations * 2.0 * n * kept),
            )
        }
    };
    if direct.1 <= iterative.1.max(1e9) {
        direct.0
    } else {
        iterative.0
    }
}

/// The ridge in absolute terms, for rows of that squared deviation; `None` if they never vary.
fn lambda(diagonal: &Array1<f64>, rows: impl Iterator<Item = usize>, ridge: f64) -> Option<f64> {
    let (mut trace, mut n) = (0.0, 0.0);
    rows.for_each(|r| {
        trace += diagonal[r];
        n += 1.0;
    });
    let lambda = ridge * trace / n;
    (lambda.is_finite() && trace > 0.0).then_some(lambda)
}
