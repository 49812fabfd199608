//! Padding as a layer of its own: does it wait for the values it hands on, and for no others?

use crosscut_arch::load;
use crosscut_sim::cycle::Plan;
use crosscut_sim::graph::{DataflowGraph, Mapped, Window};
use crosscut_sim::map::{MapOptions, Mapping, PlacementMethod};
use crosscut_sim::place::{place, traffic};
use crosscut_sim::time;
use crosscut_traces::net::push;
use crosscut_traces::op::Pad;
use crosscut_traces::{Conv, Network, Op, Shape, Weights};

/// Two convolutions over 20 x 20 positions with padding between them, as a layer or within the second one.
fn network(pad: [usize; 4], apart: bool) -> Network {
    let conv = |inputs: usize, pad| Conv {
        weight: Weights::Seeded {
            seed: 1,
            shape: vec![8, inputs, 3, 3],
            std: 1.0,
        },
        bias: None,
        stride: [1, 1],
        pad,
        dilation: [1, 1],
        groups: 1,
    };
    let mut net = Network::new("padded");
    let image = Shape::new(4, 20, 20);
    let x = net.push("x", Op::Input(image), &[], image);
    let mut at = push(&mut net, "a", Op::Conv(conv(4, [1; 4])), &[x]).unwrap();
    if apart {
        at = push(&mut net, "pad", Op::of(Pad { pad, value: 0.0 }), &[at]).unwrap();
    }
    let within = if apart { [0; 4] } else { pad };
    push(&mut net, "b", Op::Conv(conv(8, within)), &[at]).unwrap();
    net
}

#[test]
fn padding_takes_rows_as_they_come() {
    let arch = load("isaac-8b", &["dram.bandwidth=unbounded".to_string()]).unwrap();
    for pad in [[1, 1, 1, 1], [2, 0, 3, 1], [0, 3, 0, 0]] {
        let map = |net: &Network| {
            let mapping = Mapping::build(net, &arch, &MapOptions::default()).unwrap();
            place(net, &arch, mapping, PlacementMethod::Optimised).unwrap()
        };
        let [apart, within] = [true, false].map(|apart| {
            let net = network(pad, apart);
            let mapping = map(&net);
            let graph = DataflowGraph::build(&net, &arch, &mapping).unwrap();
            let plan = Plan::new(&graph, &arch, &mapping).unwrap();
            let run = time::run(Mapped::new(&graph, &arch, &mapping)).unwrap();
            let said = traffic(&net, &arch, &mapping).unwrap();
            let counted = run.result.counts.get(crosscut_arch::PartKind::Router);
            assert_eq!(said.placed.flit_hops, counted, "{pad:?}");
            (plan, run.result)
        });
        let into_pad = &apart.0.edges[1];
        assert!(matches!(into_pad.window, Window::Sliding { .. }));
        // One position, held over the columns and rows that are added before the next one is asked for.
        let held = 1 + (20 + pad[1] + pad[3]) as u64;
        assert!(into_pad.demand <= held, "{pad:?}: {}", into_pad.demand);
        // A tick or two a position for moving it on, not an image.
        let (a, w) = (apart.1.latency_ticks, within.1.latency_ticks);
        let slack = (pad[0] * 26 + pad[1] + 4) as u64 * 4;
        assert!((w..=w + slack).contains(&a), "{pad:?}: {a} and {w}");
    }
}
