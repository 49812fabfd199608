//! What is sent from where to where, worked out by hand and by going through positions one by one.

use crosscut_arch::{Arch, load};
use crosscut_sim::graph::{DataflowGraph, Message, Messages};
use crosscut_sim::map::{MapOptions, Mapping};
use crosscut_traces::net::Builder;
use crosscut_traces::random::Key;
use crosscut_traces::{Network, Shape, zoo};
use std::collections::{BTreeMap, BTreeSet};

/// An array a tile, 64x64 cells of 2 bits: 64 rows, 16 outputs of 8 bits. A flit holds four values.
fn arch(set: &[&str]) -> Arch {
    let own = ["tile.pes=1", "pe.crossbars=1", "mapping.packing=dense"];
    let set: Vec<String> = own.iter().chain(set).map(|s| s.to_string()).collect();
    load("reram-64", &set).unwrap()
}

fn mapping(net: &Network, arch: &Arch, replicas: &[(&str, [usize; 2])]) -> Mapping {
    let options = MapOptions {
        replicas: replicas.iter().map(|r| (r.0.to_string(), r.1)).collect(),
        ..MapOptions::default()
    };
    Mapping::build(net, arch, &options).unwrap()
}

fn messages(net: &Network, arch: &Arch, replicas: &[(&str, [usize; 2])]) -> Messages {
    let mapping = mapping(net, arch, replicas);
    let graph = DataflowGraph::build(net, arch, &mapping).unwrap();
    Messages::of(&graph, arch, &mapping)
}

/// Convolutions after one another, with the given outputs and kernels.
fn chain(input: usize, side: usize, convs: &[(usize, usize)]) -> Network {
    let (mut b, mut x) = Builder::new("chain", Shape::new(input, side, side), 0);
    for (n, &(maps, kernel)) in convs.iter().enumerate() {
        x = b.conv(&format!("c{n}"), x, maps, kernel, 1, kernel / 2);
    }
    b.finish()
}

/// (from, to, flits) of each message.
fn plain(messages: &[Message]) -> Vec<(u64, Vec<u64>, u64)> {
    let one = |m: &Message| (m.from, m.to.to_vec(), m.flits);
    messages.iter().map(one).collect()
}

#[test]
fn every_tile_sends_the_maps_of_its_arrays_to_the_tiles_whose_rows_they_are() {
    // 128 outputs in eight arrays side by side (tiles 0 to 7), 16 maps each. The next layer has rows 0..64 in tile 8 and
    // 64..128 in tile 9. A block is one position: 16 values of a byte are four flits.
    let net = chain(64, 4, &[(128, 1), (16, 1)]);
    let sent = messages(&net, &arch(&[]), &[]);
    let want: Vec<_> = (0..8).map(|t| (t, vec![8 + t / 4], 4)).collect();
    assert_eq!(plain(&sent.values[1]), want);
    assert!(sent.values[1].iter().all(|m| m.times == 16));
    // The image comes from the host.
    assert_eq!(sent.values[0], []);
    // Both tiles hold sums of all 16 outputs; eight end in each. A sum takes 8 + 8 + 8 bits: 8 x 24 / 32 = 6 flits either way.
    assert_eq!(sent.sums[1], []);
    assert_eq!(plain(&sent.sums[2]), [(8, vec![9], 6), (9, vec![8], 6)]);
}

#[test]
fn sums_flow_to_each_output_from_either_side() {
    // 256 rows are four arrays in four tiles. Four of the 16 outputs end in each tile. A sum takes 8 + 8 + 9 bits. From the
    // first tile to the second go the sums of the 12 outputs further on, back those of the 4 of the first, and so on.
    let net = chain(256, 4, &[(16, 1)]);
    let sent = messages(&net, &arch(&[]), &[]);
    let flits = |sums: u64| (sums * 25).div_ceil(32);
    let want = [
        (0, vec![1], flits(12)),
        (1, vec![0], flits(4)),
        (1, vec![2], flits(8)),
        (2, vec![1], flits(8)),
        (2, vec![3], flits(4)),
        (3, vec![2], flits(12)),
    ];
    assert_eq!(plain(&sent.sums[1]), want);
}

#[test]
fn copies_are_sent_the_positions_they_look_at() {
    let two = [2, 2];
    let net = |kernel| chain(4, 12, &[(16, 1), (4, kernel)]);
    let sent = |kernel, first, second| {
        let replicas = [("c0", first), ("c1", second)];
        plain(&messages(&net(kernel), &arch(&[]), &replicas).values[1])
    };
    // Four copies each in tiles 0 to 3 and 4 to 7: positions go one to one, 16 values each.
    let pairs: Vec<_> = (0..4).map(|t| (t, vec![4 + t], 4)).collect();
    assert_eq!(sent(1, two, two), pairs);
    // One copy makes the positions of all four in turn: a quarter of its values on average to each.
    let turns: Vec<_> = (0..4).map(|t| (0, vec![1 + t], 1)).collect();
    assert_eq!(sent(1, [1, 1], two), turns);
    // Four copies send to one.
    let all: Vec<_> = (0..4).map(|t| (t, vec![4], 4)).collect();
    assert_eq!(sent(1, two, [1, 1]), all);
}

