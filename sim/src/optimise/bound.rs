//! The busiest part: a lower bound of the interval.

use crate::cycle::parts::crossbar;
use crate::cycle::{self, Part, Plan};
use crate::graph::StationKind;
use crate::map::LayerMap;
use crosscut_arch::Arch;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What the interval cannot be shorter than: the part that is busy longest with one image, or, where that is longer, what is
/// proven of waiting without contention.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bound {
    /// The part that is busy longest.
    pub kind: BusyPart,
    /// Layer that is busy, or that keeps the bus or the link busy.
    pub layer: String,
    /// Ticks of the bound.
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
    /// Of a plan, raised to what is known of it beside its busiest part.
    pub(super) fn of(arch: &Arch, plan: &Plan, least: u64) -> Bound {
        let (part, ticks) = cycle::busiest(plan);
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
        let ticks = ticks.max(least);
        Bound {
            kind,
            layer,
            ticks,
            interval_ns: ticks as f64 * arch.tick_ns(),
        }
    }
}

/// Ticks one firing of a crossbar layer takes its crossbars.
pub(super) fn firing_ticks(map: &LayerMap, arch: &Arch) -> u64 {
    crossbar::product_ticks(map, arch)
}
