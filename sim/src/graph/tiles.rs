//! In which tiles stations work: those of their crossbars, or those whose digital units they share.

use super::{DataflowGraph, Station, StationKind};
use crate::map::{Mapping, Place};
use crosscut_arch::Arch;
use petgraph::Direction;
use petgraph::graph::{EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef;
use std::ops::Range;

impl DataflowGraph {
    /// Tiles a station works in. A digital station shares the units of all tiles of the station that feeds it
    /// ([`DataflowGraph::feeder`]), since each of those holds a part of its values. The source stands beside tile 0.
    pub fn tiles(&self, n: NodeIndex, arch: &Arch, mapping: &Mapping) -> Range<u64> {
        if let Some(place) = place(&self.graph[n], mapping) {
            return place.tiles(arch);
        }
        match self.feeder(n) {
            Some((feeder, _)) => self.tiles(feeder, arch, mapping),
            None => 0..1,
        }
    }

    /// The station beside whose values a station without crossbars works, and its edge: of those that feed it the latest
    /// in network order, whose values would else have to wait for the way. Nothing for the source.
    pub fn feeder(&self, n: NodeIndex) -> Option<(NodeIndex, EdgeIndex)> {
        let inputs = self.graph.edges_directed(n, Direction::Incoming);
        let inputs = inputs.map(|e| (e.source(), e.id()));
        inputs.max_by_key(|&(source, e)| (source, std::cmp::Reverse(e)))
    }
}

/// The PEs of a station that occupies crossbars.
fn place(station: &Station, mapping: &Mapping) -> Option<Place> {
    let place = match station.kind {
        StationKind::Source | StationKind::Results => None,
        _ => mapping.place(station.layer),
    };
    place.filter(|p| p.pes > 0)
}
