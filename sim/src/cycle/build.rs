//! Builds the plan of a run.

use super::CycleError;
use super::parts::{self, buffer, bus, digital, off_chip};
use super::pipeline::Pipeline;
use super::plan::{EdgePlan, Plan, StationPlan, Traffic};
use super::routes::Routes;
use super::units::bytes;
use crate::graph::{DataflowGraph, Messages, StationKind};
use crate::kind;
use crate::map::Mapping;
use crosscut_arch::{Arch, Topology};
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

    /// The tile whose bus stands for the links to the memory outside, and what they move per tick. A graph in which nothing
    /// leaves over them has its input there from the start.
    fn off_chip(&self) -> Option<(usize, f64)> {
        let rate = kind::off_chip_rate(self.arch)?;
        let stations = self.graph.graph.node_weights();
        let leaves = stations.filter(|s| s.kind == StationKind::Results).count() > 0;
        leaves.then(|| (self.mapping.tiles.max(1) as usize, rate))
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
        let shared = kind::of(self.arch).tiles_are_shared();
        let demands = self.graph.demands();
        let mut plans = Vec::new();
        for e in graph.edge_references() {
            let (producer, consumer) = (&graph[e.source()], &graph[e.target()]);
            let values = e.weight().values.div_ceil(producer.blocks.yielding());
            let home = self.tiles(e.target());
            // Over links that take time an image comes as buffers have room for it.
            // What has left the machine takes no room in it.
            let outside = match producer.kind {
                StationKind::Source => self.off_chip().is_none(),
                kind => kind == StationKind::Results,
            };
            let (routes, traffic) = self.routes.messages(&self.messages.values[e.id().index()]);
            let bytes = bytes(values, e.weight().bits);
            let spread = buffer::spread(consumer.layer_map(self.mapping), home.end - home.start);
            let running = digital::running_bytes(consumer, self.arch);
            let held = Held {
                demand: demands[e.id().index()],
                tile_bytes: bytes.div_ceil(spread).max(1),
                running_bytes: running.div_ceil(spread),
            };
            // Host memory and the crossbars that hold rows are never short.
            let (capacity, write_ticks) = if outside || !shared {
                (None, 0)
            } else {
                let mut capacity = self.capacity(&consumer.name, &home, &held)?;
                let ends = [producer.kind, consumer.kind];
                if ends.contains(&StationKind::Source) || ends.contains(&StationKind::Results) {
                    // One image may wait at either end of the links, not any number of them.
                    capacity = capacity.min(held.demand + producer.blocks.yielding());
                }
                (
                    Some(capacity),
                    buffer::port_ticks(held.tile_bytes, self.arch),
                )
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
                routes,
                traffic,
            });
        }
        Ok(plans)
    }

    /// Blocks the buffers of a consumer's tiles hold.
    fn capacity(&self, consumer: &str, tiles: &Range<u64>, held: &Held) -> Result<u64, CycleError> {
        let free = self.arch.tile.buffer_bytes.checked_sub(held.running_bytes);
        let capacity = free.map(|bytes| bytes / held.tile_bytes);
        if let Some(capacity) = capacity.filter(|&c| c >= held.demand) {
            return Ok(capacity);
        }
        let needs = held.demand * held.tile_bytes + held.running_bytes;
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
    /// Bytes of the running values of a pool over the whole map in each tile.
    running_bytes: u64,
}
