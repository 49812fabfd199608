//! Plans drawn at random: small networks on small machines that no description could make up.

use super::draw::Draw;
use super::plans::{blocks, edge, plan, source, station};
use super::shapes::{ShapedNetwork, random_network};
use crosscut_sim::cycle::Plan;
use crosscut_sim::graph::{Blocks, DataflowGraph, Station, StationKind, Stream, Window};
use crosscut_traces::{LayerId, Shape};
use petgraph::graph::{DiGraph, NodeIndex};

/// A random plan. Capacities are at least what the network needs unless `starved`.
pub fn random(d: &mut Draw, starved: bool) -> Plan {
    let [h, w] = [d.size(5), d.size(5)];
    let mut p = plan(vec![random_source(d, h, w)]);
    // How values lie: height and width of each station's output.
    let mut shapes = vec![[h, w]];
    for s in 1..=1 + d.size(5) {
        grow(&mut p, &mut shapes, s, d);
    }
    // Stations that lead nowhere may still be at work when the image is done.
    p.sink = match d.one_in(8) {
        true => d.below(p.stations.len() as u64) as usize,
        false => p.stations.len() - 1,
    };
    network(&mut p, d);
    capacities(&mut p, starved, d);
    p
}

/// All at once, or row by row with rows of padding.
fn random_source(d: &mut Draw, h: usize, w: usize) -> crosscut_sim::cycle::plan::StationPlan {
    let mut s = source(h, w);
    if d.one_in(2) {
        s.blocks = Blocks {
            lead: d.below(2) as usize,
            tail: d.below(2) as usize,
            ..blocks(h, w, w, 1)
        };
        s.occupancy = d.below(5);
        s.drain = d.ticks(3);
    }
    s
}

fn grow(p: &mut Plan, shapes: &mut Vec<[usize; 2]>, s: usize, d: &mut Draw) {
    // Mostly after the last one.
    let from = match d.one_in(3) {
        true => d.below(s as u64) as usize,
        false => s - 1,
    };
    let same: Vec<usize> = (0..s).filter(|&o| shapes[o] == shapes[from]).collect();
    let [h, w] = shapes[from];
    let blocks = {
        let (columns, rows) = (d.size(3), d.size(2));
        move |shape: [usize; 2]| blocks(shape[0], shape[1], columns, rows)
    };
    let (shape, blocks, window, inputs) = match d.below(8) {
        0..3 => {
            let stride = [d.size(3), d.size(3)];
            let pad = [d.below(2) as usize, d.below(2) as usize];
            let reach = [d.size(3).min(h + pad[0]), d.size(3).min(w + pad[1])];
            let out = |n: usize, a: usize| (n + pad[a] - reach[a]) / stride[a] + 1;
            let window = Window::Sliding { reach, stride, pad };
            let shape = [out(h, 0), out(w, 1)];
            (shape, blocks(shape), window, vec![from])
        }
        3 => ([1, 1], blocks([1, 1]), Window::Whole, vec![from]),
        4 => {
            // A pool over the whole image takes up block by block and yields with the last.
            let lead = p.stations[from].blocks.yielding() as usize - 1;
            let blocks = Blocks {
                lead,
                ..blocks([1, 1])
            };
            ([1, 1], blocks, Window::Running, vec![from])
        }
        _ if same.len() > 1 => {
            // An addition of two or three values of one shape.
            let mut inputs = vec![from];
            for _ in 0..d.size(2) {
                inputs.push(d.of(&same));
            }
            ([h, w], blocks([h, w]), Window::POINT, inputs)
        }
        _ => ([h, w], blocks([h, w]), Window::POINT, vec![from]),
    };
    let times = [d.ticks(6), 1 + d.below(9), d.ticks(9)];
    let mut new = station(&format!("s{s}"), blocks, times);
    let first = d.below(3) as usize;
    new.tiles = first..first + d.size(2);
    new.port_ticks = d.ticks(5);
    new.digital = d.one_in(3);
    if new.digital {
        new.kind = StationKind::Digital;
        new.fetch = 0;
    } else {
        new.kind = StationKind::Compute;
        new.bus_ticks = d.ticks(8);
        new.adc_wait = d.ticks(new.occupancy + 1);
    }
    p.stations.push(new);
    shapes.push(shape);
    for input in inputs {
        let e = edge(p, input, s, window);
        p.edges[e].write_ticks = d.ticks(4);
        p.edges[e].tiles = p.stations[s].tiles.clone();
    }
}

