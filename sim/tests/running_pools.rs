//! Pools over the whole map: do they add up values as they come, holding one per channel, in the time and with the actions
//! worked out by hand?

use crosscut_arch::{Arch, PartKind, load};
use crosscut_sim::cycle::{CycleError, Plan};
use crosscut_sim::graph::{DataflowGraph, Mapped, Window};
use crosscut_sim::map::{MapOptions, Mapping};
use crosscut_sim::time;
use crosscut_traces::net::push;
use crosscut_traces::op::{GlobalAveragePool, GlobalMaxPool, Pool, PoolKind};
use crosscut_traces::{Conv, Gemm, Network, Op, Shape, Weights};

fn arch(set: &[&str]) -> Arch {
    let set: Vec<String> = set.iter().map(ToString::to_string).collect();
    load("isaac-8b", &set).unwrap()
}

fn seeded(shape: &[usize]) -> Weights {
    Weights::Seeded {
        seed: 3,
        shape: shape.to_vec(),
        std: 1.0,
    }
}

/// A convolution with 8 maps of 6 x 6, a pool, a fully connected layer.
fn network(pool: Op) -> Network {
    let mut net = Network::new("pooled");
    let image = Shape::new(4, 6, 6);
    let x = net.push("x", Op::Input(image), &[], image);
    let conv = Conv {
        weight: seeded(&[8, 4, 3, 3]),
        bias: None,
        stride: [1, 1],
        pad: [1; 4],
        dilation: [1, 1],
        groups: 1,
    };
    let c = push(&mut net, "conv", Op::Conv(conv), &[x]).unwrap();
    let p = push(&mut net, "pool", pool, &[c]).unwrap();
    let gemm = Gemm {
        weight: seeded(&[10, net.layer(p).shape.len()]),
        bias: None,
    };
    push(&mut net, "fc", Op::Gemm(gemm), &[p]).unwrap();
    net
}

fn window(kind: PoolKind, size: usize, stride: usize) -> Op {
    Op::of(Pool {
        kind,
        kernel: [size; 2],
        stride: [stride; 2],
        pad: [0; 4],
        ceil: false,
    })
}

#[test]
fn a_pool_over_the_map_takes_a_position_a_firing_and_ends_two_ticks_after_the_last() {
    let arch = arch(&["noc=ideal"]);
    let pools = [
        Op::of(GlobalAveragePool),
        Op::of(GlobalMaxPool),
        window(PoolKind::Average, 6, 6),
        window(PoolKind::Max, 6, 1),
    ];
    for pool in pools {
        let net = network(pool);
        let mapping = Mapping::build(&net, &arch, &MapOptions::default()).unwrap();
        let graph = DataflowGraph::build(&net, &arch, &mapping).unwrap();
        assert_eq!(graph.demands()[1], 1, "one block is held");
        let plan = Plan::new(&graph, &arch, &mapping).unwrap();
        let [conv, pool, fc] = [1, 2, 3].map(|s| &plan.stations[s]);
        assert_eq!(plan.edges[1].window, Window::Running);
        assert_eq!((conv.blocks.count(), pool.blocks.count()), (36, 36));
        // 8 channels through units that take 4 values a tick.
        assert_eq!(pool.occupancy, 2);
        let run = time::run(Mapped::new(&graph, &arch, &mapping))
            .unwrap()
            .result;
        let [c, p, f] = [1, 2, 3].map(|s| &run.stations[s]);
        assert_eq!(p.end_ticks, c.end_ticks + 2);
        assert_eq!(f.start_ticks, p.end_ticks + fc.fetch);
        assert_eq!((p.firings, p.busy_ticks), (36, 72));
        // Every value is taken once, each result written once.
        assert_eq!(p.counts.get(PartKind::Pool), 8 * 36);
        assert_eq!(p.counts.get(PartKind::Buffer), 8 * 36 + 8);
        assert!(run.edges[1].peak <= 2, "{:?}", run.edges[1]);
    }
}

/// A block of 8 bytes, and 8 running values of 8 + 6 bits: 22 bytes of buffer, whatever the size of the map. The fully connected
/// layer in the same tile asks for 8 bytes more, or begins a tile of its own.
#[test]
fn one_block_and_one_value_per_channel_must_fit() {
    let net = network(Op::of(GlobalAveragePool));
    let plan = |buffer: &str, apart: bool| {
        let arch = arch(&["noc=ideal", &format!("tile.buffer={buffer}")]);
        let mut mapping = Mapping::build(&net, &arch, &MapOptions::default()).unwrap();
        let graph = DataflowGraph::build(&net, &arch, &mapping).unwrap();
        if apart {
            mapping = graph.fit(&arch, mapping);
        }
        Plan::new(&graph, &arch, &mapping).map(|plan| (plan, mapping.tiles))
    };
    let refused = |buffer: &str, apart: bool, windows: &[&str]| {
        let e = plan(buffer, apart).unwrap_err();
        let CycleError::BufferTooSmall {
            stations, needs, ..
        } = &e
        else {
            panic!("{e}");
        };
        assert_eq!(stations, windows);
        *needs
    };
    assert_eq!(refused("29 B", false, &["pool", "fc"]), 30);
    assert_eq!(plan("30 B", false).unwrap().1, 1);
    assert_eq!(plan("30 B", true).unwrap().1, 1, "nothing moves that fits");
    assert_eq!(plan("22 B", true).unwrap().1, 2);
    assert_eq!(refused("21 B", true, &["pool"]), 22);
    // The 34 bytes beside the windows are shared: 17 more for each stream, two blocks of 8.
    let rooms = |buffer| {
        let edges = plan(buffer, false).unwrap().0.edges;
        edges.iter().map(|e| e.capacity).collect::<Vec<_>>()
    };
    assert_eq!(rooms("64 B"), [None, Some(3), Some(3)]);
}

/// A window that stops short of the map's edge ends with the last position it looks at: 6 rows of 7, the sixth up to its
/// sixth column. Pools with several output positions keep their rows.
#[test]
fn windows_within_the_map() {
    let arch = arch(&["noc=ideal"]);
    let stations = |pool: Op| {
        let net = network(pool);
        let mapping = Mapping::build(&net, &arch, &MapOptions::default()).unwrap();
        let graph = DataflowGraph::build(&net, &arch, &mapping).unwrap();
        let run = time::run(Mapped::new(&graph, &arch, &mapping))
            .unwrap()
            .result;
        (graph.demands()[1], run)
    };
    let (held, run) = stations(window(PoolKind::Max, 5, 2));
    // Rows 0 to 3, and 5 columns of row 4: 29 firings take the 25 values of each channel.
    assert_eq!((held, run.stations[2].firings), (1, 29));
    assert_eq!(run.stations[2].counts.get(PartKind::Pool), 8 * 25);
    let (held, run) = stations(window(PoolKind::Max, 3, 1));
    assert_eq!((held, run.stations[2].firings), (2 * 6 + 3, 16));
    assert_eq!(run.stations[2].counts.get(PartKind::Pool), 16 * 9 * 8);
}
