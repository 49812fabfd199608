//! The estimate as a cycle run would report it: the same counts, the same split of time.

use super::steady::{self, Estimate};
use super::tally::Tallies;
use super::Load;
use crate::cycle::observe::Observer;
use crate::cycle::plan::Plan;
use crate::cycle::{CycleError, CycleResult, EdgeUse, End, LinkTally, Stream, TileUse, Usage};
use crate::graph::DataflowGraph;
use crate::map::Mapping;
use crate::record::Both;
use crosscut_arch::Arch;

/// Estimates a mapped network; `alone` observes the first image, `stream` all that were needed for the interval.
///
/// # Errors
/// [`CycleError::Deadlock`] if stations wait for each other in a ring.
pub fn run(
    plan: &Plan,
    graph: &DataflowGraph,
    arch: &Arch,
    mapping: &Mapping,
    alone: &mut impl Observer,
    stream: &mut impl Observer,
) -> Result<CycleResult, CycleError> {
    let mut tallies = Tallies::new(plan, u64::MAX);
    let found = steady::images(plan, &mut Both(alone, &mut tallies), stream)?;
    let latency = found.latency_ticks;
    if tallies.exceeds(latency) {
        tallies = Tallies::new(plan, latency);
        steady::first(plan, &mut tallies)?;
    }
    Ok(result(plan, graph, arch, mapping, tallies, &found))
}