/// Routes of messages and of partial sums.
fn network(p: &mut Plan, d: &mut Draw) {
    let Some(mut network) = random_network(d) else {
        return;
    };
    for e in 0..p.edges.len() {
        let unlikely = p.stations[p.edges[e].from].outside && !d.one_in(4);
        if !unlikely && !d.one_in(4) {
            p.edges[e].routes = random_routes(p, &mut network, d);
        }
    }
    for s in 1..p.stations.len() {
        if d.one_in(3) {
            p.stations[s].reduce = random_routes(p, &mut network, d);
        }
    }
}

/// One message, or several that leave together.
fn random_routes(p: &mut Plan, network: &mut ShapedNetwork, d: &mut Draw) -> Vec<usize> {
    let messages = if d.one_in(2) { d.size(4) } else { 1 };
    (0..messages).map(|_| random_route(p, network, d)).collect()
}

fn random_route(p: &mut Plan, network: &mut ShapedNetwork, d: &mut Draw) -> usize {
    let from = network.any(d);
    let destinations: Vec<u64> = (0..d.size(3)).map(|_| network.any(d)).collect();
    let flits = 1 + d.below(5);
    let route = network.route(p, from, &destinations, flits);
    // Often not all of it goes everywhere.
    if d.one_in(2) {
        let hops = &mut p.routes[route].hops;
        for i in 0..hops.len() {
            let before = hops[i].parent.map_or(flits, |b| hops[b].flits);
            hops[i].flits = before - d.ticks(before);
        }
    }
    route
}

/// A plan without network whose buffers hold what the program says they must.
pub fn at_demand(d: &mut Draw) -> Plan {
    let mut p = random(d, false);
    for edge in &mut p.edges {
        edge.routes.clear();
        edge.capacity = edge.capacity.map(|_| edge.demand);
    }
    p.stations.iter_mut().for_each(|s| s.reduce.clear());
    p
}

/// Stations and windows of a plan.
fn graph(p: &Plan) -> DataflowGraph {
    let mut graph = DiGraph::new();
    for s in &p.stations {
        graph.add_node(Station {
            name: s.name.clone(),
            kind: s.kind,
            layer: LayerId(0),
            output: Shape::new(1, s.blocks.height, s.blocks.width),
            blocks: s.blocks,
            inputs_per_position: 1,
            inputs_per_firing: 1,
            activations: 0,
            fused: Vec::new(),
        });
    }
    for e in &p.edges {
        let stream = Stream {
            values: 1,
            bits: 1,
            window: e.window,
        };
        graph.add_edge(NodeIndex::new(e.from), NodeIndex::new(e.to), stream);
    }
    let sink = NodeIndex::new(p.sink);
    DataflowGraph { graph, sink }
}

fn capacities(p: &mut Plan, starved: bool, d: &mut Draw) {
    let demands = graph(p).demands();
    for (e, demand) in demands.into_iter().enumerate() {
        p.edges[e].demand = demand;
        if p.stations[p.edges[e].from].outside && !d.one_in(4) {
            continue;
        }
        if d.one_in(4) {
            continue;
        }
        let capacity = if starved && d.one_in(2) {
            1 + d.below(demand)
        } else {
            demand + d.ticks(4)
        };
        p.edges[e].capacity = Some(capacity);
    }
}
