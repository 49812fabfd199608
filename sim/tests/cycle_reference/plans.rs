//! Small plans: by hand, and drawn at random.

use crosscut_sim::cycle::Plan;
use crosscut_sim::cycle::plan::{EdgePlan, Hop, LinkPlan, RoutePlan, StationPlan, Traffic};
use crosscut_sim::graph::{Blocks, StationKind, Window};
use crosscut_traces::Shape;
use crosscut_traces::weights::hash;

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
        reduce: None,
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
        buffer_bytes: 0,
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
        route: None,
        traffic: Traffic::default(),
    });
    plan.stations[from].outputs.push(e);
    plan.stations[to].inputs.push(e);
    e
}

/// Adds a link with one queue of so many packets; returns its index, which is also the queue's.
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

/// Adds a route; `hops` are (link, hop before), goals are the links that none follows and those named.
pub fn route(
    plan: &mut Plan,
    flits: u64,
    hops: &[(usize, Option<usize>)],
    goals: &[usize],
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
                goal: !leads_on(i) || goals.contains(&i),
            })
            .collect(),
        turn_ticks: 0,
        flits,
    });
    plan.routes.len() - 1
}

/// Numbers drawn from (seed, counter).
pub struct Draw {
    seed: u64,
    counter: u64,
}

impl Draw {
    pub fn new(seed: u64) -> Draw {
        Draw { seed, counter: 0 }
    }

    /// Below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.counter += 1;
        hash(self.seed, self.counter) % n
    }

    pub fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn size(&mut self, most: usize) -> usize {
        1 + self.below(most as u64) as usize
    }
}

/// Columns and rows of the routers' grid.
const GRID: u64 = 3;

/// A random network on a random machine. Capacities are at least what the network needs unless `starved`.
pub fn random(seed: u64, starved: bool) -> Plan {
    let mut d = Draw::new(seed);
    let (h, w) = (d.size(5), d.size(5));
    let mut p = plan(vec![source(h, w)]);
    // How values lie: height and width of each station's output.
    let mut shapes = vec![[h, w]];
    for s in 1..=2 + d.below(4) as usize {
        grow(&mut p, &mut shapes, s, &mut d);
    }
    // What no one takes is joined by the sink, so that every station matters.
    p.sink = p.stations.len() - 1;
    mesh(&mut p, &mut d);
    capacities(&mut p, starved, &mut d);
    p
}

fn ticks(d: &mut Draw, most: u64) -> u64 {
    if d.one_in(3) { 0 } else { d.below(most) }
}

fn grow(p: &mut Plan, shapes: &mut Vec<[usize; 2]>, s: usize, d: &mut Draw) {
    let from = d.below(s as u64) as usize;
    let same: Vec<usize> = (0..s).filter(|&o| shapes[o] == shapes[from]).collect();
    let [h, w] = shapes[from];
    let times = [ticks(d, 6), 1 + d.below(9), ticks(d, 9)];
    let (shape, window, inputs) = if same.len() > 1 && d.one_in(2) {
        // An addition of two values of one shape.
        let other = same[d.below(same.len() as u64) as usize];
        ([h, w], Window::POINT, vec![from, other])
    } else if d.one_in(5) {
        ([1, 1], Window::Whole, vec![from])
    } else {
        let stride = [d.size(2), d.size(2)];
        let pad = [d.below(2) as usize, d.below(2) as usize];
        let reach = [d.size(3).min(h + pad[0]), d.size(3).min(w + pad[1])];
        let out = |n: usize, a: usize| (n + pad[a] - reach[a]) / stride[a] + 1;
        let window = Window::Sliding { reach, stride, pad };
        ([out(h, 0), out(w, 1)], window, vec![from])
    };
    let (columns, rows) = (d.size(3), d.size(2));
    let mut new = station(
        &format!("s{s}"),
        blocks(shape[0], shape[1], columns, rows),
        times,
    );
    let first = d.below(3) as usize;
    new.tiles = first..first + d.size(2);
    new.digital = d.one_in(3);
    new.port_ticks = ticks(d, 5);
    if new.digital {
        new.fetch = 0;
    } else {
        new.bus_ticks = ticks(d, 8);
        new.adc_wait = d.below(new.occupancy + 1);
    }
    p.stations.push(new);
    shapes.push(shape);
    for input in inputs {
        let e = edge(p, input, s, window);
        p.edges[e].write_ticks = ticks(d, 4);
        p.edges[e].tiles = p.stations[s].tiles.clone();
    }
}

