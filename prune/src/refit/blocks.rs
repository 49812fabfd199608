//! What a refit may change: rows and outputs of one channel group that are kept.

use crate::matrix::LayerMatrix;
use crosscut_sim::map::RowGroup;
use ndarray::{Array1, Array2, s};

/// What is kept in one channel group; rows and outputs are counted within it.
#[derive(Debug, Clone)]
pub struct Blocks {
    /// Row groups that keep an output.
    pub groups: Vec<Block>,
    /// Which of the kept weights are really kept, outputs x rows.
    pub weights: Option<Array2<bool>>,
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
    /// Of channel group `g`, from a layer's row groups; `weights` as in [`refit`](super::refit()).
    pub fn of(
        matrix: &LayerMatrix,
        row_groups: &[RowGroup],
        weights: Option<&Array2<bool>>,
        g: usize,
    ) -> Blocks {
        let per_group = matrix.weights.nrows() / matrix.groups;
        let kept = row_groups.iter().filter(|r| r.group == g && r.is_live());
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
            weights: weights.map(|e| e.slice(of).to_owned()),
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
                let kept = |r: &&usize| self.weights.as_ref().is_none_or(|e| e[[q, **r]]);
                rows[q].extend(group.rows.iter().filter(kept));
            }
        }
        rows.iter_mut().for_each(|r| r.sort_unstable());
        rows
    }
}

/// The ridge in absolute terms, for rows of that squared deviation; `None` if they never vary.
pub fn lambda(
    diagonal: &Array1<f64>,
    rows: impl Iterator<Item = usize>,
    ridge: f64,
) -> Option<f64> {
    let (mut trace, mut n) = (0.0, 0.0);
    rows.for_each(|r| {
        trace += diagonal[r];
        n += 1.0;
    });
    let lambda = ridge * trace / n;
    (lambda.is_finite() && trace > 0.0).then_some(lambda)
}
