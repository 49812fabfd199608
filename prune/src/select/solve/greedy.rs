//! Backward elimination: from all row groups, remove the one whose loss adds least error, again and again.
//!
//! Deterministic and without parameters, O(I^2) per unit for I row groups. Departs from the published LGD, which it
//! beats on the same objective (tests).

use super::solver::MaskSolver;
use crate::select::gram::Gram;
use crosscut_traces::random::Key;

/// The solver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Greedy;

impl MaskSolver for Greedy {
    fn solve(&self, gram: &Gram, keep: usize, _key: Key) -> Vec<bool> {
        let mut state = Elimination::new(gram);
        while state.left() > keep {
            let (i, _) = state.cheapest().expect("more groups are left than to keep");
            state.remove(i);
        }
        state.mask
    }
}

/// A mask on its way down, with what each further removal would cost.
#[derive(Debug, Clone)]
pub struct Elimination<'a> {
    gram: &'a Gram,
    /// Groups still in.
    pub mask: Vec<bool>,
    /// Per group, the sum of its Gram row over the groups still in.
    kept_sum: Vec<f64>,
    left: usize,
}

impl<'a> Elimination<'a> {
    /// Everything in.
    pub fn new(gram: &'a Gram) -> Self {
        Elimination {
            gram,
            mask: vec![true; gram.len()],
            kept_sum: gram.xx.rows().into_iter().map(|r| r.sum()).collect(),
            left: gram.len(),
        }
    }

    /// What `mask` keeps in.
    pub fn from(gram: &'a Gram, mask: &[bool]) -> Self {
        let mut state = Elimination::new(gram);
        (0..mask.len())
            .filter(|&i| !mask[i])
            .for_each(|i| state.remove(i));
        state
    }

    /// Groups still in.
    pub fn left(&self) -> usize {
        self.left
    }

    /// Error added by removing group `i`, which is in: `2 (X'Y)_i - 2 sum over kept j of (X'X)_ij + (X'X)_ii`.
    pub fn cost(&self, i: usize) -> f64 {
        2.0 * self.gram.xy[i] - 2.0 * self.kept_sum[i] + self.gram.xx[[i, i]]
    }

    /// The group whose removal adds least error, and that error; the highest index of equals.
    pub fn cheapest(&self) -> Option<(usize, f64)> {
        (0..self.mask.len())
            .rev()
            .filter(|&i| self.mask[i])
            .map(|i| (i, self.cost(i)))
            .min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// Removes group `i`.
    pub fn remove(&mut self, i: usize) {
        self.mask[i] = false;
        self.left -= 1;
        for (sum, &x) in self.kept_sum.iter_mut().zip(self.gram.xx.row(i)) {
            *sum -= x;
        }
    }
}
