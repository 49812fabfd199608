//! The cycle engine: when things happen.
//!
//! Time is an integer number of ticks of the digital clock. Parts: [`pipeline`] (crossbar reads, ADC drain,
//! shift-and-add, latches), `bus` (buffer to PE), `noc` (mesh), digital units. [`activity`] counts actions; energy
//! is counts x cost table and belongs to the report.
//!
//! Layers fused into the station before them (activations, softmax, local response normalisation, batch norm, also
//! where they follow an addition or a pool) take no time of their own; their actions are counted. Joining channels is
//! timed as a digital station.

pub mod activity;
mod bus;
mod busiest;
mod engine;
pub mod noc;
mod packets;
pub mod pipeline;
pub mod result;
mod wheel;

pub use busiest::{Part, busiest, busiest_link};
pub use result::{CycleResult, Stalls, StationTiming};

use crate::counts::Counts;
use crate::graph::{DataflowGraph, Station, StationKind};
use crate::map::{Grid, Mapping, Place};
use bus::Buses;
use crosscut_arch::Arch;
use engine::{Edge, Engine, Spec, Trace};
use noc::{Links, Route, timed_mesh};
use petgraph::Direction;
use petgraph::visit::EdgeRef;
use pipeline::Pipeline;

/// Images simulated to find the steady interval. It is the gap between the two in the middle: the first images meet an
/// empty machine, the last are not held up by followers. More are tried while the gap is shorter than the busiest
/// station's work on an image, which happens as long as a longer branch hides that station.
const INTERVAL_IMAGES: [u64; 4] = [4, 8, 16, 32];

/// Runs a mapped network: one image alone for its latency, then several back to back for the interval.
pub fn run(
    graph: &DataflowGraph,
    arch: &Arch,
    mapping: &Mapping,
    progress: &mut dyn FnMut(u64, u64),
) -> CycleResult {
    let mut links = Links::default();
    let specs: Vec<Spec> = graph
        .graph
        .node_indices()
        .map(|n| spec(graph, n, arch, mapping, &mut links))
        .collect();
    let edges: Vec<Edge> = edges(graph, arch, mapping, &mut links);
    let mut buses = Buses::new(mapping.tiles);
    let mut engine = Engine {
        specs: &specs,
        edges: &edges,
        sink: graph.sink.index(),
        mesh: timed_mesh(arch),
        images: 1,
    };
    let alone = engine.run(&mut links, &mut buses, &mut |_, _| {});
    let latency = alone.image_end.last().copied().unwrap_or(0);
    let mut unfinished = unfinished(graph, &alone.traces, 1);
    let busiest = specs
        .iter()
        .map(|s| s.blocks.count() * s.occupancy)
        .max()
        .unwrap_or(0);
    let (mut interval, mut events) = (0, alone.events);
    for images in INTERVAL_IMAGES {
        links.reset();
        buses = Buses::new(mapping.tiles);
        engine.images = images;
        let steady = engine.run(&mut links, &mut buses, progress);
        events += steady.events;
        unfinished.extend(self::unfinished(graph, &steady.traces, images));
        if let Some([before, after]) = steady
            .image_end
            .get(images as usize / 2 - 1..=images as usize / 2)
        {
            interval = after - before;
        }
        if interval >= busiest || !unfinished.is_empty() {
            break;
        }
    }
    // Branches of very unequal length may hide the busiest station for longer than is simulated.
    let interval = interval.max(busiest);
    let stations: Vec<StationTiming> = graph
        .graph
        .node_indices()
        .map(|n| {
            let (station, s) = (&graph.graph[n], &specs[n.index()]);
            let t = &alone.traces[n.index()];
            let mut counts = activity::of_station(station, arch, mapping);
            let messages = s
                .outputs
                .iter()
                .map(|&e| &edges[e].route)
                .chain([&s.reduce]);
            messages.for_each(|r| counts += &activity::of_message(r, arch).times(t.firings));
            let times = t.times(s.occupancy, latency);
            StationTiming {
                name: station.name.clone(),
                kind: station.kind.name().to_string(),
                firings: t.firings,
                firing_interval_ticks: s.occupancy,
                start_ticks: times.start,
                end_ticks: t.last_end,
                busy_ticks: times.busy,
                stalled: Stalls {
                    input: times.wait_input,
                    bus: times.wait_bus,
                },
                idle_ticks: times.idle,
                counts,
            }
        })
        .collect();
    let mut counts = Counts::default();
    stations.iter().for_each(|s| counts += &s.counts);
    CycleResult {
        latency_ticks: latency,
        interval_ticks: interval,
        images: engine.images,
        stations,
        counts,
        events,
        unfinished,
    }
}

