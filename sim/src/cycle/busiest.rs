//! The part that is busy longest with one image, before anything runs: a lower bound of the interval.

use super::engine::Spec;
use super::noc::{Links, Route, timed_mesh};
use super::{edges, spec};
use crate::graph::DataflowGraph;
use crate::map::Mapping;
use crosscut_arch::Arch;
use petgraph::graph::{EdgeIndex, NodeIndex};

/// A part of the mapped machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The crossbars or the digital units of a station.
    Station(NodeIndex),
    /// The bus of a tile; the station that takes it longest.
    Bus(NodeIndex),
    /// A link of the network; the stream that takes it longest.
    Link(EdgeIndex),
    /// A link of the network; the station whose partial sums take it longest.
    Sums(NodeIndex),
}

/// The busiest part and its ticks; stations first, then buses, then links among equals.
pub fn busiest(graph: &DataflowGraph, arch: &Arch, mapping: &Mapping) -> (Part, u64) {
    let mut links = Links::default();
    let specs = specs(graph, arch, mapping, &mut links);
    let mut best = (Part::Station(graph.sink), 0);
    let mut keep = |(part, ticks)| {
        if ticks > best.1 {
            best = (part, ticks);
        }
    };
    let mut buses = Loads::new(mapping.tiles as usize);
    for (n, s) in graph.graph.node_indices().zip(&specs) {
        let firings = s.blocks.count();
        keep((Part::Station(n), firings * s.occupancy));
        for tile in s.tiles.clone() {
            buses.add(tile, Part::Bus(n), firings * s.bus_ticks);
        }
    }
    buses.busiest().map(&mut keep);
    let loads = link_loads(graph, arch, mapping, &specs, links);
    loads.busiest().map(&mut keep);
    best
}

/// Ticks of the busiest link.
pub fn busiest_link(graph: &DataflowGraph, arch: &Arch, mapping: &Mapping) -> u64 {
    let mut links = Links::default();
    let specs = specs(graph, arch, mapping, &mut links);
    let loads = link_loads(graph, arch, mapping, &specs, links);
    loads.busiest().map_or(0, |(_, ticks)| ticks)
}

fn specs(graph: &DataflowGraph, arch: &Arch, mapping: &Mapping, links: &mut Links) -> Vec<Spec> {
    let nodes = graph.graph.node_indices();
    nodes
        .map(|n| spec(graph, n, arch, mapping, links))
        .collect()
}

/// Ticks of one image on every link; none where the network takes no time.
fn link_loads(
    graph: &DataflowGraph,
    arch: &Arch,
    mapping: &Mapping,
    specs: &[Spec],
    mut links: Links,
) -> Loads {
    let Some(mesh) = timed_mesh(arch) else {
        return Loads::new(0);
    };
    let edges = edges(graph, arch, mapping, &mut links);
    let mut loads = Loads::new(links.count());
    let mut message = |route: &Route, part, firings: u64| {
        let ticks = firings * route.flits * mesh.flit_ticks;
        route.links().for_each(|l| loads.add(l, part, ticks));
    };
    for (i, e) in edges.iter().enumerate() {
        let firings = specs[e.from].blocks.count();
        message(&e.route, Part::Link(EdgeIndex::new(i)), firings);
    }
    for (n, s) in graph.graph.node_indices().zip(specs) {
        message(&s.reduce, Part::Sums(n), s.blocks.count());
    }
    loads
}

/// Ticks of each server of a kind, and who takes most of them.
struct Loads(Vec<Load>);

#[derive(Clone, Copy, Default)]
struct Load {
    ticks: u64,
    most: Option<(Part, u64)>,
}

impl Loads {
    fn new(servers: usize) -> Loads {
        Loads(vec![Load::default(); servers])
    }

    fn add(&mut self, server: usize, part: Part, ticks: u64) {
        let load = &mut self.0[server];
        load.ticks += ticks;
        if load.most.is_none_or(|(_, most)| ticks > most) {
            load.most = Some((part, ticks));
        }
    }

    fn busiest(&self) -> Option<(Part, u64)> {
        // The first of several equally busy ones.
        let load = self.0.iter().rev().max_by_key(|l| l.ticks)?;
        load.most.map(|(part, _)| (part, load.ticks))
    }
}
