//! Partial sums of row groups and the Gram matrices that mask solvers work on.

use crate::groups::Unit;
use crate::matrix::LayerMatrix;
use crosscut_sim::map::RowGroup;
use ndarray::{Array1, Array2, ArrayView2, Axis, s};
use rayon::prelude::*;

/// Sample rows handled at once: bounds the memory for partial sums.
const CHUNK: usize = 256;

/// All that a mask's error depends on. With X the partial sums (one column per row group) and Y the complete sums
/// of a unit, over samples and outputs: `||Y - X m||^2 = yy - 2 m'xy + m'(xx)m`.
#[derive(Debug, Clone, PartialEq)]
pub struct Gram {
    /// X'X.
    pub xx: Array2<f64>,
    /// X'Y.
    pub xy: Array1<f64>,
    /// Y'Y.
    pub yy: f64,
}

impl Gram {
    /// Zero, for so many row groups.
    pub fn zeros(groups: usize) -> Gram {
        Gram {
            xx: Array2::zeros((groups, groups)),
            xy: Array1::zeros(groups),
            yy: 0.0,
        }
    }

    /// Adds samples: X is samples x row groups, Y one value per sample.
    pub fn add(&mut self, x: ArrayView2<'_, f64>, y: ndarray::ArrayView1<'_, f64>) {
        self.xx += &x.t().dot(&x);
        self.xy += &x.t().dot(&y);
        self.yy += y.dot(&y);
    }

    /// Row groups.
    pub fn len(&self) -> usize {
        self.xy.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.xy.is_empty()
    }

    /// Squared error when the groups in `mask` stay.
    pub fn error(&self, mask: &[bool]) -> f64 {
        let kept: Vec<usize> = (0..self.len()).filter(|&i| mask[i]).collect();
        let linear: f64 = kept.iter().map(|&i| self.xy[i]).sum();
        let square: f64 = kept
            .iter()
            .map(|&i| kept.iter().map(|&j| self.xx[[i, j]]).sum::<f64>())
            .sum();
        self.yy - 2.0 * linear + square
    }
}

/// The Gram matrix of every unit. `samples` are the inputs the pruned layer will see (samples x rows of the
/// layer), `targets` the sums it should give (samples x Q, without bias).
pub fn grams(
    samples: &Array2<f64>,
    targets: &Array2<f64>,
    matrix: &LayerMatrix,
    row_groups: &[RowGroup],
    units: &[Unit],
) -> Vec<Gram> {
    let mut out: Vec<Gram> = units.iter().map(|u| Gram::zeros(u.groups.len())).collect();
    let per_group = matrix.weights.nrows() / matrix.groups;
    for (x, y) in samples
        .axis_chunks_iter(Axis(0), CHUNK)
        .zip(targets.axis_chunks_iter(Axis(0), CHUNK))
    {
        let partial: Vec<Array2<f64>> = row_groups
            .par_iter()
            .map(|g| partial_sums(x, matrix, g))
            .collect();
        out.par_iter_mut().zip(units).for_each(|(gram, unit)| {
            let mut columns = Array2::zeros((x.nrows(), unit.groups.len()));
            for &q in &unit.outputs {
                for (c, &i) in unit.groups.iter().enumerate() {
                    columns
                        .column_mut(c)
                        .assign(&partial[i].column(q % per_group));
                }
                gram.add(columns.view(), y.column(q));
            }
        });
    }
    out
}

/// What the arrays of one row group emit: samples x outputs of its channel group.
fn partial_sums(x: ArrayView2<'_, f64>, matrix: &LayerMatrix, group: &RowGroup) -> Array2<f64> {
    let rows: Vec<usize> = group.rows.iter().collect();
    let columns: Vec<usize> = rows.iter().map(|&r| matrix.column(r)).collect();
    let per_group = matrix.weights.nrows() / matrix.groups;
    let w = matrix
        .weights
        .slice(s![
            group.group * per_group..(group.group + 1) * per_group,
            ..
        ])
        .select(Axis(1), &columns);
    x.select(Axis(1), &rows).dot(&w.t())
}
