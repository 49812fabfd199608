//! Without contention the estimate and the event engine agree on every firing; with it the estimate is never above.
//!
//! Random plans in which nothing is shared: each station has a tile of its own, each edge tiles for its blocks, each
//! route links of its own. Windows, capacities, fetches, drains, buses, ports and routes are drawn; some plans lock up,
//! and then both must say so.

use crosscut_arch::load;
use crosscut_sim::cycle::actions::ActionTable;
use crosscut_sim::cycle::plan::{EdgePlan, Hop, LinkPlan, Plan, RoutePlan, StationPlan, Traffic};
use crosscut_sim::cycle::{self, CycleError, Firing, Limits, Observer, Silent, simulate};
use crosscut_sim::estimate;
use crosscut_sim::graph::{Blocks, DataflowGraph, Mapped, StationKind, Window};
use crosscut_sim::map::{MapOptions, Mapping};
use crosscut_sim::time;
use crosscut_traces::random::Key;
use crosscut_traces::{Shape, zoo};

/// Draws that are a pure function of the case.
struct Draw {
    seed: u64,
    drawn: u64,
}

impl Draw {
    fn below(&mut self, n: u64) -> u64 {
        self.drawn += 1;
        (Key::new(self.seed).bits(self.drawn) >> 16) % n
    }

    fn of<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.below(values.len() as u64) as usize]
    }
}

/// A plan without shared parts.
#[derive(Default)]
struct Draft {
    stations: Vec<StationPlan>,
    shapes: Vec<(usize, usize)>,
    edges: Vec<EdgePlan>,
    routes: Vec<RoutePlan>,
    links: Vec<LinkPlan>,
    tiles: usize,
}

impl Draft {
    fn station(&mut self, d: &mut Draw, (h, w): (usize, usize)) -> usize {
        let source = self.stations.is_empty();
        let digital = !source && d.below(3) == 0;
        let columns = 1 + d.below(w as u64) as usize;
        let rows = d.of(&[1, 1, 2, h]);
        let reduce = match d.below(4) {
            0 if !source => self.routes(d),
            _ => Vec::new(),
        };
        let tile = self.tile();
        self.shapes.push((h, w));
        self.stations.push(StationPlan {
            name: format!("s{}", self.stations.len()),
            kind: if source {
                StationKind::Source
            } else {
                StationKind::Compute
            },
            outside: source,
            fetch: if digital || source { 0 } else { d.below(6) },
            occupancy: if source {
                d.of(&[0, 3])
            } else {
                1 + d.below(9)
            },
            adc_wait: 0,
            drain: d.below(20),
            blocks: Blocks::new(Shape::new(1, h, w), columns, rows),
            tiles: tile..tile + 1,
            bus_ticks: if digital { 0 } else { d.below(12) },
            port_ticks: d.below(6),
            digital,
            actions: ActionTable::default(),
            reduce,
            reduce_traffic: Traffic::default(),
            inputs: Vec::new(),
            outputs: Vec::new(),
        });
        self.stations.len() - 1
    }

    fn tile(&mut self) -> usize {
        self.tiles += 1;
        self.tiles - 1
    }

    /// One to three messages that leave together.
    fn routes(&mut self, d: &mut Draw) -> Vec<usize> {
        (0..d.of(&[1, 1, 2, 3])).map(|_| self.route(d)).collect()
    }

    /// A message turned round in its router, along a chain of links of any speed, or to two destinations over equal links.
    fn route(&mut self, d: &mut Draw) -> usize {
        let mut route = RoutePlan {
            hops: Vec::new(),
            turn_ticks: d.below(9),
        };
        let flits = 1 + d.below(5);
        let fork = d.below(3) == 0;
        let speed = 1 + d.below(2);
        for i in 0..d.of(&[0, 1, 2, 4]) {
            let link = self.links.len();
            self.links.push(LinkPlan {
                hop_ticks: 1 + d.below(3),
                flit_ticks: if fork { speed } else { 1 + d.below(3) },
                from: (link as u64, 0),
                to: (link as u64 + 1, 0),
                chip_link: false,
            });
            let parent = (i > 0).then(|| {
                if fork {
                    d.below(i) as usize
                } else {
                    i as usize - 1
                }
            });
            route.hops.push(Hop {
                link,
                queue: link,
                parent,
                destination: true,
                flits: match parent.filter(|_| fork) {
                    Some(p) => 1 + d.below(route.hops[p].flits),
                    None => flits,
                },
            });
        }
        self.routes.push(route);
        self.routes.len() - 1
    }