/// Stations that did not fire once per block of every image or did not yield every output position: none, unless the
/// engine is at fault.
fn unfinished(graph: &DataflowGraph, traces: &[Trace], images: u64) -> Vec<String> {
    let stations = graph.graph.node_weights().zip(traces);
    stations
        .filter(|(s, t)| {
            let positions = (s.output.h * s.output.w) as u64;
            (t.firings, t.positions) != (s.blocks.count() * images, positions * images)
        })
        .map(|(s, _)| s.name.clone())
        .collect()
}

fn place(station: &Station, mapping: &Mapping) -> Option<Place> {
    match station.kind {
        StationKind::Compute(i) => Some(mapping.places[i]),
        _ => {
            let unit = mapping
                .units
                .iter()
                .position(|u| u.layer == station.layer)?;
            Some(mapping.places[mapping.layers.len() + unit])
        }
    }
}

/// Tiles of a station. Digital stations sit in the last tile of the station that feeds them; the source in tile 0.
fn tiles(
    graph: &DataflowGraph,
    n: petgraph::graph::NodeIndex,
    arch: &Arch,
    mapping: &Mapping,
) -> std::ops::Range<u64> {
    let per_tile = u64::from(arch.tile.pes);
    match place(&graph.graph[n], mapping) {
        Some(p) if p.pes > 0 => p.first_pe / per_tile..(p.first_pe + p.pes - 1) / per_tile + 1,
        _ => match graph
            .graph
            .neighbors_directed(n, Direction::Incoming)
            .next()
        {
            Some(before) => {
                let last = tiles(graph, before, arch, mapping).end - 1;
                last..last + 1
            }
            None => 0..1,
        },
    }
}

/// Tiles whose digital units share the work of a station: all tiles of the layer its values come from, since each
/// holds a part of them. One tile alone could not keep up with a replicated layer.
fn working_tiles(
    graph: &DataflowGraph,
    n: petgraph::graph::NodeIndex,
    arch: &Arch,
    mapping: &Mapping,
) -> u64 {
    if place(&graph.graph[n], mapping).is_some_and(|p| p.pes > 0) {
        let own = tiles(graph, n, arch, mapping);
        return own.end - own.start;
    }
    let mut before = graph.graph.neighbors_directed(n, Direction::Incoming);
    before
        .next()
        .map_or(1, |b| working_tiles(graph, b, arch, mapping))
}

fn spec(
    graph: &DataflowGraph,
    n: petgraph::graph::NodeIndex,
    arch: &Arch,
    mapping: &Mapping,
    links: &mut Links,
) -> Spec {
    let station = &graph.graph[n];
    let workers = working_tiles(graph, n, arch, mapping);
    let p = Pipeline::of(station, arch, mapping, workers);
    let tiles = tiles(graph, n, arch, mapping);
    let edges = |d| {
        let mut ids: Vec<usize> = graph
            .graph
            .edges_directed(n, d)
            .map(|e| e.id().index())
            .collect();
        ids.sort_unstable();
        ids
    };
    let (bus_ticks, reduce) = match (station.kind, arch.phased()) {
        (StationKind::Compute(i), None) => (
            bus_ticks(i, arch, mapping, tiles.end - tiles.start),
            reduce_route(i, arch, mapping, tiles.clone(), links),
        ),
        (StationKind::Compute(i), Some(_)) => (
            0,
            packets::partial_sums(
                arch,
                &Grid::placed(arch, mapping),
                links,
                &mapping.layers[i],
                &tiles,
            ),
        ),
        _ => (0, Route::default()),
    };
    Spec {
        fetch: p.fetch,
        occupancy: p.occupancy,
        drain: p.drain,
        tiles: tiles.start as usize..tiles.end as usize,
        bus_ticks,
        reduce,
        blocks: station.blocks,
        inputs: edges(Direction::Incoming),
        outputs: edges(Direction::Outgoing),
    }
}

