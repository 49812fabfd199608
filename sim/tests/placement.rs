//! Does the placement count what the engine sends, and is the optimised one what it claims to be?

use crosscut_arch::topology::{Router, Step};
use crosscut_arch::{Arch, Grid, PartKind, Topology, TopologyKind, load};
use crosscut_sim::cycle::plan::EdgePlan;
use crosscut_sim::cycle::{Plan, Silent};
use crosscut_sim::estimate;
use crosscut_sim::graph::{DataflowGraph, Messages};
use crosscut_sim::map::{MapOptions, Mapping, Placement, PlacementMethod};
use crosscut_sim::place::{
    BeforeAndAfter, Traffic, check_topology, chip_weight, place, place_on, traffic,
};
use crosscut_traces::net::{Builder, push};
use crosscut_traces::op::Add;
use crosscut_traces::random::Key;
use crosscut_traces::{Network, Op, Shape, zoo};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn arch(name: &str, set: &[&str]) -> Arch {
    load(name, &set.iter().map(|s| s.to_string()).collect::<Vec<_>>()).unwrap()
}

/// A network mapped, its tiles optimised.
fn optimised(net: &Network, arch: &Arch, options: &MapOptions) -> Mapping {
    let mapping = Mapping::build(net, arch, options).unwrap();
    place(net, arch, mapping, PlacementMethod::Optimised).unwrap()
}

fn messages(net: &Network, arch: &Arch, mapping: &Mapping) -> Messages {
    let graph = DataflowGraph::build(net, arch, mapping).unwrap();
    Messages::of(&graph, arch, mapping)
}

/// Flits x routers and flits between chips of a mesh, walked hop by hop: x first, then y, each link of a message once.
fn walked(grid: &Grid, placement: &Placement, messages: &Messages) -> Traffic {
    let router = |tile| grid.router(placement.slot(tile));
    let mut sum = Traffic::default();
    for m in messages.all() {
        let source = router(m.from);
        let mut links = BTreeSet::new();
        let mut turns = false;
        for &tile in m.to.iter() {
            turns |= tile != m.from;
            let end = router(tile);
            let mut at = source;
            while at != end {
                let next = if at.0 != end.0 {
                    (if end.0 > at.0 { at.0 + 1 } else { at.0 - 1 }, at.1)
                } else {
                    (at.0, if end.1 > at.1 { at.1 + 1 } else { at.1 - 1 })
                };
                links.insert((at, next));
                at = next;
            }
        }
        let routers = match links.len() as u64 {
            0 => u64::from(turns),
            n => n + 1,
        };
        let between_chips = links.iter().filter(|(a, b)| grid.chip(*a) != grid.chip(*b));
        sum.flit_hops += m.times * m.flits * routers;
        sum.chip_flits += m.times * m.flits * between_chips.count() as u64;
    }
    sum
}

/// Every tile has a slot of its own on the chips in use, the figures are right, and nothing is worse than in order.
fn check(net: &Network, arch: &Arch, mapping: &Mapping, case: &str) -> BeforeAndAfter {
    let p = &mapping.placement;
    assert_eq!(p.tile_order.len() as u64, mapping.tiles, "{case}");
    let slots: BTreeSet<u32> = p.tile_order.iter().copied().collect();
    assert_eq!(slots.len() as u64, mapping.tiles, "{case}: one slot a tile");
    let room = mapping.chips * arch.tiles_per_chip();
    assert!(
        slots.iter().all(|&s| u64::from(s) < room),
        "{case}: slots on chips in use"
    );
    let messages = messages(net, arch, mapping);
    let found = traffic(net, arch, mapping).unwrap();
    let grid = arch.grid();
    let in_order = Placement::in_order(arch, mapping.tiles);
    let before = walked(&grid, &in_order, &messages);
    assert_eq!(before, found.in_order, "{case}: in order");
    let after = walked(&grid, p, &messages);
    assert_eq!(after, found.placed, "{case}: placed");
    assert!(after.within(before), "{case}: {before:?} {after:?}");
    let routers: BTreeSet<_> = (0..mapping.tiles).map(|t| grid.router(p.slot(t))).collect();
    assert_eq!(routers.len() as u64, p.routers, "{case}: routers");
    found
}

