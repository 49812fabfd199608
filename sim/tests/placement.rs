//! Does the placement count what the engine sends, and is the optimised one what it claims to be?

use crosscut_arch::{Arch, PartKind, load};
use crosscut_sim::cycle;
use crosscut_sim::graph::DataflowGraph;
use crosscut_sim::map::place::{chip_weight, traffic_before_and_after};
use crosscut_sim::map::traffic::{Message, messages};
use crosscut_sim::map::{Grid, LayerMap, MapOptions, Mapping, PlacementMethod, Traffic};
use crosscut_traces::net::{Builder, push};
use crosscut_traces::op::Add;
use crosscut_traces::random::hash;
use crosscut_traces::{Network, Op, Shape, zoo};
use std::collections::{BTreeMap, BTreeSet};

fn arch(name: &str, set: &[&str]) -> Arch {
    load(name, &set.iter().map(|s| s.to_string()).collect::<Vec<_>>()).unwrap()
}

fn options(placement: PlacementMethod) -> MapOptions {
    MapOptions {
        placement,
        ..MapOptions::default()
    }
}

/// Flits x routers and flits between chips, walked hop by hop: x first, then y, each link of a message once.
fn walked(grid: &Grid, messages: &[Message]) -> Traffic {
    let mut sum = Traffic::default();
    for m in messages {
        let source = grid.router(m.from);
        let mut links = BTreeSet::new();
        let mut turns = false;
        for tile in m.to.clone() {
            turns |= tile != m.from;
            let goal = grid.router(tile);
            let mut at = source;
            while at != goal {
                let next = if at.0 != goal.0 {
                    (if goal.0 > at.0 { at.0 + 1 } else { at.0 - 1 }, at.1)
                } else {
                    (at.0, if goal.1 > at.1 { at.1 + 1 } else { at.1 - 1 })
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
        sum.flit_hops += m.flits * routers;
        sum.chip_flits += m.flits * between_chips.count() as u64;
    }
    sum
}

/// Every tile has a slot of its own on the chips in use, the figures are right, and nothing is worse than in order.
fn check(net: &Network, arch: &Arch, mapping: &Mapping, case: &str) -> [Traffic; 2] {
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
    let [before, after] = traffic_before_and_after(net, arch, mapping);
    assert_eq!(
        walked(&Grid::new(arch), &messages),
        before,
        "{case}: before"
    );
    let placed = Grid::placed(arch, mapping);
    assert_eq!(walked(&placed, &messages), after, "{case}: after");
    assert!(after.within(before), "{case}: {:?} {:?}", before, after);
    let routers: BTreeSet<_> = (0..mapping.tiles).map(|t| placed.router(t)).collect();
    assert_eq!(routers.len() as u64, p.routers, "{case}: routers");
    [before, after]
}

/// Packets that neighbours pass on, wherever they sit: on machines that work in phases every row of a row group goes on to
/// each of its arrays but the first.
fn relays(mapping: &Mapping, arch: &Arch) -> u64 {
    if arch.phased().is_none() {
        return 0;
    }
    let of_layer = |l: &LayerMap| {
        let mut packets = 0;
        for &w in &l.hardware_slices() {
            for g in &l.row_groups {
                let arrays = g.outputs.len().div_ceil(l.kout(arch, w));
                packets += l.physical_rows(g, w) * (arrays - 1);
            }
        }
        (packets * l.replicas[1]) as u64 * l.firings()
    };
    mapping.layers.iter().map(of_layer).sum()
}

#[test]
fn the_placement_counts_the_flits_that_the_engine_sends() {
    for (machine, set) in [
        ("isaac-ce", &[][..]),
        (
            "reram-64",
            &["noc.mesh.tiles_per_router=1", "chip.tiles_x=5"],
        ),
        ("semimap", &[]),
    ] {
        let arch = arch(machine, set);
        for name in ["lenet5", "vgg8", "resnet20", "resnet18"] {
            // A full-size network takes thousands of tiles of one array.
            if (machine, name) == ("semimap", "resnet18") {
                continue;
            }
            let net = zoo::build(name, 0).unwrap();
            for (method, max_firings) in [
                (PlacementMethod::InOrder, None),
                (PlacementMethod::Optimised, None),
                (PlacementMethod::Optimised, Some(400)),
            ] {
                let options = MapOptions {
                    max_firings,
                    ..options(method)
                };
                let mapping = Mapping::build(&net, &arch, &options).unwrap();
                let graph = DataflowGraph::build(&net, &arch, &mapping).unwrap();
                let run = cycle::run(&graph, &arch, &mapping, &mut |_, _| {}).unwrap();
                let case = format!("{name} on {machine}, {method:?}, {max_firings:?}");
                let [_, after] = check(&net, &arch, &mapping, &case);
                let flits = after.flit_hops + relays(&mapping, &arch);
                assert_eq!(run.counts.get(PartKind::Router), flits, "{case}");
                let bytes = run.counts.get(PartKind::ChipLink);
                assert_eq!(bytes > 0, after.chip_flits > 0, "{case}: between chips");
            }
        }
    }
}

/// Draws that are a pure function of the case.
struct Draw(u64, u64);

impl Draw {
    fn of<T: Copy>(&mut self, values: &[T]) -> T {
        self.1 += 1;
        values[(hash(self.0, self.1) >> 16) as usize % values.len()]
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
            ..options(PlacementMethod::Optimised)
        };
        let mapping = Mapping::build(&net, &arch, &options).unwrap();
        let name = format!("case {case}: {preset} {set:?}");
        let [before, after] = check(&net, &arch, &mapping, &name);
        assert_eq!(
            mapping,
            Mapping::build(&net, &arch, &options).unwrap(),
            "{name}: again"
        );
        better += usize::from(after.cost(chip_weight(&arch)) < before.cost(chip_weight(&arch)));
    }
    assert!(better >= 30, "only {better} of 60 gained anything");
}

/// All ways to put `tiles` tiles into `slots` slots.
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
            let mapping =
                Mapping::build(&net, &arch, &options(PlacementMethod::Optimised)).unwrap();
            let slots = mapping.chips * arch.tiles_per_chip();
            let tiles = mapping.tiles as usize;
            if tiles < 3 || slots > 6 {
                continue;
            }
            let messages = messages(&net, &arch, &mapping);
            let weight = chip_weight(&arch);
            let least = arrangements(tiles, slots as u32).into_iter().map(|order| {
                let mut other = mapping.clone();
                other.placement.tile_order = order.into();
                walked(&Grid::placed(&arch, &other), &messages).cost(weight)
            });
            let [before, after] = traffic_before_and_after(&net, &arch, &mapping);
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
    let mapping = Mapping::build(&net, &arch, &options(PlacementMethod::Optimised)).unwrap();
    assert_eq!((mapping.tiles, mapping.chips), (3, 1));
    // 16 values of 8 bits a firing over 32-bit flits (reram-64): 4 flits, 16 firings, two edges, two routers each.
    let flits = (16 * u64::from(arch.format.input_bits)).div_ceil(u64::from(arch.mesh().flit_bits));
    let [before, after] = traffic_before_and_after(&net, &arch, &mapping);
    assert_eq!(before.flit_hops, 2 * 16 * flits * 2);
    assert_eq!(after, before);
}

#[test]
fn places_follow_when_row_groups_go() {
    let net = zoo::build("vgg8", 0).unwrap();
    let arch = arch("reram-64", &[]);
    let dense = Mapping::build(&net, &arch, &options(PlacementMethod::Optimised)).unwrap();
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
    assert_eq!(pruned.placement.method, PlacementMethod::Optimised);
    assert!(pruned.tiles < dense.tiles);
    check(&net, &arch, &pruned, "pruned");
}