/// Ticks one firing takes of each bus: the rows all replicas fetch, spread evenly over the layer's tiles.
fn bus_ticks(layer: usize, arch: &Arch, mapping: &Mapping, tiles: u64) -> u64 {
    let map = &mapping.layers[layer];
    let rows: u64 = map
        .hardware_slices()
        .iter()
        .map(|&w| map.activity(arch, w).fetched_rows)
        .sum();
    let bytes = activity::bytes(rows * map.replicas[1] as u64, arch.format.input_bits);
    bus::ticks(bytes.div_ceil(tiles), arch.tile.bus_bytes_per_tick)
}

/// Partial sums of a layer whose copies span several tiles: each copy's tiles pass their sums along to its last tile,
/// which takes the sums of the tile before, adds its own and hands them on.
fn reduce_route(
    layer: usize,
    arch: &Arch,
    mapping: &Mapping,
    tiles: std::ops::Range<u64>,
    links: &mut Links,
) -> Route {
    let map = &mapping.layers[layer];
    let copies = (map.hardware_slices().len() * map.replicas[1]) as u64;
    // Tiles whose arrays hold different outputs of the same rows have nothing to add up.
    if !map.adds_partial_sums() || (tiles.end - tiles.start) / copies < 2 {
        return Route::default();
    }
    let span = (tiles.end - tiles.start) / copies;
    let sums = (map.geometry.output.c * map.unroll) as u64;
    let sum_bits =
        arch.format.weight_bits + arch.format.input_bits + map.geometry.rows().ilog2() + 1;
    let flits = (sums * u64::from(sum_bits)).div_ceil(u64::from(arch.mesh().flit_bits));
    let grid = Grid::placed(arch, mapping);
    let mut chain = |copy: u64| {
        let first = tiles.start + copy * span;
        Route::multicast(&grid, links, first, first + 1..first + span, flits)
    };
    // Copies move in lock-step: the first is timed, the others count.
    let first = chain(0);
    (1..copies).fold(first, |route, copy| route.beside(&chain(copy)))
}

fn edges(graph: &DataflowGraph, arch: &Arch, mapping: &Mapping, links: &mut Links) -> Vec<Edge> {
    let grid = Grid::placed(arch, mapping);
    let flit = u64::from(arch.mesh().flit_bits);
    graph
        .graph
        .edge_references()
        .map(|e| {
            let producer = &graph.graph[e.source()];
            let per_firing = e.weight().values.div_ceil(producer.blocks.count());
            let (from, to) = (
                tiles(graph, e.source(), arch, mapping),
                tiles(graph, e.target(), arch, mapping),
            );
            let route = match (producer.kind, arch.phased()) {
                // The image lies in the buffer of the first layer already.
                (StationKind::Source, _) => Route::default(),
                (_, Some(_)) => packets::values(&grid, links, &from, &to, per_firing),
                _ => {
                    let flits = (per_firing * u64::from(e.weight().bits)).div_ceil(flit);
                    Route::multicast(&grid, links, from.end - 1, to, flits)
                }
            };
            Edge {
                from: e.source().index(),
                to: e.target().index(),
                window: e.weight().window,
                route,
            }
        })
        .collect()
}

/// Steady interval without contention: the station that is busy longest.
pub fn bottleneck_ticks(result: &CycleResult) -> u64 {
    result
        .stations
        .iter()
        .map(|s| s.firings * s.firing_interval_ticks)
        .max()
        .unwrap_or(0)
}
