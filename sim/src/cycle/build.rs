//! Builds the plan of a run.

use super::CycleError;
use super::parts::{self, buffer, bus, off_chip};
use super::pipeline::Pipeline;
use super::plan::{EdgePlan, Plan, StationPlan, Traffic};
use super::routes::Routes;
use crate::graph::{Claims, DataflowGraph, Messages, Short, StationKind};
use crate::kind;
use crate::map::Mapping;
use crate::units::bytes;
use crosscut_arch::{Arch, Topology};
use petgraph::Direction;
use petgraph::graph::{EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef;
use std::ops::Range;

impl Plan {
    /// Plans a run of the mapped network.
    ///
    /// # Errors
    /// [`CycleError::BufferTooSmall`] if an input window does not fit the buffers it lies in.
    pub fn new(graph: &DataflowGraph, arch: &Arch, mapping: &Mapping) -> Result<Plan, CycleError> {
        Plan::with_topology(graph, arch, mapping, &*arch.topology())
    }

    /// Plans a run on a topology of the caller's own, over the slots of [`Arch::grid`].
    ///
    /// # Errors
    /// As [`Plan::new`].
    pub fn with_topology(
        graph: &DataflowGraph,
        arch: &Arch,
        mapping: &Mapping,
        topology: &dyn Topology,
    ) -> Result<Plan, CycleError> {
        let messages = Messages::of(graph, arch, mapping);
        PlanBuilder::new(graph, arch, mapping, &messages, topology).plan()
    }

    /// Plans a run whose messages are known: they do not depend on where the tiles sit.
    pub(crate) fn with_messages(
        graph: &DataflowGraph,
        arch: &Arch,
        mapping: &Mapping,
        messages: &Messages,
    ) -> Result<Plan, CycleError> {
        PlanBuilder::new(graph, arch, mapping, messages, &*arch.topology()).plan()
    }
}

struct PlanBuilder<'a> {
    graph: &'a DataflowGraph,
    arch: &'a Arch,
    mapping: &'a Mapping,
    messages: &'a Messages,
    routes: Routes<'a>,
}

