//! Small plans, put together by hand.

use crosscut_sim::cycle::Plan;
use crosscut_sim::cycle::actions::ActionTable;
use crosscut_sim::cycle::plan::{EdgePlan, Hop, LinkPlan, RoutePlan, StationPlan, Traffic};
use crosscut_sim::graph::{Blocks, StationKind, Window};
use crosscut_traces::Shape;

/// A station that fires once per block; four tiles exist.
pub fn station(name: &str, blocks: Blocks, [fetch, occupancy, drain]: [u64; 3]) -> StationPlan {
    StationPlan {
        name: name.into(),
        kind: StationKind::Pool,
        outside: false,
        fetch,
        occupancy,
        adc_wait: 0,
        drain,
        blocks,
        tiles: 0..0,
        bus_ticks: 0,
        port_ticks: 0,
        digital: false,
        actions: ActionTable::default(),
        reduce: Vec::new(),
        reduce_traffic: Traffic::default(),
        inputs: Vec::new(),
        outputs: Vec::new(),
    }
}

/// A source that holds the whole image from the start.
pub fn source(height: usize, width: usize) -> StationPlan {
    StationPlan {
        outside: true,
        kind: StationKind::Source,
        ..station("source", blocks(height, width, width, height), [0, 0, 0])
    }
}

pub fn blocks(height: usize, width: usize, columns: usize, rows: usize) -> Blocks {
    Blocks::new(Shape::new(1, height, width), columns, rows)
}

/// A plan without edges; the last station is the sink.
pub fn plan(stations: Vec<StationPlan>) -> Plan {
    Plan {
        sink: stations.len() - 1,
        stations,
        edges: Vec::new(),
        routes: Vec::new(),
        links: Vec::new(),
        queues: Vec::new(),
        tiles: 4,
        off_chip: None,
        buffer_bytes: 0,
        flit_bits: 32,
    }
}

/// Adds an edge; returns its index.
pub fn edge(plan: &mut Plan, from: usize, to: usize, window: Window) -> usize {
    let e = plan.edges.len();
    let (producer, consumer) = (&plan.stations[from].blocks, &plan.stations[to].blocks);
    plan.edges.push(EdgePlan {
        from,
        to,
        window,
        capacity: None,
        demand: window.demand(producer, consumer),
        bytes: 1,
        tiles: 0..0,
        tile_bytes: 1,
        write_ticks: 0,
        routes: Vec::new(),
        traffic: Traffic::default(),
    });
    plan.stations[from].outputs.push(e);
    plan.stations[to].inputs.push(e);
    e
}

/// Adds a link with one queue of `packets` packets; returns its index, which is also the queue's.
pub fn link(plan: &mut Plan, hop_ticks: u64, flit_ticks: u64, packets: u64) -> usize {
    plan.links.push(LinkPlan {
        hop_ticks,
        flit_ticks,
        from: (0, 0),
        to: (0, 0),
        chip_link: false,
    });
    plan.queues.push(packets);
    assert_eq!(plan.links.len(), plan.queues.len());
    plan.links.len() - 1
}

/// Adds a route; `hops` are (link, hop before), destinations are the links that none follows and those named.
pub fn route(
    plan: &mut Plan,
    flits: u64,
    hops: &[(usize, Option<usize>)],
    destinations: &[usize],
) -> usize {
    let leads_on = |i: usize| hops.iter().any(|h| h.1 == Some(i));
    plan.routes.push(RoutePlan {
        hops: hops
            .iter()
            .enumerate()
            .map(|(i, &(link, parent))| Hop {
                link,
                queue: link,
                parent,
                destination: !leads_on(i) || destinations.contains(&i),
                flits,
            })
            .collect(),
        turn_ticks: 0,
    });
    plan.routes.len() - 1
}