/// Router flits and flits between chips that the engine counts for one image.
fn counted(net: &Network, arch: &Arch, mapping: &Mapping) -> Traffic {
    let graph = DataflowGraph::build(net, arch, mapping).unwrap();
    let plan = Plan::new(&graph, arch, mapping).unwrap();
    let mut sum = Traffic::default();
    for s in &plan.stations {
        sum.flit_hops += s.blocks.count() * s.reduce_traffic.router_flits;
        sum.chip_flits += s.blocks.count() * s.reduce_traffic.chip_flits;
    }
    for e in &plan.edges {
        let blocks = plan.stations[e.from].blocks.yielding();
        sum.flit_hops += blocks * e.traffic.router_flits;
        sum.chip_flits += blocks * e.traffic.chip_flits;
    }
    let run = estimate::run(&plan, &mut Silent, &mut Silent).unwrap();
    assert_eq!(run.counts.get(PartKind::Router), sum.flit_hops);
    sum
}

/// A topology with the routers and links of the machine's own.
fn on(topology: TopologyKind, machine: &str, set: &[&str]) -> Arch {
    let mut set: Vec<String> = set.iter().map(|s| s.to_string()).collect();
    set.insert(0, format!("noc={}", topology.name()));
    load(machine, &set).unwrap()
}

#[test]
fn on_every_topology_placement_counts_what_the_engine_counts_and_never_makes_it_worse() {
    let machines: [(&str, &[&str]); 4] = [
        ("isaac-8b", &[]),
        ("isaac-ce", &["chip.tiles_x=5", "chip.tiles_y=5"]),
        ("reram-64", &["chip.tiles_x=6", "chip.tiles_y=3"]),
        ("semimap", &[]),
    ];
    TopologyKind::ALL.par_iter().for_each(|&topology| {
        let mut gained = 0;
        for (machine, set) in machines {
            let arch = on(topology, machine, set);
            for name in ["lenet5", "vgg8", "resnet20", "resnet18"] {
                // A full-size network takes thousands of tiles on small ones; one machine is enough for it.
                if name == "resnet18" && machine != "isaac-ce" {
                    continue;
                }
                let net = zoo::build(name, 0).unwrap();
                for max_firings in [None, Some(400)] {
                    let options = MapOptions {
                        max_firings,
                        ..MapOptions::default()
                    };
                    let case = format!("{name} on {machine}, {topology:?}, {max_firings:?}");
                    let mapping = optimised(&net, &arch, &options);
                    let said = traffic(&net, &arch, &mapping).unwrap();
                    let placed = counted(&net, &arch, &mapping);
                    assert_eq!(said.placed, placed, "{case}");
                    let in_order = counted(&net, &arch, &mapping.in_order(&arch));
                    assert_eq!(said.in_order, in_order, "{case}: in order");
                    assert!(placed.within(in_order), "{case}: {in_order:?} {placed:?}");
                    gained += usize::from(placed.flit_hops < in_order.flit_hops);
                }
            }
        }
        assert!(
            gained > 4,
            "{topology:?}: only {gained} cases gained anything"
        );
    });
}

#[test]
fn topologies_keep_their_contract() {
    let chips = [
        (1, 1, 1),
        (4, 4, 1),
        (5, 3, 2),
        (1, 7, 1),
        (6, 6, 4),
        (8, 2, 1),
    ];
    for &topology in TopologyKind::ALL {
        for (x, y, per_router) in chips {
            let (x, y) = (format!("chip.tiles_x={x}"), format!("chip.tiles_y={y}"));
            let per_router = format!("noc.{}.tiles_per_router={per_router}", topology.name());
            let arch = on(topology, "reram-64", &[&x, &y, &per_router]);
            let slots = 3 * arch.tiles_per_chip();
            let kept = check_topology(&*arch.topology(), slots);
            assert_eq!(kept, Ok(()), "{topology:?}, {x}, {y}, {per_router}");
        }
    }
}

/// A ring of routers, one a slot, all packets in one direction, without a second class.
#[derive(Debug)]
struct Roundabout;

impl Topology for Roundabout {
    fn router(&self, slot: u64) -> Router {
        (slot % 6, 0)
    }

    fn route(&self, from: Router, to: Router) -> Vec<Step> {
        let hops = (to.0 + 6 - from.0) % 6;
        let step = |n| Step {
            from: ((from.0 + n) % 6, 0),
            to: ((from.0 + n + 1) % 6, 0),
            class: 0,
            chip_link: false,
        };
        (0..hops).map(step).collect()
    }
}

