//! The busiest station: a lower bound of the interval.

use super::error::OptimiseError;
use crate::cycle;
use crate::graph::{DataflowGraph, StationKind};
use crate::map::Mapping;
use crosscut_arch::{Arch, Timing};
use crosscut_traces::Network;
use serde::{Deserialize, Serialize};

/// The station that is busy longest with one image.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bound {
    /// Layer name.
    pub station: String,
    /// `compute`, `pool`, `add`, ...
    pub kind: String,
    /// Ticks it is busy.
    pub ticks: u64,
    /// The same in nanoseconds.
    pub interval_ns: f64,
}

impl Bound {
    /// Of a mapped network.
    pub(super) fn of(
        net: &Network,
        arch: &Arch,
        mapping: &Mapping,
    ) -> Result<Bound, OptimiseError> {
        let graph = DataflowGraph::build(net, arch, mapping)?;
        let busiest = cycle::busiest_station(&graph, arch, mapping);
        let (node, ticks) = busiest.unwrap_or((graph.sink, 0));
        let station = &graph.graph[node];
        Ok(Bound {
            station: station.name.clone(),
            kind: station.kind.name().to_string(),
            ticks,
            interval_ns: ticks as f64 * arch.tick_ns(),
        })
    }
}

/// Ticks that no mapping avoids: stations without weights, with as many digital units as they like.
pub(super) fn floor_ticks(
    net: &Network,
    arch: &Arch,
    mapping: &Mapping,
) -> Result<u64, OptimiseError> {
    let graph = DataflowGraph::build(net, arch, mapping)?;
    let per_firing = |kind| match (arch.timing, kind) {
        (Timing::Phased(p), _) => p.phase_ticks,
        (Timing::BitSerial(_), StationKind::Source) => 0,
        (Timing::BitSerial(_), _) => 1,
    };
    let others = graph.graph.node_weights();
    let others = others.filter(|s| !matches!(s.kind, StationKind::Compute(_)));
    let ticks = others.map(|s| s.blocks.count() * per_firing(s.kind));
    Ok(ticks.max().unwrap_or(0))
}

/// Ticks one firing of a crossbar layer takes its crossbars.
pub(super) fn firing_ticks(arch: &Arch) -> u64 {
    u64::from(arch.input_steps()) * arch.cycle_ticks()
}
