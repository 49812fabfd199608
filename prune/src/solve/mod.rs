//! Mask solvers: which row groups a unit keeps.

pub mod budget;
pub mod exact;
pub mod fill;
pub mod greedy;
pub mod lgd;
pub mod trim;

use crate::gram::Gram;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumMessage, IntoStaticStr};

/// Chooses exactly `keep` of the row groups of one unit.
pub trait MaskSolver: Sync {
    /// The mask: one flag per row group, `keep` of them set (`1 <= keep <= gram.len()`). Must be a pure function
    /// of its arguments; `key` is where randomised solvers take their numbers from.
    fn solve(&self, gram: &Gram, keep: usize, key: u64) -> Vec<bool>;
}

/// The solvers there are.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Default,
    Serialize,
    Deserialize,
    Display,
    EnumIter,
    EnumMessage,
    IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Solver {
    /// Backward elimination.
    #[default]
    Greedy,
    /// The published gradient method (LGD) with relaxed probabilistic projection.
    Lgd(lgd::Lgd),
    /// The best mask, by branch and bound; for few row groups.
    Exact,
}

impl MaskSolver for Solver {
    fn solve(&self, gram: &Gram, keep: usize, key: u64) -> Vec<bool> {
        match self {
            Solver::Greedy => greedy::Greedy.solve(gram, keep, key),
            Solver::Lgd(l) => l.solve(gram, keep, key),
            Solver::Exact => exact::Exact.solve(gram, keep, key),
        }
    }
}
