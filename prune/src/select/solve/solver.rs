//! The interface of mask solvers.

use crate::select::gram::Gram;
use crosscut_traces::random::Key;

/// Chooses exactly `keep` of the row groups of one unit.
pub trait MaskSolver: Sync {
    /// The mask: one flag per row group, `keep` of them set (`1 <= keep <= gram.len()`). Must be a pure function
    /// of its arguments; `key` is where randomised solvers take their numbers from.
    fn solve(&self, gram: &Gram, keep: usize, key: Key) -> Vec<bool>;
}
