//! The busiest part: a lower bound of the interval.

use super::error::OptimiseError;
use crate::cycle::parts::crossbar;
use crate::cycle::{self, Part, Plan};
use crate::graph::{DataflowGraph, Station, StationKind};
use crate::kind;
use crate::map::{LayerMap, Mapping};
use crosscut_arch::Arch;
use crosscut_traces::Network;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The part that is busy longest with one image.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bound {
    /// The part.
    pub kind: BusyPart,
    /// Layer that is busy, or that keeps the bus or the link busy.
    pub layer: String,
    /// Ticks the part is busy.
    pub ticks: u64,
    /// The same in nanoseconds.
    pub interval_ns: f64,
}

/// A part that can set the interval; a station's crossbars or digital units go by the station's kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BusyPart {
    /// The bus of a tile.
    Bus,
    /// The ports of a tile's buffer.
    Port,
    /// The digital units of a tile.
    Unit,
    /// A link of the network.
    Link,
    /// The links to the memory outside the chips.
    OffChip,
    /// The crossbars or digital units of a station.
    #[serde(untagged)]
    Station(StationKind),
}

impl fmt::Display for BusyPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            BusyPart::Bus => "bus",
            BusyPart::Port => "port",
            BusyPart::Unit => "unit",
            BusyPart::Link => "link",
            BusyPart::OffChip => "off-chip link",
            BusyPart::Station(kind) => kind.name(),
        })
    }
}

impl Bound {
    /// Of a mapped network.
    pub(super) fn of(
        net: &Network,
        arch: &Arch,
        mapping: &Mapping,
    ) -> Result<Bound, OptimiseError> {
        let graph = DataflowGraph::build(net, arch, mapping)?;
        let plan = Plan::new(&graph, arch, mapping)?;
        let (part, ticks) = cycle::busiest(&plan);
        let name = |n: usize| plan.stations[n].name.clone();
        let (kind, layer) = match part {
            Part::Station(n) => (BusyPart::Station(plan.stations[n].kind), name(n)),
            Part::Bus(n) if Some(plan.stations[n].tiles.start) == plan.off_chip => {
                (BusyPart::OffChip, name(n))
            }
            Part::Bus(n) => (BusyPart::Bus, name(n)),
            Part::Port(n) => (BusyPart::Port, name(n)),
            Part::Unit(n) => (BusyPart::Unit, name(n)),
            Part::Sums(n) => (BusyPart::Link, name(n)),
            Part::Link(e) => (BusyPart::Link, name(plan.edges[e].from)),
        };
        Ok(Bound {
            kind,
            layer,
            ticks,
            interval_ns: ticks as f64 * arch.tick_ns(),
        })
    }

    /// Whether more copies of a layer would shorten it.
    pub(super) fn is_crossbars(&self) -> bool {
        self.kind == BusyPart::Station(StationKind::Compute)
    }
}

/// Ticks that no mapping avoids: stations without weights, with as many digital units as they like, and the busiest link
/// of the mapping with one copy.
pub(super) fn floor_ticks(
    net: &Network,
    arch: &Arch,
    mapping: &Mapping,
) -> Result<u64, OptimiseError> {
    let graph = DataflowGraph::build(net, arch, mapping)?;
    let machine = kind::of(arch);
    let per_firing = |kind| match kind {
        StationKind::Source => machine.source_ticks(),
        StationKind::Results => 0,
        _ => machine.least_digital_ticks(),
    };
    let others = graph.graph.node_weights();
    let others = others.filter(|s| s.kind != StationKind::Compute);
    // A pool over the whole map fires once per block of its producer, and copies make these larger.
    let firings = |s: &Station| match s.kind {
        StationKind::Pool => s.blocks.yielding(),
        _ => s.blocks.count(),
    };
    let ticks = others.map(|s| firings(s) * per_firing(s.kind));
    // Streams between layers carry the same values however often a layer is copied.
    let link = cycle::busiest_link(&Plan::new(&graph, arch, mapping)?);
    Ok(ticks.max().unwrap_or(0).max(link))
}

/// Ticks one firing of a crossbar layer takes its crossbars.
pub(super) fn firing_ticks(map: &LayerMap, arch: &Arch) -> u64 {
    crossbar::product_ticks(map, arch)
}
