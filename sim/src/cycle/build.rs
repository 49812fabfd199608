//! Builds the plan of a run.

use super::parts::{self, buffer, bus, digital};
use super::pipeline::Pipeline;
use super::plan::{EdgePlan, Plan, StationPlan, Traffic};
use super::routes::Routes;
use super::units::bytes;
use super::{CycleError, packets, seat};
use crate::graph::{DataflowGraph, StationKind};
use crate::map::{LayerMap, Mapping};
use crosscut_arch::Arch;
use petgraph::Direction;
use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef;
use std::ops::Range;

impl Plan {
    /// Plans a run of the mapped network.
    ///
    /// # Errors
    /// [`CycleError::BufferTooSmall`] if an input window does not fit the buffers it lies in.
    pub fn new(graph: &DataflowGraph, arch: &Arch, mapping: &Mapping) -> Result<Plan, CycleError> {
        PlanBuilder::new(graph, arch, mapping).plan()
    }
}

struct PlanBuilder<'a> {
    graph: &'a DataflowGraph,
    arch: &'a Arch,
    mapping: &'a Mapping,
    routes: Routes,
}

impl<'a> PlanBuilder<'a> {
    fn new(graph: &'a DataflowGraph, arch: &'a Arch, mapping: &'a Mapping) -> PlanBuilder<'a> {
        PlanBuilder {
            graph,
            arch,
            mapping,
            routes: Routes::new(arch, mapping),
        }
    }

    fn plan(mut self) -> Result<Plan, CycleError> {
        let nodes = self.graph.graph.node_indices();
        let stations: Vec<StationPlan> = nodes.map(|n| self.station(n)).collect();
        let edges = self.edges()?;
        Ok(Plan {
            stations,
            edges,
            routes: self.routes.routes,
            links: self.routes.links,
            queues: self.routes.queues,
            tiles: self.mapping.tiles.max(1) as usize,
            buffer_bytes: self.arch.tile.buffer_bytes,
            flit_bits: self.arch.mesh().flit_bits,
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
        let timed = self.arch.phased().is_none();
        let map = station.layer_map(self.mapping);
        let (bus_ticks, (reduce, reduce_traffic)) = match map {
            Some(map) if timed => (
                bus::fetch_ticks(map, self.arch, spread),
                self.partial_sums(map, &tiles),
            ),
            Some(map) => (0, self.packets_of_sums(map, &tiles)),
            None => (0, (None, Traffic::default())),
        };
        let read = match (station.kind, map) {
            (StationKind::Source, _) => 0,
            (_, Some(map)) => bus::fetched_bytes(map, self.arch),
            (_, None) => bytes(digital::values(station), self.arch.format.input_bits),
        };
        let port_ticks = match timed {
            true => buffer::port_ticks(read.div_ceil(spread), self.arch),
            false => 0,
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
            tiles: tiles.start as usize..tiles.end as usize,
            bus_ticks,
            port_ticks,
            digital: timed && !outside && map.is_none(),
            actions: parts::of_firings(station, self.arch, self.mapping),
            reduce,
            reduce_traffic,
            inputs: edges(Direction::Incoming),
            outputs: edges(Direction::Outgoing),
        }
    }

    /// Partial sums of a layer whose copies span several tiles: each copy's tiles pass their sums along to its last
    /// tile, which takes the sums of the tile before, adds its own and hands them on.
    fn partial_sums(&mut self, map: &LayerMap, tiles: &Range<u64>) -> (Option<usize>, Traffic) {
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
        let chain = |copy: u64| {
            let first = tiles.start + copy * span;
            (first, first + 1..first + span)
        };
        // Copies sit in different tiles and move in lock-step: the first is timed, the others count.
        let (from, to) = chain(0);
        let (route, mut traffic) = self.routes.message(from, to, flits);
        for (from, to) in (1..copies).map(chain) {
            traffic += self.routes.traffic(from, to, flits);
        }
        (route, traffic)
    }

    fn packets_of_sums(&mut self, map: &LayerMap, tiles: &Range<u64>) -> (Option<usize>, Traffic) {
        let (route, mut traffic) = match packets::sums_way(self.arch, map, tiles) {
            Some(([from, to], packets)) => self.routes.message(from, std::iter::once(to), packets),
            None => (None, Traffic::default()),
        };
        traffic.router_flits += packets::relayed(self.arch, map);
        (route, traffic)
    }

    fn edges(&mut self) -> Result<Vec<EdgePlan>, CycleError> {
        let flit = u64::from(self.arch.mesh().flit_bits);
        let graph = &self.graph.graph;
        let phased = self.arch.phased().is_some();
        let demands = self.graph.demands();
        let mut plans = Vec::new();
        for e in graph.edge_references() {
            let (producer, consumer) = (&graph[e.source()], &graph[e.target()]);
            let values = e.weight().values.div_ceil(producer.blocks.yielding());
            let (from, home) = (self.tiles(e.source()), self.tiles(e.target()));
            let to = seat::goals(self.graph, e.target(), self.arch, self.mapping);
            let outside = producer.kind == StationKind::Source;
            let (route, traffic) = if outside {
                // The image comes from the host.
                (None, Traffic::default())
            } else if phased {
                let [from, to] = packets::values_way(&from, &to);
                self.routes.message(from, std::iter::once(to), values)
            } else {
                let flits = (values * u64::from(e.weight().bits)).div_ceil(flit);
                self.routes.message(from.end - 1, to, flits)
            };
            let bytes = bytes(values, e.weight().bits);
            let spread = buffer::spread(consumer.layer_map(self.mapping), home.end - home.start);
            let held = Held {
                demand: demands[e.id().index()],
                tile_bytes: bytes.div_ceil(spread).max(1),
            };
            // Host memory and the crossbars that hold rows are never short.
            let (capacity, write_ticks) = match outside || phased {
                true => (None, 0),
                false => (
                    Some(self.capacity(&consumer.name, &home, &held)?),
                    buffer::port_ticks(held.tile_bytes, self.arch),
                ),
            };
            plans.push(EdgePlan {
                from: e.source().index(),
                to: e.target().index(),
                window: e.weight().window,
                capacity,
                demand: held.demand,
                bytes,
                tiles: home.start as usize..home.end as usize,
                tile_bytes: held.tile_bytes,
                write_ticks,
                route,
                traffic,
            });
        }
        Ok(plans)
    }

    /// Blocks the buffers of a consumer's tiles hold.
    fn capacity(&self, consumer: &str, tiles: &Range<u64>, held: &Held) -> Result<u64, CycleError> {
        let capacity = self.arch.tile.buffer_bytes / held.tile_bytes;
        if capacity >= held.demand {
            return Ok(capacity);
        }
        let needs = held.demand * held.tile_bytes;
        Err(CycleError::BufferTooSmall {
            station: consumer.to_string(),
            tile: tiles.start as usize,
            needs,
            has: self.arch.tile.buffer_bytes,
            suggestion: format!("raise `tile.buffer` to {needs} B or more"),
        })
    }
}

/// What an edge asks of the buffers it lies in.
struct Held {
    demand: u64,
    /// Bytes of one block in each tile.
    tile_bytes: u64,
}
