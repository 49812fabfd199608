//! The best mask there is, by branch and bound; meant for few row groups.
//!
//! The search removes groups in index order and starts from the mask of backward elimination. A branch is cut if even
//! its cheapest completion, taking for each further group only the smallest products with others, is no better than
//! the best mask so far. After [`NODES`] nodes the best so far is taken: up to about 20 groups that does not happen.

use super::greedy::Greedy;
use super::solver::MaskSolver;
use crate::select::gram::Gram;
use crosscut_traces::random::Key;

/// Nodes visited at most per unit.
pub const NODES: usize = 200_000;

/// The solver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Exact;

impl MaskSolver for Exact {
    fn solve(&self, gram: &Gram, keep: usize, key: Key) -> Vec<bool> {
        let start = Greedy.solve(gram, keep, key);
        let n = gram.len();
        if keep >= n {
            return start;
        }
        // With u the removed groups: error = error of none + sum of c over u + u'(X'X)u.
        let c: Vec<f64> = (0..n)
            .map(|i| 2.0 * gram.xy[i] - 2.0 * gram.xx.row(i).sum())
            .collect();
        let mut search = Search {
            gram,
            best: f64::INFINITY,
            mask: start.clone(),
            removed: Vec::new(),
            nodes: 0,
        };
        let gone: Vec<usize> = (0..n).filter(|&i| !start[i]).collect();
        search.best = search.cost(&c, &gone);
        search.descend(0, n - keep, 0.0, &c);
        search.mask
    }
}

struct Search<'a> {
    gram: &'a Gram,
    best: f64,
    mask: Vec<bool>,
    removed: Vec<usize>,
    nodes: usize,
}

impl Search<'_> {
    fn cost(&self, c: &[f64], removed: &[usize]) -> f64 {
        let square = |i: usize| -> f64 { removed.iter().map(|&j| self.gram.xx[[i, j]]).sum() };
        removed.iter().map(|&i| c[i] + square(i)).sum()
    }

    /// `linear`: what removing each group costs beside its products with groups that are not decided yet.
    fn descend(&mut self, from: usize, left: usize, cost: f64, linear: &[f64]) {
        self.nodes += 1;
        let n = self.gram.len();
        if left == 0 {
            if cost < self.best {
                self.best = cost;
                self.mask = vec![true; n];
                self.removed.iter().for_each(|&i| self.mask[i] = false);
            }
            return;
        }
        if n - from < left
            || self.nodes > NODES
            || cost + self.bound(from, left, linear) >= self.best
        {
            return;
        }
        let xx = &self.gram.xx;
        let with = cost + linear[from] + xx[[from, from]];
        let mut next = linear.to_vec();
        for (i, l) in next.iter_mut().enumerate().skip(from + 1) {
            *l += 2.0 * xx[[from, i]];
        }
        self.removed.push(from);
        self.descend(from + 1, left - 1, with, &next);
        self.removed.pop();
        self.descend(from + 1, left, cost, linear);
    }

    /// No choice of `left` groups from `from` on costs less.
    fn bound(&self, from: usize, left: usize, linear: &[f64]) -> f64 {
        let n = self.gram.len();
        let mut least: Vec<f64> = (from..n)
            .map(|i| {
                let mut others: Vec<f64> = (from..n)
                    .filter(|&j| j != i)
                    .map(|j| self.gram.xx[[i, j]])
                    .collect();
                if left - 1 < others.len() && left > 1 {
                    others.select_nth_unstable_by(left - 2, f64::total_cmp);
                }
                let products: f64 = others.iter().take(left - 1).sum();
                linear[i] + self.gram.xx[[i, i]] + products
            })
            .collect();
        least.sort_unstable_by(f64::total_cmp);
        least.iter().take(left).sum()
    }
}