    fn edge(&mut self, d: &mut Draw, from: usize, to: usize, window: Window) {
        let demand = window.demand(&self.stations[from].blocks, &self.stations[to].blocks);
        // Where paths meet again this may be too little, and the plan locks up.
        let more = demand + d.below(40);
        let capacity = d.of(&[None, Some(demand), Some(more), Some(8 * demand)]);
        let routes = match d.below(2) {
            0 => self.routes(d),
            _ => Vec::new(),
        };
        let tile = self.tile();
        let id = self.edges.len();
        self.stations[from].outputs.push(id);
        self.stations[to].inputs.push(id);
        self.edges.push(EdgePlan {
            from,
            to,
            window,
            capacity,
            demand,
            bytes: 1,
            tiles: tile..tile + 1,
            tile_bytes: 1,
            write_ticks: d.below(4),
            routes,
            traffic: Traffic::default(),
        });
    }

    fn plan(self) -> Plan {
        Plan {
            sink: self.stations.len() - 1,
            queues: vec![10_000; self.links.len()],
            stations: self.stations,
            edges: self.edges,
            routes: self.routes,
            links: self.links,
            tiles: self.tiles,
            off_chip: None,
            buffer_bytes: 0,
            flit_bits: 32,
        }
    }
}

fn plan(case: u64) -> Plan {
    let d = &mut Draw {
        seed: case,
        drawn: 0,
    };
    let mut draft = Draft::default();
    let size = |d: &mut Draw| (3 + d.below(5) as usize, 3 + d.below(5) as usize);
    let shape = size(d);
    let mut last = draft.station(d, shape);
    for _ in 0..1 + d.below(4) {
        let (h, w) = draft.shapes[last];
        match d.below(4) {
            // A residual branch: two ways of different length that meet.
            0 => {
                let near = draft.station(d, (h, w));
                let far = draft.station(d, (h, w));
                let sum = draft.station(d, (h, w));
                let same = Window::Sliding {
                    reach: [3, 3],
                    stride: [1, 1],
                    pad: [1, 1],
                };
                draft.edge(d, last, near, same);
                draft.edge(d, near, far, same);
                draft.edge(d, last, sum, Window::POINT);
                draft.edge(d, far, sum, Window::POINT);
                last = sum;
            }
            1 if h > 1 || w > 1 => {
                let next = draft.station(d, (1, 1));
                draft.edge(d, last, next, Window::Whole);
                last = next;
            }
            _ => {
                let (reach, stride) = (1 + d.below(3) as usize, 1 + d.below(2) as usize);
                let pad = d.below(2) as usize;
                let out = |n: usize| (n + 2 * pad).checked_sub(reach).map(|x| x / stride + 1);
                let (Some(oh), Some(ow)) = (out(h), out(w)) else {
                    continue;
                };
                let next = draft.station(d, (oh, ow));
                let window = Window::Sliding {
                    reach: [reach; 2],
                    stride: [stride; 2],
                    pad: [pad; 2],
                };
                draft.edge(d, last, next, window);
                last = next;
            }
        }
    }
    draft.plan()
}

/// Every firing, by station.
#[derive(Default)]
struct Log(Vec<Vec<Firing>>);

impl Observer for Log {
    fn fired(&mut self, station: usize, firing: u64, times: &Firing) {
        self.0.resize_with(self.0.len().max(station + 1), Vec::new);
        assert_eq!(self.0[station].len() as u64, firing, "in order");
        self.0[station].push(*times);
    }
}

/// Waits before the first firing are nobody's.
fn without_first(mut log: Log) -> Vec<Vec<Firing>> {
    log.0
        .iter_mut()
        .for_each(|f| f[0].waits = Default::default());
    log.0
}