/// Routes over a grid of routers, x first.
fn mesh(p: &mut Plan, d: &mut Draw) {
    if d.one_in(4) {
        return;
    }
    let (hop, flit, packets) = (d.below(4), 1 + d.below(3), 1 + d.below(3));
    let mut index = std::collections::BTreeMap::new();
    for e in 0..p.edges.len() {
        if !p.stations[p.edges[e].from].outside && !d.one_in(4) {
            p.edges[e].route = Some(random_route(p, &mut index, (hop, flit, packets), d));
        }
    }
    for s in 1..p.stations.len() {
        if d.one_in(3) {
            p.stations[s].reduce = Some(random_route(p, &mut index, (hop, flit, packets), d));
        }
    }
}

type Router = (u64, u64);

fn random_route(
    p: &mut Plan,
    index: &mut std::collections::BTreeMap<(Router, Router), usize>,
    (hop, flit, packets): (u64, u64, u64),
    d: &mut Draw,
) -> usize {
    let at_random = |d: &mut Draw| (d.below(GRID), d.below(GRID));
    let from = at_random(d);
    let mut behind = std::collections::BTreeMap::from([(from, None)]);
    let (mut hops, mut goals): (Vec<(usize, Option<usize>)>, Vec<usize>) = Default::default();
    for _ in 0..d.size(3) {
        let goal = at_random(d);
        let mut at = from;
        while at != goal {
            let toward = |a: u64, b: u64| if b > a { a + 1 } else { a - 1 };
            let next = match at.0 != goal.0 {
                true => (toward(at.0, goal.0), at.1),
                false => (at.0, toward(at.1, goal.1)),
            };
            if !behind.contains_key(&next) {
                let link = *index
                    .entry((at, next))
                    .or_insert_with(|| link(p, hop, flit, packets));
                hops.push((link, behind[&at]));
                behind.insert(next, Some(hops.len() - 1));
            }
            at = next;
        }
        goals.extend(behind[&goal]);
    }
    let flits = 1 + d.below(5);
    let r = route(p, flits, &hops, &goals);
    p.routes[r].turn_ticks = if d.one_in(2) { 0 } else { hop + flits * flit };
    r
}

/// Blocks an edge must hold: those that any way from its producer to a firing of its consumer asks for before that firing,
/// less those that earlier firings have released.
pub fn demand(p: &Plan, e: usize) -> u64 {
    let (from, to) = (p.edges[e].from, p.edges[e].to);
    let consumer = &p.stations[to].blocks;
    let mut most = 0;
    for n in 0..consumer.count() {
        // Firings asked of every station, last first: edges lead from lower to higher numbers.
        let mut asked = vec![0u64; p.stations.len()];
        asked[to] = n + 1;
        let mut blocks = 0;
        for s in (0..=to).rev().filter(|&s| p.stations[s].blocks.count() > 0) {
            if asked[s] == 0 {
                continue;
            }
            for &i in &p.stations[s].inputs {
                let producer = &p.stations[p.edges[i].from].blocks;
                let need = p.edges[i]
                    .window
                    .need(producer, &p.stations[s].blocks, asked[s] - 1);
                let firing = (1..=producer.count())
                    .find(|&f| producer.yielded(f) >= need)
                    .expect("the image has so many blocks");
                asked[p.edges[i].from] = asked[p.edges[i].from].max(firing);
                if p.edges[i].from == from {
                    blocks = blocks.max(need);
                }
            }
        }
        let producer = &p.stations[from].blocks;
        let released = match n {
            0 => 0,
            _ => p.edges[e].window.free(producer, consumer, n - 1),
        };
        most = most.max(blocks.saturating_sub(released));
    }
    most
}

fn capacities(p: &mut Plan, starved: bool, d: &mut Draw) {
    for e in 0..p.edges.len() {
        let demand = demand(p, e);
        p.edges[e].demand = demand;
        let outside = p.stations[p.edges[e].from].outside;
        if outside || d.one_in(4) {
            continue;
        }
        let capacity = if starved && d.one_in(2) {
            1 + d.below(demand)
        } else {
            demand + ticks(d, 4)
        };
        p.edges[e].capacity = Some(capacity);
    }
}