#[test]
fn pools_work_and_send_in_the_tiles_that_hold_the_values() {
    // Four copies in tiles 0 to 3 make 2 x 2 positions, which a pool of 2 x 2 takes in tile 0, where the first of them is.
    // It fires once per block, and sends from there.
    let (mut b, x) = Builder::new("pooled", Shape::new(4, 8, 8), 0);
    let x = b.conv("c0", x, 16, 1, 1, 0);
    let x = b.max_pool("pool", x, 2, 2, 0);
    let x = b.conv("c1", x, 16, 1, 1, 0);
    b.conv("c2", x, 4, 1, 1, 0);
    let net = b.finish();
    let arch = arch(&[]);
    let sent = messages(&net, &arch, &[("c0", [2, 2])]);
    let to_first: Vec<_> = (1..4).map(|t| (t, vec![0], 4)).collect();
    assert_eq!(plain(&sent.values[1]), to_first);
    assert_eq!(plain(&sent.values[2]), [(0, vec![4], 4)]);
    let mapping = mapping(&net, &arch, &[("c0", [2, 2])]);
    let graph = DataflowGraph::build(&net, &arch, &mapping).unwrap();
    let blocks: Vec<u64> = graph
        .graph
        .node_weights()
        .map(|s| s.blocks.count())
        .collect();
    assert_eq!(blocks, [1, 16, 16, 16, 16]);
    // A pool of four maps a tile stays within each tile: nothing travels.
    let (mut b, x) = Builder::new("wide", Shape::new(4, 8, 8), 0);
    let x = b.conv("c0", x, 64, 1, 1, 0);
    b.max_pool("pool", x, 2, 2, 0);
    assert_eq!(messages(&b.finish(), &arch, &[]).values[1], []);
}

/// Tile of each copy of a layer with one array a copy: copies in Morton order.
fn tile_of(first: u64, [rx, ry]: [usize; 2]) -> BTreeMap<(usize, usize), u64> {
    let bit = |n: usize, b: usize| (n >> b & 1) as u64;
    let morton = |y: usize, x: usize| -> u64 {
        (0..8)
            .map(|b| bit(y, b) << (2 * b + 1) | bit(x, b) << (2 * b))
            .sum()
    };
    let mut all: Vec<(usize, usize)> = (0..ry).flat_map(|y| (0..rx).map(move |x| (y, x))).collect();
    all.sort_by_key(|&(y, x)| morton(y, x));
    all.into_iter()
        .enumerate()
        .map(|(n, at)| (at, first + n as u64))
        .collect()
}

#[test]
fn messages_are_those_found_position_by_position() {
    let (mut lined_up, mut not) = (0, 0);
    for case in 0..120u64 {
        let draw = |i: u64, n: u64| (Key::new(0x5E4D + case).bits(i) >> 20) as usize % n as usize;
        let pair = |i: u64| [1 + draw(i, 4), 1 + draw(i + 1, 4)];
        let (first, second, kernel) = (pair(0), pair(2), [1, 2, 3][draw(4, 3)]);
        // 4 maps of 3 x 3 are 36 rows, 4 maps of the first layer one array a copy. A flit is a value.
        let net = chain(4, 48, &[(4, 1), (4, kernel)]);
        let arch = arch(&["noc.mesh.flit_bits=8"]);
        let sent = messages(&net, &arch, &[("c0", first), ("c1", second)]);
        let (from, to) = (
            tile_of(0, first),
            tile_of((first[0] * first[1]) as u64, second),
        );
        // Positions of a region in which the blocks of both layers come out even, far from the border.
        let region = [1, 0].map(|a| lcm(first[a], second[a]));
        let mut values: BTreeMap<(u64, BTreeSet<u64>), usize> = BTreeMap::new();
        let (pad, base) = (kernel / 2, 48 * 12);
        for y in 0..region[0] {
            for x in 0..region[1] {
                let sender = from[&(y % first[1], x % first[0])];
                let looking = |at: usize| (0..kernel).map(move |tap| base + at + pad - tap);
                let receivers = looking(y)
                    .flat_map(|oy| looking(x).map(move |ox| (oy % second[1], ox % second[0])));
                let receivers: BTreeSet<u64> = receivers.map(|at| to[&at]).collect();
                *values.entry((sender, receivers)).or_default() += 4;
            }
        }
        let blocks = region[0] * region[1] / (first[0] * first[1]);
        let want: Vec<_> = values
            .into_iter()
            .map(|((from, to), n)| (from, to.into_iter().collect(), n.div_ceil(blocks) as u64))
            .collect();
        let mut got = plain(&sent.values[1]);
        if want.len() > 32 {
            continue;
        }
        // Blocks at the border of the image are smaller: the mean over an image is.
        let whole =
            (48 * 48 * 4) as u64 == sent.values[1][0].times * (first[0] * first[1] * 4) as u64;
        if !whole {
            continue;
        }
        got.sort();
        assert_eq!(got, want, "case {case}: {first:?} {second:?} {kernel}");
        (lined_up, not) = match blocks {
            1 => (lined_up + 1, not),
            _ => (lined_up, not + 1),
        };
    }
    assert!(lined_up >= 20 && not >= 20, "{lined_up} {not}");
}