#[test]
fn a_topology_of_the_callers_own_is_placed_planned_and_checked() {
    let broken = check_topology(&Roundabout, 6).unwrap_err();
    assert!(broken.contains("wait for each other in a ring"), "{broken}");
    let net = zoo::build("lenet5", 0).unwrap();
    let arch = arch(
        "reram-64",
        &["chip.tiles_x=3", "chip.tiles_y=2", "tile.pes=1"],
    );
    let mapping = Mapping::build(&net, &arch, &MapOptions::default()).unwrap();
    let graph = DataflowGraph::build(&net, &arch, &mapping).unwrap();
    let flits = |mapping: &Mapping| {
        let plan = Plan::with_topology(&graph, &arch, mapping, &Roundabout).unwrap();
        assert!(plan.links.iter().all(|l| l.to.0 == (l.from.0 + 1) % 6));
        let of_edge =
            |e: &EdgePlan| plan.stations[e.from].blocks.yielding() * e.traffic.router_flits;
        plan.edges.iter().map(of_edge).sum::<u64>()
    };
    let placed = place_on(&Roundabout, &graph, &arch, mapping.clone());
    assert!(flits(&mapping) > 0 && flits(&placed) <= flits(&mapping));
}

/// Draws that are a pure function of the case.
struct Draw(u64, u64);

impl Draw {
    fn of<T: Copy>(&mut self, values: &[T]) -> T {
        self.1 += 1;
        values[(Key::new(self.0).bits(self.1) >> 16) as usize % values.len()]
    }
}

/// Convolutions with residual edges and pools between them.
fn random_network(d: &mut Draw) -> Network {
    let (mut b, mut x) = Builder::new("random", Shape::new(3, 12, 12), d.0);
    let mut maps = 0;
    for n in 0..d.of(&[2, 4, 7]) {
        maps = d.of(&[8, 20, 40]);
        let kernel = d.of(&[1, 3]);
        x = b.conv(&format!("a{n}"), x, maps, kernel, 1, kernel / 2);
        if d.of(&[true, false]) {
            let y = b.conv(&format!("b{n}"), x, maps, 3, 1, 1);
            x = b.push(&format!("add{n}"), Op::of(Add), &[x, y]);
        }
        x = b.relu(x);
    }
    assert!(maps > 0, "at least one convolution");
    b.gemm("fc", x, 10);
    b.finish()
}

#[test]
fn optimised_is_never_worse_on_random_machines_and_networks() {
    let mut better = 0;
    for case in 0..60 {
        let mut d = Draw(0x51ACE + case, 0);
        let preset = d.of(&["reram-64", "isaac-8b", "semimap"]);
        let set = [
            format!("chip.tiles_x={}", d.of(&[1, 2, 3, 7])),
            format!("chip.tiles_y={}", d.of(&[1, 2, 5])),
            format!("noc.mesh.tiles_per_router={}", d.of(&[1, 2, 3, 4])),
            format!("tile.pes={}", d.of(&[1, 2, 4])),
        ];
        let arch = load(preset, &set).unwrap();
        let net = random_network(&mut d);
        let options = MapOptions {
            max_firings: d.of(&[None, Some(40)]),
            ..MapOptions::default()
        };
        let mapping = optimised(&net, &arch, &options);
        let name = format!("case {case}: {preset} {set:?}");
        let found = check(&net, &arch, &mapping, &name);
        assert_eq!(mapping, optimised(&net, &arch, &options), "{name}: again");
        let [before, after] = [found.in_order, found.placed].map(|t| t.cost(chip_weight(&arch)));
        better += usize::from(after < before);
    }
    assert!(better >= 30, "only {better} of 60 gained anything");
}

/// All arrangements of `tiles` tiles in `slots` slots.
fn arrangements(tiles: usize, slots: u32) -> Vec<Vec<u32>> {
    (0..tiles).fold(vec![Vec::new()], |all, _| {
        let longer = |a: &Vec<u32>| -> Vec<Vec<u32>> {
            let free = (0..slots).filter(|s| !a.contains(s));
            free.map(|s| [a.as_slice(), &[s]].concat()).collect()
        };
        all.iter().flat_map(longer).collect()
    })
}

