//! Builds the plan of a run.

use super::plan::{EdgePlan, Plan, StationPlan, Traffic};
use super::routes::Routes;
use super::{CycleError, activity, bus, packets, seat};
use crate::cycle::pipeline::Pipeline;
use crate::graph::{DataflowGraph, StationKind};
use crate::map::Mapping;
use crosscut_arch::{Arch, Timing};
use petgraph::Direction;
use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef;
use std::ops::Range;

pub(super) struct PlanBuilder<'a> {
    graph: &'a DataflowGraph,
    arch: &'a Arch,
    mapping: &'a Mapping,
    routes: Routes,
}

impl<'a> PlanBuilder<'a> {
    pub fn new(graph: &'a DataflowGraph, arch: &'a Arch, mapping: &'a Mapping) -> PlanBuilder<'a> {
        PlanBuilder {
            graph,
            arch,
            mapping,
            routes: Routes::new(arch),
        }
    }

    pub fn plan(mut self) -> Result<Plan, CycleError> {
        let nodes = self.graph.graph.node_indices();
        let stations: Vec<StationPlan> = nodes.map(|n| self.station(n)).collect();
        let edges = self.edges();
        Ok(Plan {
            stations,
            edges,
            routes: self.routes.routes,
            links: self.routes.links,
            queues: self.routes.queues,
            tiles: self.mapping.tiles.max(1) as usize,
            buffer_bytes: self.arch.tile.buffer_bytes,
            sink: self.graph.sink.index(),
        })
    }

    fn tiles(&self, n: NodeIndex) -> Range<u64> {
        seat::tiles(self.graph, n, self.arch, self.mapping)
    }

    fn station(&mut self, n: NodeIndex) -> StationPlan {
        let station = &self.graph.graph[n];
        let tiles = self.tiles(n);
        let spread = tiles.end - tiles.start;
        let p = Pipeline::of(station, self.arch, self.mapping, spread);
        let bit_serial = matches!(self.arch.timing, Timing::BitSerial(_));
        let (bus_ticks, (reduce, reduce_traffic)) = match station.kind {
            StationKind::Compute(i) if bit_serial => (
                bus::fetch_ticks(&self.mapping.layers[i], self.arch, spread),
                self.partial_sums(i, &tiles),
            ),
            StationKind::Compute(i) => (0, self.packets_of_sums(i, &tiles)),
            _ => (0, (None, Traffic::default())),
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
            adc_wait: 0,
            drain: p.drain,
            blocks: station.blocks,
            tiles: tiles.start as usize..tiles.end as usize,
            bus_ticks,
            port_ticks: 0,
            digital: bit_serial && !outside && !matches!(station.kind, StationKind::Compute(_)),
            reduce,
            reduce_traffic,
            inputs: edges(Direction::Incoming),
            outputs: edges(Direction::Outgoing),
        }
    }

    /// Partial sums of a layer whose copies span several tiles: each copy's tiles pass their sums along to its last
    /// tile, which takes the sums of the tile before, adds its own and hands them on.
    fn partial_sums(&mut self, layer: usize, tiles: &Range<u64>) -> (Option<usize>, Traffic) {
        let map = &self.mapping.layers[layer];
        let copies = (map.hardware_slices().len() * map.replicas[1]) as u64;
        let span = (tiles.end - tiles.start) / copies;
        // Tiles whose arrays hold different outputs of the same rows have nothing to add up.
        if !map.adds_partial_sums() || span < 2 {
            return (None, Traffic::default());
        }
        let sums = (map.geometry.output.c * map.unroll) as u64;
        let sum_bits = self.arch.format.weight_bits
            + self.arch.format.input_bits
            + map.geometry.rows().ilog2()
            + 1;
        let flits = (sums * u64::from(sum_bits)).div_ceil(u64::from(self.arch.mesh().flit_bits));
        // Only the first copy's chain is laid out: copies sit in different tiles and move in lock-step.
        let chain = tiles.start + 1..tiles.start + span;
        self.routes.message(tiles.start, chain, flits, copies)
    }

    fn packets_of_sums(&mut self, layer: usize, tiles: &Range<u64>) -> (Option<usize>, Traffic) {
        match packets::sums_way(self.arch, &self.mapping.layers[layer], tiles) {
            Some(([from, to], packets)) => {
                self.routes.message(from, std::iter::once(to), packets, 1)
            }
            None => (None, Traffic::default()),
        }
    }

    fn edges(&mut self) -> Vec<EdgePlan> {
        let flit = u64::from(self.arch.mesh().flit_bits);
        let graph = &self.graph.graph;
        let mut plans = Vec::new();
        for e in graph.edge_references() {
            let (producer, consumer) = (&graph[e.source()], &graph[e.target()]);
            let values = e.weight().values.div_ceil(producer.blocks.yielding());
            let (from, home) = (self.tiles(e.source()), self.tiles(e.target()));
            let to = seat::goals(self.graph, e.target(), self.arch, self.mapping);
            let (route, traffic) = match (producer.kind, self.arch.timing) {
                // The image comes from the host.
                (StationKind::Source, _) => (None, Traffic::default()),
                (_, Timing::Phased(_)) => {
                    let [from, to] = packets::values_way(&from, &to);
                    self.routes.message(from, std::iter::once(to), values, 1)
                }
                _ => {
                    let flits = (values * u64::from(e.weight().bits)).div_ceil(flit);
                    self.routes.message(from.end - 1, to, flits, 1)
                }
            };
            let bytes = activity::bytes(values, e.weight().bits);
            let window = e.weight().window;
            plans.push(EdgePlan {
                from: e.source().index(),
                to: e.target().index(),
                window,
                capacity: None,
                demand: window.demand(&producer.blocks, &consumer.blocks),
                bytes,
                tiles: home.start as usize..home.end as usize,
                tile_bytes: bytes.div_ceil(home.end - home.start),
                write_ticks: 0,
                route,
                traffic,
            });
        }
        plans
    }
}