impl<'a> PlanBuilder<'a> {
    fn new(
        graph: &'a DataflowGraph,
        arch: &'a Arch,
        mapping: &'a Mapping,
        messages: &'a Messages,
        topology: &'a dyn Topology,
    ) -> PlanBuilder<'a> {
        PlanBuilder {
            graph,
            arch,
            mapping,
            messages,
            routes: Routes::new(arch, topology, &mapping.placement),
        }
    }

    /// The tile whose bus stands for the links to the memory outside, and what they move per tick.
    fn off_chip(&self) -> Option<(usize, f64)> {
        let rate = self.graph.off_chip_rate(self.arch)?;
        Some((self.mapping.tiles.max(1) as usize, rate))
    }

    fn plan(mut self) -> Result<Plan, CycleError> {
        let off_chip = self.off_chip().map(|(tile, _)| tile);
        let nodes = self.graph.graph.node_indices();
        let stations: Vec<StationPlan> = nodes.map(|n| self.station(n)).collect();
        let edges = self.edges()?;
        Ok(Plan {
            stations,
            edges,
            routes: self.routes.routes,
            links: self.routes.links,
            queues: self.routes.queues,
            tiles: self.mapping.tiles.max(1) as usize + usize::from(off_chip.is_some()),
            off_chip,
            buffer_bytes: self.arch.tile.buffer_bytes,
            flit_bits: self.arch.noc.params.flit_bits,
            sink: self.graph.sink.index(),
        })
    }

    fn tiles(&self, n: NodeIndex) -> Range<u64> {
        self.graph.tiles(n, self.arch, self.mapping)
    }

    fn station(&mut self, n: NodeIndex) -> StationPlan {
        let station = &self.graph.graph[n];
        let tiles = self.tiles(n);
        let spread = tiles.end - tiles.start;
        let p = Pipeline::of(station, self.arch, self.mapping, spread);
        let timed = kind::of(self.arch).tiles_are_shared();
        let map = station.layer_map(self.mapping);
        let on_link = matches!(station.kind, StationKind::Source | StationKind::Results);
        let off_chip = self.off_chip().filter(|_| on_link);
        let bus_ticks = match (map, off_chip) {
            (Some(map), _) if timed => bus::fetch_ticks(map, self.arch, spread),
            (_, Some((_, rate))) => off_chip::block_ticks(station, self.arch, rate),
            _ => 0,
        };
        let (reduce, reduce_traffic) = self.sums(n);
        let read = match (station.kind, map) {
            (StationKind::Source | StationKind::Results, _) => 0,
            (_, Some(map)) => bus::fetched_bytes(map, self.arch),
            (_, None) => bytes(station.inputs_per_firing, self.arch.format.input_bits),
        };
        let port_ticks = if timed {
            buffer::port_ticks(read.div_ceil(spread), self.arch)
        } else {
            0
        };
        let edges = |d| {
            let edges = self.graph.graph.edges_directed(n, d);
            let mut ids: Vec<usize> = edges.map(|e| e.id().index()).collect();
            ids.sort_unstable();
            ids
        };
        let outside = station.kind == StationKind::Source;
        StationPlan {
            name: station.name.clone(),
            kind: station.kind,
            outside,
            fetch: p.fetch,
            occupancy: p.occupancy,
            adc_wait: p.adc_wait,
            drain: p.drain,
            blocks: station.blocks,
            tiles: match off_chip {
                Some((tile, _)) => tile..tile + 1,
                None => tiles.start as usize..tiles.end as usize,
            },
            bus_ticks,
            port_ticks,
            digital: timed && !on_link && map.is_none(),
            actions: {
                // Results are counted where they leave the machine.
                let leaves = self.graph.leaves(n);
                parts::of_firings(station, self.arch, self.mapping, leaves)
            },
            reduce,
            reduce_traffic,
            inputs: edges(Direction::Incoming),
            outputs: edges(Direction::Outgoing),
        }
    }

    /// Partial sums of a firing, and the rows that crossbars are driven with.
    fn sums(&mut self, n: NodeIndex) -> (Vec<usize>, Traffic) {
        let (routes, mut traffic) = self.routes.messages(&self.messages.sums[n.index()]);
        // Phases include the time of the rows.
        for message in &self.messages.rows[n.index()] {
            traffic += self.routes.traffic(message);
        }
        (routes, traffic)
    }

    fn edges(&mut self) -> Result<Vec<EdgePlan>, CycleError> {
        let graph = &self.graph.graph;
        let claims = Claims::of(self.graph, self.arch, self.mapping);
        if let Some(short) = claims.short() {
            return Err(self.too_small(&short));
        }
        let rooms = claims.rooms();
        let mut plans = Vec::new();
        for (e, claim) in graph.edge_references().zip(&claims.of_edges) {
            let id = e.id().index();
            let home = self.tiles(e.target());
            let (routes, traffic) = self.routes.messages(&self.messages.values[id]);
            let bytes = e.weight().block_bytes(&graph[e.source()]);
            let tile_bytes = claim.as_ref().map_or(0, |c| c.tile_bytes);
            plans.push(EdgePlan {
                from: e.source().index(),
                to: e.target().index(),
                window: e.weight().window,
                capacity: rooms[id],
                demand: claims.demands[id],
                bytes,
                tiles: home.start as usize..home.end as usize,
                tile_bytes,
                write_ticks: buffer::port_ticks(tile_bytes, self.arch),
                routes,
                traffic,
            });
        }
        Ok(plans)
    }

    /// A tile whose buffer cannot hold the windows in it.
    fn too_small(&self, short: &Short) -> CycleError {
        let graph = &self.graph.graph;
        let mut stations: Vec<String> = Vec::new();
        for &edge in &short.edges {
            let to = graph.edge_endpoints(EdgeIndex::new(edge)).map(|(_, to)| to);
            let name = to.map(|to| &graph[to].name);
            stations.extend(name.filter(|n| !stations.contains(n)).cloned());
        }
        let needs = short.needs;
        CycleError::BufferTooSmall {
            stations,
            tile: short.tile as usize,
            needs,
            has: self.arch.tile.buffer_bytes,
            suggestion: format!("raise `tile.buffer` to {needs} B or more"),
        }
    }
}