#[test]
fn tiny_cases_reach_the_optimum() {
    let mut gained = 0;
    for (tiles_x, tiles_y, per_router) in [(3, 2, 1), (2, 3, 2), (6, 1, 1), (2, 2, 1)] {
        let set = [
            format!("chip.tiles_x={tiles_x}"),
            format!("chip.tiles_y={tiles_y}"),
            format!("noc.mesh.tiles_per_router={per_router}"),
            "tile.pes=2".into(),
        ];
        let arch = load("reram-64", &set).unwrap();
        for seed in 0..6 {
            let mut d = Draw(seed, 0);
            let (mut b, x) = Builder::new("tiny", Shape::new(3, 8, 8), seed);
            let x = b.conv("a", x, d.of(&[8, 16]), 3, 1, 1);
            let y = b.conv("b", x, 8, d.of(&[1, 3]), 1, 0);
            let z = b.conv("c", y, d.of(&[8, 12]), 1, 1, 0);
            b.gemm("fc", z, 4);
            let net = b.finish();
            let mapping = optimised(&net, &arch, &MapOptions::default());
            let slots = mapping.chips * arch.tiles_per_chip();
            let tiles = mapping.tiles as usize;
            if tiles < 3 || slots > 6 {
                continue;
            }
            let messages = messages(&net, &arch, &mapping);
            let weight = chip_weight(&arch);
            let least = arrangements(tiles, slots as u32).into_iter().map(|order| {
                let method = PlacementMethod::Optimised;
                let other = Placement::new(method, &arch.grid(), order.into());
                walked(&arch.grid(), &other, &messages).cost(weight)
            });
            let found = traffic(&net, &arch, &mapping).unwrap();
            let (before, after) = (found.in_order, found.placed);
            assert_eq!(
                after.cost(weight),
                least.min().unwrap(),
                "{set:?}, seed {seed}"
            );
            gained += usize::from(after != before);
        }
    }
    assert!(gained > 0, "no case could gain anything");
}

#[test]
fn a_chain_along_a_row_has_the_hops_worked_out_by_hand() {
    let mut net = Network::new("chain");
    let shape = Shape::new(16, 4, 4);
    let x = net.push("x", Op::Input(shape), &[], shape);
    let conv = |seed| {
        Op::Conv(crosscut_traces::Conv {
            weight: crosscut_traces::Weights::Seeded {
                seed,
                shape: vec![16, 16, 1, 1],
                std: 1.0,
            },
            bias: None,
            stride: [1, 1],
            pad: [0; 4],
            dilation: [1, 1],
            groups: 1,
        })
    };
    let mut at = x;
    for (n, name) in ["a", "b", "c"].into_iter().enumerate() {
        at = push(&mut net, name, conv(n as u64), &[at]).unwrap();
    }
    let set = [
        "chip.tiles_x=4",
        "chip.tiles_y=1",
        "noc.mesh.tiles_per_router=1",
        "tile.pes=1",
    ];
    let arch = arch("reram-64", &set);
    let mapping = optimised(&net, &arch, &MapOptions::default());
    assert_eq!((mapping.tiles, mapping.chips), (3, 1));
    // 16 values of 8 bits a firing over 32-bit flits (reram-64): 4 flits, 16 firings, two edges, two routers each.
    let flits =
        (16 * u64::from(arch.format.input_bits)).div_ceil(u64::from(arch.noc.params.flit_bits));
    let found = traffic(&net, &arch, &mapping).unwrap();
    assert_eq!(found.in_order.flit_hops, 2 * 16 * flits * 2);
    assert_eq!(found.placed, found.in_order);
}

#[test]
fn places_follow_when_row_groups_go() {
    let net = zoo::build("vgg8", 0).unwrap();
    let arch = arch("reram-64", &[]);
    let dense = optimised(&net, &arch, &MapOptions::default());
    let layer = &dense.layers[3];
    let half = layer.row_groups.iter().enumerate().map(|(n, g)| {
        let mut g = g.clone();
        if n % 2 == 1 {
            g.outputs = crosscut_sim::map::Indices::range(0, 0);
        }
        g
    });
    let half = half.collect();
    let pruned = dense
        .with_row_groups(&net, &arch, BTreeMap::from([(layer.layer, half)]))
        .unwrap();
    let pruned = place(&net, &arch, pruned, dense.placement.method).unwrap();
    assert_eq!(pruned.placement.method, PlacementMethod::Optimised);
    assert!(pruned.tiles < dense.tiles);
    check(&net, &arch, &pruned, "pruned");
}
