//! The mask solvers there are.

use super::solver::MaskSolver;
use super::{exact, greedy, lgd};
use crate::select::gram::Gram;
use crosscut_traces::random::Key;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumMessage, IntoStaticStr};

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
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
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
    fn solve(&self, gram: &Gram, keep: usize, key: Key) -> Vec<bool> {
        match self {
            Solver::Greedy => greedy::Greedy.solve(gram, keep, key),
            Solver::Lgd(l) => l.solve(gram, keep, key),
            Solver::Exact => exact::Exact.solve(gram, keep, key),
        }
    }
}
