//! Placement: in which slots of the chips the tiles of a mapping sit.
//!
//! A mapping is built with tile n in slot n (`in-order`). `optimised` permutes the tiles so that the messages of one image
//! ([`crate::graph::Messages`]) pass fewer routers of the machine's own topology. It is never worse than `in-order`: where the
//! search gains nothing, tiles stay.

mod contract;
mod curve;
mod meter;
mod problem;
mod relief;
mod search;
mod swaps;
mod traffic;

pub use contract::check_topology;
pub use meter::Meter;
pub use traffic::{Traffic, chip_weight};

use crate::graph::{DataflowGraph, GraphError, Message, Messages};
use crate::kind;
use crate::map::{Mapping, Placement, PlacementMethod};
use crosscut_arch::{Arch, Topology};
use crosscut_traces::Network;
use problem::{Piece, Problem};
use relief::Pace;

/// The mapping of `net`, its tiles placed by `method` on the machine's own topology. Layers get tiles of their own where their
/// windows do not fit the buffers otherwise ([`DataflowGraph::fit`]).
///
/// # Errors
/// [`GraphError`] if network and mapping do not belong together.
pub fn place(
    net: &Network,
    arch: &Arch,
    mapping: Mapping,
    method: PlacementMethod,
) -> Result<Mapping, GraphError> {
    let graph = DataflowGraph::build(net, arch, &mapping)?;
    let mapping = graph.fit(arch, mapping);
    Ok(match method {
        PlacementMethod::InOrder => mapping.in_order(arch),
        PlacementMethod::Optimised => place_on(&*arch.topology(), &graph, arch, mapping),
    })
}

/// The mapping with its tiles placed so that messages pass fewer routers of a topology, be it the machine's or another.
pub fn place_on(
    topology: &dyn Topology,
    graph: &DataflowGraph,
    arch: &Arch,
    mapping: Mapping,
) -> Mapping {
    let messages = Messages::of(graph, arch, &mapping);
    place_messages(topology, graph, arch, mapping, &messages)
}

/// The same where the messages are known already.
pub(crate) fn place_messages(
    topology: &dyn Topology,
    graph: &DataflowGraph,
    arch: &Arch,
    mapping: Mapping,
    messages: &Messages,
) -> Mapping {
    let between = between_tiles(messages);
    let grid = arch.grid();
    let slots = slots(&mapping, arch);
    let mut problem = Problem::new(topology, &grid, &between, slots, chip_weight(arch));
    let in_order = (0..mapping.tiles as u32).collect();
    let pace = pace(graph, arch, &mapping);
    let order = search::optimise(&mut problem, in_order, &pieces(&mapping, arch), pace);
    Mapping {
        placement: Placement::new(PlacementMethod::Optimised, &grid, order.into()),
        ..mapping
    }
}

/// Of the time between images, what a link should be taken for at most, in percent: queues grow long near 100.
const SHARE: u64 = 70;

/// What links must keep up with; nothing where messages take no time.
fn pace(graph: &DataflowGraph, arch: &Arch, mapping: &Mapping) -> Option<Pace> {
    if arch.noc.is_ideal() || !kind::of(arch).messages_take_time() {
        return None;
    }
    let stations = graph.graph.node_weights();
    let ticks = stations.filter_map(|s| {
        let row_steps = s.layer_map(mapping)?.row_steps(arch);
        let firing = u64::from(arch.timed_steps_of(row_steps)) * arch.cycle_ticks_of(row_steps);
        Some(s.blocks.count() * firing)
    });
    let layers = ticks.max()?;
    Some(Pace {
        links: layers / 100 * SHARE,
        flit: [arch.noc.params.flit_ticks, arch.chip_links.flit_ticks],
    })
}

/// Traffic of one image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BeforeAndAfter {
    /// With tile n in slot n.
    pub in_order: Traffic,
    /// As the mapping has placed the tiles.
    pub placed: Traffic,
}

/// Traffic of one image of `net` on the machine's own topology: what the cycle engine counts.
///
/// # Errors
/// [`GraphError`] if network and mapping do not belong together.
pub fn traffic(
    net: &Network,
    arch: &Arch,
    mapping: &Mapping,
) -> Result<BeforeAndAfter, GraphError> {
    traffic_on(&*arch.topology(), net, arch, mapping)
}

/// The same on a topology of the caller's own.
///
/// # Errors
/// As [`traffic`].
pub fn traffic_on(
    topology: &dyn Topology,
    net: &Network,
    arch: &Arch,
    mapping: &Mapping,
) -> Result<BeforeAndAfter, GraphError> {
    let graph = DataflowGraph::build(net, arch, mapping)?;
    let messages = Messages::of(&graph, arch, mapping);
    let mut meter = Meter::new(topology, slots(mapping, arch));
    let mut of_order = |order: &[u32]| meter.sum(order, messages.all());
    let in_order: Vec<u32> = (0..mapping.tiles as u32).collect();
    Ok(BeforeAndAfter {
        in_order: of_order(&in_order),
        placed: of_order(&mapping.placement.tile_order),
    })
}

/// Messages that any placement can change.
fn between_tiles(messages: &Messages) -> Vec<&Message> {
    let travels = |m: &&Message| m.flits > 0 && !m.to.is_empty();
    messages.all().filter(travels).collect()
}

/// Slots of the chips in use.
fn slots(mapping: &Mapping, arch: &Arch) -> u64 {
    mapping.chips * arch.tiles_per_chip()
}

/// Runs of tiles that stay together: the tiles of each layer, one that two layers share with the first of them. With
/// the order in which the network declares the layers; those without weights are numbered after all others.
fn pieces(mapping: &Mapping, arch: &Arch) -> Vec<Piece> {
    let layers = mapping.layers.iter().map(|l| l.layer);
    let units = mapping.units.iter().map(|u| u.layer);
    let mut next = 0;
    let mut out = Vec::new();
    for (layer, &place) in layers.chain(units).zip(&mapping.places) {
        let end = place.tiles(arch).end as u32;
        if place.pes > 0 && end > next {
            out.push(Piece {
                layer,
                tiles: next..end,
            });
            next = end;
        }
    }
    out
}
