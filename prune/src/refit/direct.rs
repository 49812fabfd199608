//! One factorisation per distinct set of kept rows.

use super::blocks::{Blocks, lambda};
use super::cholesky::Cholesky;
use super::method::RefitMethod;
use crate::stats::{Form, Moments};
use ndarray::{Array2, Axis};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// New weights (outputs x rows) and the outputs that could not be solved.
pub fn solve(
    m: &Moments,
    w0: &Array2<f64>,
    blocks: &Blocks,
    ridge: f64,
    method: RefitMethod,
) -> (Array2<f64>, Vec<usize>) {
    let mut sets: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
    for (q, rows) in blocks.rows_of_outputs().into_iter().enumerate() {
        if !rows.is_empty() {
            sets.entry(rows).or_default().push(q);
        }
    }
    let diagonal = m.diagonal();
    let solved: Vec<_> = sets
        .into_par_iter()
        .map(|(rows, outputs)| {
            let w = w0.select(Axis(0), &outputs).select(Axis(1), &rows);
            let xy = m.xy.select(Axis(0), &rows).select(Axis(1), &outputs);
            let step = lambda(&diagonal, rows.iter().copied(), ridge).and_then(|lambda| {
                match (&m.form, method) {
                    (Form::Samples(x), RefitMethod::DualCholesky) => {
                        dual_step(x, &rows, &w, xy, lambda)
                    }
                    _ => primal_step(m.gram(&rows, &rows), &w, xy, lambda),
                }
            });
            (rows, outputs, step)
        })
        .collect();
    let (mut weights, mut unsolved) = (w0.clone(), Vec::new());
    for (rows, outputs, step) in solved {
        let Some(step) = step else {
            unsolved.extend(outputs);
            continue;
        };
        for (k, &q) in outputs.iter().enumerate() {
            for (i, &r) in rows.iter().enumerate() {
                weights[[q, r]] += step[[i, k]];
            }
        }
    }
    (weights, unsolved)
}

/// (A'A + lambda)^-1 (A'Y - A'A w0).
fn primal_step(
    mut gram: Array2<f64>,
    w: &Array2<f64>,
    xy: Array2<f64>,
    lambda: f64,
) -> Option<Array2<f64>> {
    let miss = xy - gram.dot(&w.t());
    gram.diag_mut().mapv_inplace(|d| d + lambda);
    Cholesky::of(gram).map(|c| c.solve(miss))
}

/// The same with b = A'Y - A'A w0 through the dual: `(b - A' (AA' + lambda)^-1 A b) / lambda`.
fn dual_step(
    x: &Array2<f32>,
    rows: &[usize],
    w: &Array2<f64>,
    xy: Array2<f64>,
    lambda: f64,
) -> Option<Array2<f64>> {
    let a = x.select(Axis(1), rows).mapv(f64::from);
    let b = xy - a.t().dot(&a.dot(&w.t()));
    let mut kernel = a.dot(&a.t());
    kernel.diag_mut().mapv_inplace(|d| d + lambda);
    let inner = Cholesky::of(kernel)?.solve(a.dot(&b));
    Some((b - a.t().dot(&inner)) / lambda)
}