#[test]
fn every_firing_of_plans_without_contention() {
    let (mut locked, mut firings, mut proven) = (0, 0, 0);
    for case in 0..3000 {
        let plan = plan(case);
        let images = 1 + case % 4;
        let limits = Limits {
            images,
            extrapolate: false,
            ..Limits::default()
        };
        let (mut engine, mut formula) = (Log::default(), Log::default());
        let run = simulate(&plan, &limits, &mut engine, &mut |_, _| {});
        let found = estimate::images(&plan, images, &mut formula);
        match (run, found) {
            (Ok(run), Ok(found)) => {
                assert_eq!(run.image_ends, found, "case {case}");
                let (engine, formula) = (without_first(engine), without_first(formula));
                for (s, (a, b)) in engine.iter().zip(&formula).enumerate() {
                    for (n, (a, b)) in a.iter().zip(b).enumerate() {
                        assert_eq!(a, b, "case {case}: firing {n} of {}", plan.stations[s].name);
                    }
                    assert_eq!(a.len(), b.len(), "case {case}");
                    firings += a.len();
                }
            }
            (Err(CycleError::Deadlock { .. }), Err(CycleError::Deadlock { .. })) => {
                locked += 1;
                continue;
            }
            (a, b) => panic!("case {case}: {a:?}, {b:?}"),
        }
        // An interval that is proven is that of the engine, which goes on until it proves it as well or for 64 images.
        let search = Limits {
            images: 64,
            until_steady: Some(64),
            ..Limits::default()
        };
        let run = simulate(&plan, &search, &mut Silent, &mut |_, _| {}).expect("ran before");
        let found = estimate::times(&plan, &mut Silent, &mut Silent).expect("ran before");
        if found.interval_proven {
            let ends = &run.image_ends;
            let last = ends[ends.len() - 1] - ends[ends.len() - 2];
            assert_eq!(
                run.interval.unwrap_or(last),
                found.interval_ticks,
                "case {case}"
            );
            proven += 1;
        }
    }
    println!("{firings} firings, {locked} locked up, {proven} intervals");
    assert!(
        firings > 100_000 && locked > 100 && proven > 2000,
        "{firings} {locked} {proven}"
    );
}

/// Wide buses and units, a network that takes no time, and layers that share no tile.
#[test]
fn machines_without_contention() {
    let set = [
        "noc.ideal.flit_bits=32",
        "noc.ideal.hop_ticks=1",
        "noc.ideal.flit_ticks=1",
        "noc.ideal.tiles_per_router=4",
        "tile.bus_bytes_per_tick=1000000",
        "tile.digital_values_per_tick=1000000",
        "tile.pes=1",
    ]
    .map(String::from);
    for (network, preset) in [
        ("lenet5", "reram-64"),
        ("vgg8", "isaac-ce"),
        ("vgg8", "isaac-8b"),
        ("vgg8", "semimap"),
    ] {
        let set = if preset == "semimap" { &[] } else { &set[..] };
        let (run, found) = both(network, preset, set);
        assert_eq!(
            (run.latency_ticks, run.interval_ticks),
            (found.latency_ticks, found.interval_ticks),
            "{network} on {preset}"
        );
    }
}

#[test]
fn contention_only_costs() {
    let mut above = 0;
    for (network, preset, bus) in [
        ("lenet5", "reram-64", "16"),
        ("vgg8", "reram-64", "1"),
        ("vgg8", "isaac-ce", "2"),
        ("resnet18", "isaac-8b", "1"),
    ] {
        let set = [format!("tile.bus_bytes_per_tick={bus}")];
        let (run, found) = both(network, preset, &set);
        assert!(
            found.latency_ticks <= run.latency_ticks,
            "{network} on {preset}"
        );
        assert!(
            found.interval_ticks <= run.interval_ticks,
            "{network} on {preset}"
        );
        above += u64::from(found.latency_ticks < run.latency_ticks);
    }
    assert!(above > 0, "some of these machines are contended");
}

fn both(network: &str, preset: &str, set: &[String]) -> (cycle::CycleResult, estimate::Estimate) {
    let net = zoo::build(network, 0).expect("a network of the zoo");
    let arch = load(preset, set).expect("a machine");
    let mapping = Mapping::build(&net, &arch, &MapOptions::default()).expect("a mapping");
    let graph = DataflowGraph::build(&net, &arch, &mapping).expect("a graph");
    let mapping = graph.fit(&arch, mapping);
    let plan = Plan::new(&graph, &arch, &mapping).expect("a plan");
    let run = time::run(Mapped::new(&graph, &arch, &mapping))
        .map(|t| t.result)
        .expect("a run");
    let found = estimate::times(&plan, &mut Silent, &mut Silent).expect("an estimate");
    (run, found)
}
