//! Where stations work: tiles of crossbars and of digital units.

use crate::graph::{DataflowGraph, Station, StationKind};
use crate::map::{Mapping, Place};
use crosscut_arch::Arch;
use petgraph::Direction;
use petgraph::graph::NodeIndex;
use std::ops::Range;

fn place(station: &Station, mapping: &Mapping) -> Option<Place> {
    let place = match station.kind {
        StationKind::Source => None,
        _ => mapping.place(station.layer),
    };
    place.filter(|p| p.pes > 0)
}

/// Tiles a station works in. Digital stations share the units of all tiles of the station that feeds them first, since
/// each of those holds a part of its values; one tile alone could not keep up with a replicated layer. The source
/// stands beside tile 0.
pub(super) fn tiles(
    graph: &DataflowGraph,
    n: NodeIndex,
    arch: &Arch,
    mapping: &Mapping,
) -> Range<u64> {
    if let Some(p) = place(&graph.graph[n], mapping) {
        let per_tile = u64::from(arch.tile.pes);
        return p.first_pe / per_tile..(p.first_pe + p.pes - 1) / per_tile + 1;
    }
    match feeder(graph, n) {
        Some(before) => tiles(graph, before, arch, mapping),
        None => 0..1,
    }
}

/// Tiles that messages to a station go to: those of its crossbars; for a digital station, which has none, the last
/// tile it works in, where its values leave from as well.
pub(super) fn goals(
    graph: &DataflowGraph,
    n: NodeIndex,
    arch: &Arch,
    mapping: &Mapping,
) -> Range<u64> {
    let tiles = tiles(graph, n, arch, mapping);
    if place(&graph.graph[n], mapping).is_some() {
        tiles
    } else {
        tiles.end - 1..tiles.end
    }
}

fn feeder(graph: &DataflowGraph, n: NodeIndex) -> Option<NodeIndex> {
    let mut before = graph.graph.neighbors_directed(n, Direction::Incoming);
    before.next()
}