fn lcm(a: usize, b: usize) -> usize {
    (1..).map(|n| n * a).find(|m| m % b == 0).unwrap()
}

/// No more flits leave than there are values, but for what rounding up adds; on phased machines every value is a packet.
#[test]
fn no_value_is_sent_twice() {
    for (machine, name, firings) in [
        ("isaac-ce", "vgg16", None),
        ("isaac-8b", "vgg16", Some(784)),
        ("isaac-8b", "resnet18", Some(100)),
        ("reram-64", "vgg8", Some(60)),
        ("semimap", "vgg8", None),
    ] {
        let net = zoo::build(name, 0).unwrap();
        let arch = load(machine, &[]).unwrap();
        let options = MapOptions {
            max_firings: firings,
            ..MapOptions::default()
        };
        let mapping = Mapping::build(&net, &arch, &options).unwrap();
        let graph = DataflowGraph::build(&net, &arch, &mapping).unwrap();
        let sent = Messages::of(&graph, &arch, &mapping);
        let packets = machine == "semimap";
        for e in graph.graph.edge_indices() {
            let (source, _) = graph.graph.edge_endpoints(e).unwrap();
            let (producer, stream) = (&graph.graph[source], &graph.graph[e]);
            let list = &sent.values[e.index()];
            let flits: u64 = list.iter().map(|m| m.flits).sum();
            let bits = stream.values * u64::from(stream.bits);
            let blocks = producer.blocks.yielding();
            let whole = match packets {
                true => stream.values.div_ceil(blocks),
                false => bits.div_ceil(blocks * u64::from(arch.noc.params.flit_bits)),
            };
            let most = whole + list.len() as u64;
            assert!(
                flits <= most,
                "{name} on {machine}, edge of {}",
                producer.name
            );
            for m in list {
                assert!(m.to.windows(2).all(|w| w[0] < w[1]) && !m.to.contains(&m.from));
                assert!(!m.to.is_empty() && m.flits > 0);
            }
        }
    }
}

#[test]
fn every_partial_sum_of_a_phased_machine_goes_to_an_adder_of_its_copy() {
    let net = zoo::build("vgg8", 0).unwrap();
    let arch = load("semimap", &[]).unwrap();
    let mapping = Mapping::build(&net, &arch, &MapOptions::default()).unwrap();
    let graph = DataflowGraph::build(&net, &arch, &mapping).unwrap();
    let sent = Messages::of(&graph, &arch, &mapping);
    let mut layers = 0;
    for n in graph.graph.node_indices() {
        let Some(map) = graph.graph[n].layer_map(&mapping) else {
            continue;
        };
        let (sums, rows) = (&sent.sums[n.index()], &sent.rows[n.index()]);
        if map.adds_partial_sums() {
            let all: u64 = sums.iter().map(|m| m.flits).sum();
            assert_eq!(all, map.partial_sums_of_a_firing(&arch), "{}", map.name);
            let adders: BTreeSet<u64> = sums.iter().flat_map(|m| m.to.iter().copied()).collect();
            assert_eq!(adders.len() as u64, map.roles.reduce, "{}", map.name);
            layers += 1;
        }
        // Every array is driven by the crossbar that buffers its rows.
        let driven: u64 = rows.iter().map(|m| m.flits * m.to.len() as u64).sum();
        let widths = map.hardware_slices();
        let of_all: u64 = widths
            .iter()
            .map(|&w| map.activity(&arch, w).driven_rows)
            .sum();
        assert_eq!(driven, of_all * map.replicas[1] as u64, "{}", map.name);
        assert_eq!(rows.len() as u64, map.roles.buffer, "{}", map.name);
    }
    assert!(layers > 4);
}
