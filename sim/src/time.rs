//! How long a mapped network takes: the cycle engine's figures, its interval held to what the estimate proves.
//!
//! The engine proves most intervals by two equal states of the machine one image apart. Where it does not, the interval
//! is a mean over the images it simulated, which may be too short while buffers still fill up. The estimate may then
//! prove what the machine takes at least without contention, and the interval is the longer of the two.
//!
//! [`run`] and [`run_plan`] are the way to times; [`crate::cycle::run_plan`] alone leaves that bound out.

use crate::cycle::{
    self, CycleError, CycleResult, End, Observer, Observers, Plan, RunOptions, Silent,
};
use crate::estimate::{self, Estimate};
use crate::graph::Mapped;

/// A cycle run with the estimate beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Timed {
    /// Times and counts.
    pub result: CycleResult,
    /// The same without contention; nothing if the run was stopped before its end.
    pub estimate: Option<Estimate>,
}

/// Plans and runs a mapped network until its steady state is found.
///
/// # Errors
/// [`CycleError`] if a window does not fit its buffers or the machine locks up.
pub fn run(mapped: Mapped<'_>) -> Result<Timed, CycleError> {
    let plan = Plan::new(mapped.graph, mapped.arch, mapped.mapping)?;
    let options = RunOptions::default();
    let observers = Observers {
        alone: &mut Silent,
        stream: &mut Silent,
    };
    run_plan(&plan, &options, observers, &mut |_, _| {})
}

/// Runs a plan as `options` say, watched by `observers`; `progress` is told how many firings of how many are done.
///
/// # Errors
/// [`CycleError::Deadlock`] if the machine locks up.
pub fn run_plan<A: Observer, S: Observer>(
    plan: &Plan,
    options: &RunOptions<'_>,
    observers: Observers<'_, A, S>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Timed, CycleError> {
    let mut result = cycle::run_plan(plan, options, observers, progress)?;
    let estimate = if result.end == End::Done {
        Some(estimate::times(plan, &mut Silent, &mut Silent)?)
    } else {
        None
    };
    if let Some(e) = &estimate {
        result.bound_interval(e.interval_ticks, e.interval_proven);
    }
    Ok(Timed { result, estimate })
}
