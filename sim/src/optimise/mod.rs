//! The optimiser: slices and replicas of every layer for an objective within a budget, judged by the cycle engine.
//!
//! A layer's choice is (w, rx, ry): unroll and copies along and across rows. Folded machines choose all three freely (w = 1
//! where a read drives only some of an array's rows: which rows of a banded copy are driven together is not laid out); on
//! semi-folded ones rx is the number of slices (rows are streamed whole). Choices fixed by the user or in the machine stay.
//!
//! **Never worse with more.** The candidates are one list for every budget and every objective ([`pool`]): for each number of
//! firings the fewest crossbars or PEs (found layer by layer; where the adders of a layer depend on how the next one is sliced,
//! by dynamic programming along the chain), the same by the rule of `max_firings`, and mappings with little energy or little
//! waiting. A budget reaches the candidates that fit it, so a larger one reaches all that a smaller one does, and the best of
//! more can only be better. Every objective takes the best of the same list, so none is beaten in its own figure by another.
//!
//! **Judged by the engine.** The figure of a candidate is the one that a run reports. Not every candidate is run: each has a
//! bound that no run beats ([`judge`]), and the one with the best bound is looked at more closely until the best is one that
//! was run (branch and bound; the answer is the same as if all had been run). Of the candidates by firings that links hold up
//! one stands for those that differ by less than 8 % without links: the smallest, which every budget reaches first.
//!
//! **Nothing is proposed that is refused.** A candidate whose windows do not fit the buffers gives way to the next best one of
//! the same kind; one that locks up is left out.

mod bans;
mod bound;
mod budget;
mod energy;
mod error;
mod fill;
mod front;
mod goal;
mod judge;
mod outcome;
mod pool;
mod search;
mod space;
mod state;
mod steps;
mod throughput;
mod winner;

pub use bound::{Bound, BusyPart};
pub use budget::{Budget, InUse};
pub use error::OptimiseError;
pub use goal::{Goal, Objective};
pub use state::Figures;
pub use throughput::Throughput;

use crate::map::{MapOptions, Mapping, PlacementMethod};
use budget::Cap;
use crosscut_arch::{Arch, Timing};
use crosscut_traces::Network;
use judge::Judge;
use pool::Pool;
use serde::{Deserialize, Serialize};

/// What was found, and what it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// What was made as small as possible, and within what.
    #[serde(flatten)]
    pub goal: Goal,
    /// Most firings of any crossbar layer for one image.
    pub firings: u64,
    /// What the interval cannot be shorter than; `None` on machines without crossbar timing.
    pub bound: Option<Bound>,
    /// Figures of the cycle engine; `None` on machines without crossbar timing.
    pub figures: Option<Figures>,
    /// Interval of the engine over that of the bound, less 1: what waiting for each other costs.
    pub gap: Option<f64>,
    /// Area of the tiles, routers and chips in use; absent where the machine gives no costs.
    pub area_mm2: Option<f64>,
    /// Mappings on the list, and of these those that the engine ran.
    pub candidates: u64,
    /// Runs of the engine.
    pub runs: u64,
}

/// A mapping, the choices that lead to it, and what it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Optimised {
    /// Unroll and replicas of every layer.
    pub options: MapOptions,
    /// The mapping.
    pub mapping: Mapping,
    /// Goal, bound and figures.
    pub summary: Summary,
}

/// Chooses slices and replicas of every layer that `options` leaves open.
///
/// # Errors
/// [`OptimiseError`] if the budget cannot hold one copy of the network, no mapping within it fits the buffers or keeps to the
/// throughput required, an objective needs a budget, or the mapping itself is impossible.
pub fn optimise(
    net: &Network,
    arch: &Arch,
    options: &MapOptions,
    goal: &Goal,
    placement: PlacementMethod,
) -> Result<Optimised, OptimiseError> {
    let cap = check(arch, goal)?;
    let timed = !matches!(arch.timing, Timing::None { .. });
    let free = budget::without_chips(arch);
    let pool = Pool::new(net, &free, options, cap.measure, timed)?;
    let mut judge = Judge::new(net, arch, &free, options.max_firings, pool, placement)?;
    let winner = winner::of(&mut judge, &cap, goal)?;
    Ok(judge.optimised(winner, goal))
}

/// Whether the goal makes sense on this machine; what it limits.
fn check(arch: &Arch, goal: &Goal) -> Result<Cap, OptimiseError> {
    let objective = goal.objective;
    if let Timing::None { because } = &arch.timing
        && (objective != Objective::Crossbars || goal.require.is_some())
    {
        return Err(OptimiseError::NoTiming {
            objective: objective.name(),
            machine: arch.name.clone(),
            because: because.clone(),
        });
    }
    let asks_for_costs = objective.needs_costs() || matches!(goal.budget, Some(Budget::AreaMm2(_)));
    if asks_for_costs && arch.parts.is_empty() {
        return Err(OptimiseError::NoCosts(arch.name.clone()));
    }
    if let Some(t) = goal.require
        && !(t.images_per_s > 0.0 && t.images_per_s.is_finite())
    {
        return Err(OptimiseError::NotPositive(t.to_string()));
    }
    let cap = Cap::of(arch, goal.budget)?;
    if objective.needs_budget() && !cap.is_limited() {
        return Err(OptimiseError::NeedsBudget(objective.name()));
    }
    Ok(cap)
}
