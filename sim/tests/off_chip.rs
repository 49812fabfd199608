//! The links to the memory outside: images, results and weights over them, worked out by hand.

use crosscut_arch::{Arch, PartKind, load};
use crosscut_sim::cycle::{CycleResult, Plan};
use crosscut_sim::graph::{DataflowGraph, Mapped, StationKind};
use crosscut_sim::map::{MapOptions, Mapping};
use crosscut_sim::time;
use crosscut_traces::{Conv, Network, Op, Shape, Weights};

/// A machine of 1.2 GHz with 8-bit values.
fn arch(set: &[&str]) -> Arch {
    let set: Vec<String> = set.iter().map(ToString::to_string).collect();
    load("isaac-8b", &set).unwrap()
}

/// A pointwise convolution from 4 to 8 maps of 8 x 8.
fn network() -> Network {
    let mut net = Network::new("one");
    let input = Shape::new(4, 8, 8);
    let x = net.push("x", Op::Input(input), &[], input);
    let conv = Conv {
        weight: Weights::Seeded {
            seed: 1,
            shape: vec![8, 4, 1, 1],
            std: 1.0,
        },
        bias: None,
        stride: [1, 1],
        pad: [0; 4],
        dilation: [1, 1],
        groups: 1,
    };
    crosscut_traces::net::push(&mut net, "conv", Op::Conv(conv), &[x]).unwrap();
    net
}

fn run(set: &[&str]) -> (Plan, CycleResult) {
    let (net, arch) = (network(), arch(set));
    let mapping = Mapping::build(&net, &arch, &MapOptions::default()).unwrap();
    let graph = DataflowGraph::build(&net, &arch, &mapping).unwrap();
    let plan = Plan::new(&graph, &arch, &mapping).unwrap();
    let run = time::run(Mapped::new(&graph, &arch, &mapping)).unwrap();
    (plan, run.result)
}

/// A row of 8 positions x 4 bytes takes 32 ticks at a byte a tick, a result of 8 bytes takes 8. The convolution waits for the
/// first row and nothing else; its last result leaves 8 ticks after it is there.
#[test]
fn an_image_comes_row_by_row_and_results_leave_block_by_block() {
    let (_, free) = run(&["dram.bandwidth=unbounded"]);
    let (plan, bounded) = run(&["dram.bandwidth=1.2 GB/s"]);
    assert_eq!(bounded.latency_ticks, 32 + free.latency_ticks + 8);
    // The crossbars are busiest: 64 firings of 8 reads of 120 ticks.
    assert_eq!(free.interval_ticks, 64 * 960);
    assert_eq!(bounded.interval_ticks, 64 * 960);
    let kinds: Vec<StationKind> = plan.stations.iter().map(|s| s.kind).collect();
    let (source, compute) = (StationKind::Source, StationKind::Compute);
    assert_eq!(kinds, [source, compute, StationKind::Results]);
    assert_eq!(plan.stations[0].blocks.count(), 8);
    let link = plan.off_chip.unwrap();
    assert_eq!(bounded.tiles[link].bus, 8 * 32 + 64 * 8);
    // The same bytes, whatever they take: 4 x 64 in, 8 x 64 out.
    for r in [&free, &bounded] {
        assert_eq!(r.counts.get(PartKind::Dram), 768);
    }
    assert_eq!(free.stations.len(), 2);
}

/// At a thousandth of a byte a tick the link is busiest: 256 bytes in and 512 bytes out share it.
#[test]
fn the_first_layer_is_short_of_data_where_the_link_is_slow() {
    let (_, r) = run(&["dram.bandwidth=1.2 MB/s"]);
    assert_eq!(r.interval_ticks, 1000 * (256 + 512));
    assert!(r.interval_proven);
    let waits = r.stations[1].stalled.waits;
    assert!(waits.upstream > r.stations[1].busy_ticks, "{waits:?}");
}

/// An ideal network includes the links to the outside; a layer that is run alone has its input there.
#[test]
fn what_takes_no_time() {
    let (_, ideal) = run(&["dram.bandwidth=1.2 kB/s", "noc=ideal"]);
    let (_, free) = run(&["dram.bandwidth=unbounded", "noc=ideal"]);
    assert_eq!(ideal.latency_ticks, free.latency_ticks);
    let (net, arch) = (network(), arch(&["dram.bandwidth=1.2 kB/s"]));
    let mapping = Mapping::build(&net, &arch, &MapOptions::default()).unwrap();
    let layer = mapping.layers[0].layer;
    let graph = DataflowGraph::single(&net, &arch, &mapping, layer).unwrap();
    let plan = Plan::new(&graph, &arch, &mapping).unwrap();
    assert_eq!((plan.off_chip, plan.stations.len()), (None, 2));
}

/// Rows on the chip lie in the buffer of the first layer's tile, beside blocks of results: of 168 bytes, 32 are for the row and
/// 8 for the block without which nothing runs, and each has 64 of the others. So there are three rows; the next comes when one is
/// done with.
#[test]
fn an_image_comes_as_buffers_have_room() {
    let (plan, r) = run(&["dram.bandwidth=24 GB/s", "tile.buffer=168 B"]);
    assert_eq!(plan.edges[0].capacity, Some(3));
    assert_eq!(plan.edges[1].capacity, Some(9));
    assert_eq!(r.stream.usage.edges[0].peak, 3);
    assert_eq!(r.interval_ticks, 64 * 960);
}
