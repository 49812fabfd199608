//! In which tiles stations work: those of their crossbars, or those whose digital units they share.

use super::{DataflowGraph, Station, StationKind};
use crate::map::{Mapping, Place};
use crosscut_arch::Arch;
use petgraph::Direction;
use petgraph::graph::NodeIndex;
use std::ops::Range;

impl DataflowGraph {
    /// Tiles a station works in. Digital stations share the units of all tiles of the station that feeds them first,
    /// since each of those holds a part of its values; one tile alone could not keep up with a replicated layer. The
    /// source stands beside tile 0.
    pub fn tiles(&self, n: NodeIndex, arch: &Arch, mapping: &Mapping) -> Range<u64> {
        if let Some(place) = place(&self.graph[n], mapping) {
            return place.tiles(arch);
        }
        let mut feeders = self.graph.neighbors_directed(n, Direction::Incoming);
        match feeders.next() {
            Some(feeder) => self.tiles(feeder, arch, mapping),
            None => 0..1,
        }
    }

    /// Tiles that messages to a station go to: those of its crossbars; for a digital station, which has none, the last
    /// tile it works in, where its values leave from as well.
    pub fn receiving_tiles(&self, n: NodeIndex, arch: &Arch, mapping: &Mapping) -> Range<u64> {
        let tiles = self.tiles(n, arch, mapping);
        if place(&self.graph[n], mapping).is_some() {
            tiles
        } else {
            tiles.end - 1..tiles.end
        }
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
