//! Networks larger than the machine: groups, passes and batches worked out by hand, and what is conserved.

use crosscut_arch::{Arch, PartKind, load};
use crosscut_sim::graph::{DataflowGraph, Mapped};
use crosscut_sim::map::{MapOptions, Mapping, PlacementMethod};
use crosscut_sim::optimise::Budget;
use crosscut_sim::reload::{self, BatchRule, Group, Limit, Pass, ReloadError, groups, pieces, run};
use crosscut_sim::{Counts, time};
use crosscut_traces::exec::float;
use crosscut_traces::net::push;
use crosscut_traces::op::Add;
use crosscut_traces::{Conv, Gemm, Network, Op, Shape, Weights, zoo};
use ndarray::{Array1, Array2, Array3};

/// One array of 128 x 128 cells, 32 outputs, with one converter: 8 reads of 120 ticks a product.
const SMALL: [&str; 6] = [
    "chip.tiles_x=1",
    "chip.tiles_y=1",
    "tile.pes=1",
    "pe.crossbars=1",
    "pe.adcs=1",
    "noc.mesh.tiles_per_router=1",
];

fn arch(set: &[&str]) -> Arch {
    let set: Vec<String> = [&SMALL[..], set]
        .concat()
        .iter()
        .map(ToString::to_string)
        .collect();
    load("isaac-8b", &set).unwrap()
}

/// Fully connected layers of these widths.
fn perceptron(widths: &[usize]) -> Network {
    let mut net = Network::new("mlp");
    let shape = Shape::new(widths[0], 1, 1);
    let mut x = net.push("x", Op::Input(shape), &[], shape);
    for (n, pair) in widths.windows(2).enumerate() {
        let gemm = Gemm {
            weight: Weights::Seeded {
                seed: 1,
                shape: vec![pair[1], pair[0]],
                std: 1.0,
            },
            bias: None,
        };
        x = push(&mut net, &format!("fc{}", n + 1), Op::Gemm(gemm), &[x]).unwrap();
    }
    net
}

fn cut(net: &Network, arch: &Arch, budget: Option<Budget>) -> Result<Vec<Group>, ReloadError> {
    let (options, placement) = (MapOptions::default(), PlacementMethod::InOrder);
    groups(net, arch, &options, placement, Limit::of(arch, budget))
}

fn pass(net: &Network, arch: &Arch, batch: Option<u64>) -> Result<(Vec<Group>, Pass), ReloadError> {
    let groups = cut(net, arch, None)?;
    let pass = run(net, arch, &groups, batch, &mut |_, _| {})?;
    Ok((groups, pass))
}

/// Three layers of one array each. Writing a row takes four pulses and reads of 12 ticks each; a product takes a fetch, eight
/// reads and five stages of 120 ticks, and the next follows after 960.
#[test]
fn a_pass_by_hand() {
    let net = perceptron(&[128, 32, 32, 16]);
    let arch = arch(&["noc=ideal", "dram.bandwidth=unbounded"]);
    let (groups, pass) = pass(&net, &arch, Some(5)).unwrap();
    assert_eq!(groups.len(), 3);
    let row = 4 * (12 + 12);
    let writes: Vec<u64> = pass.groups.iter().map(|g| g.write.ticks).collect();
    assert_eq!(writes, [128 * row, 32 * row, 32 * row]);
    for g in &pass.groups {
        assert_eq!((g.latency_ticks, g.interval_ticks), (14 * 120, 8 * 120));
        assert_eq!(g.batch_ticks, 14 * 120 + 4 * 8 * 120);
        assert!(g.interval_proven);
    }
    let computing = 3 * (14 * 120 + 4 * 8 * 120);
    assert_eq!(pass.write_ticks(), 192 * row);
    assert_eq!(pass.ticks(), 192 * row + computing);
    assert_eq!(pass.latency_ticks(), 192 * row + 3 * 14 * 120);
    // Four columns a weight, and a unit column: 128 rows, then twice 32.
    let pulses: Vec<u64> = pass.groups.iter().map(|g| g.pulses()).collect();
    let cells = [128 * 129, 32 * 129, 32 * (16 * 4 + 1)];
    assert_eq!(pulses, cells.map(|n| n * 4));
    let weights: Vec<u64> = pass.groups.iter().map(|g| g.weight_bytes()).collect();
    assert_eq!(weights, [128 * 32, 32 * 32, 32 * 16]);
    // In and out of each group.
    let crossed: Vec<u64> = pass
        .groups
        .iter()
        .map(|g| g.counts.get(PartKind::Dram))
        .collect();
    assert_eq!(crossed, [128 + 32, 32 + 32, 32 + 16]);
    assert_eq!(pass.value_bytes(), 272);
}

/// At a byte a tick the 128 inputs take 128 ticks and 32 results 32; the weights of the first layer take 4096, less than they
/// take to be written.
#[test]
fn values_and_weights_cross_the_links() {
    let net = perceptron(&[128, 32, 32, 16]);
    let (_, free) = pass(&net, &arch(&["dram.bandwidth=unbounded"]), None).unwrap();
    let (_, timed) = pass(&net, &arch(&["dram.bandwidth=1.2 GB/s"]), None).unwrap();
    let latency = |p: &Pass| [0, 1, 2].map(|g: usize| p.groups[g].latency_ticks);
    let [a, b, c] = latency(&free);
    assert_eq!(latency(&timed), [a + 160, b + 64, c + 48]);
    assert_eq!(timed.groups[0].write.load_ticks, 4096);
    assert_eq!(timed.write_ticks(), free.write_ticks());
    let (_, slow) = pass(&net, &arch(&["dram.bandwidth=0.12 GB/s"]), None).unwrap();
    assert_eq!(slow.groups[0].write.ticks, 40_960);
}

/// 5,632 bytes of weights; the first group holds 128 bytes of input and 32 of results per image.
#[test]
fn the_batch_is_as_large_as_the_memory_outside() {
    let net = perceptron(&[128, 32, 32, 16]);
    let batch = |set: &str, asked| {
        let (_, pass) = pass(&net, &arch(&["noc=ideal", set]), asked)?;
        Ok::<_, ReloadError>((pass.batch, pass.rule))
    };
    let seven = format!("dram.capacity={} B", 5632 + 7 * 160 + 159);
    assert_eq!(batch(&seven, None).unwrap(), (7, BatchRule::Capacity));
    assert_eq!(batch(&seven, Some(3)).unwrap(), (3, BatchRule::Given));
    let refused = batch(&seven, Some(8)).unwrap_err().to_string();
    assert!(refused.contains("a batch of 7 or fewer"), "{refused}");
    let refused = batch("dram.capacity=5700 B", None).unwrap_err().to_string();
    assert!(refused.contains("one image 160 more"), "{refused}");
    let none = "noc.mesh.hop_ticks=3";
    assert_eq!(batch(none, None).unwrap(), (1, BatchRule::One));
    assert_eq!(batch(none, Some(9)).unwrap(), (9, BatchRule::Given));
}

/// A long batch is extrapolated from the images that are simulated; with every image it would be the same.
#[test]
fn a_long_batch_goes_on_at_the_interval() {
    let net = perceptron(&[128, 32, 16]);
    let arch = arch(&["noc=ideal"]);
    let (_, long) = pass(&net, &arch, Some(1000)).unwrap();
    for g in &long.groups {
        assert_eq!(g.batch_ticks, 14 * 120 + 999 * 960);
    }
}

#[test]
fn what_cannot_be_reloaded_says_why() {
    let large = perceptron(&[128, 32, 64, 16]);
    let refused = cut(&large, &arch(&[]), None).unwrap_err().to_string();
    assert!(
        refused.contains("layer `fc2` alone needs 2 crossbars"),
        "{refused}"
    );
    assert!(refused.contains("more than 1 chip"), "{refused}");
    // 129 rows are two arrays, however few outputs a piece has.
    let (deep, options) = (perceptron(&[129, 32]), MapOptions::default());
    let one = arch(&[]);
    let refused = pieces(&deep, &one, &options, Limit::of(&one, None));
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("cannot be cut into pieces"), "{refused}");
    // Two crossbars hold it.
    let two = cut(&large, &arch(&[]), Some(Budget::Crossbars(2))).unwrap();
    assert_eq!(two.len(), 3);
    let nor = load("nor-flash-256", &[]).unwrap();
    let refused = cut(&large, &nor, None).unwrap_err();
    assert!(matches!(&refused, ReloadError::NoWrite { .. }), "{refused}");
    let empty = {
        let mut net = Network::new("none");
        let shape = Shape::new(1, 1, 1);
        net.push("x", Op::Input(shape), &[], shape);
        net
    };
    assert!(cut(&empty, &arch(&[]), None).is_err());
}

/// A layer of 80 outputs is three arrays of 32 outputs, on a machine that has one: it becomes layers of 32, 32 and 16, joined.
/// Values, weights and actions of the crossbars are those of the layer.
#[test]
fn a_layer_larger_than_the_machine_is_cut_into_pieces() {
    let arch = arch(&["noc=ideal", "dram.bandwidth=unbounded"]);
    let mut net = perceptron(&[128, 80, 16]);
    let weight = Array2::from_shape_fn((80, 128), |(o, i)| ((o * 7 + i * 3) % 11) as f32 - 5.0);
    let bias = Array1::from_iter((0..80).map(|o| o as f32));
    let first = net.compute_layers()[0];
    net.layer_mut(first).op = Op::Gemm(Gemm {
        weight: Weights::dense(weight.into_dyn()),
        bias: Some(bias),
    });
    let limit = Limit::of(&arch, None);
    let options = MapOptions::default();
    let cut = pieces(&net, &arch, &options, limit).unwrap().unwrap();
    let names: Vec<&str> = cut.net.layers().map(|(_, l)| l.name.as_str()).collect();
    assert_eq!(
        names,
        ["x", "fc1[1/3]", "fc1[2/3]", "fc1[3/3]", "fc1", "fc2"]
    );
    let image = Array3::from_shape_fn((128, 1, 1), |(i, _, _)| (i % 13) as f32);
    let run = |net: &Network| float::run(net, &image).unwrap();
    assert_eq!(run(&cut.net), run(&net));
    let parts = groups(
        &cut.net,
        &cut.arch,
        &cut.options,
        PlacementMethod::InOrder,
        limit,
    );
    let parts = parts.unwrap();
    assert_eq!(parts.len(), 4);
    let pass = reload::run(&cut.net, &arch, &parts, Some(1), &mut |_, _| {}).unwrap();
    let weights: Vec<u64> = pass.groups.iter().map(|g| g.weight_bytes()).collect();
    assert_eq!(
        weights,
        [32, 32, 16, 0].map(|o| o * 128).map(|b| b.max(80 * 16))
    );
    // The whole on a machine that holds it.
    let whole = load("isaac-8b", &["noc=ideal".into(), "pe.adcs=8".into()]).unwrap();
    let mapping = Mapping::build(&net, &whole, &options).unwrap();
    let graph = DataflowGraph::build(&net, &whole, &mapping).unwrap();
    let all = time::run(Mapped::new(&graph, &whole, &mapping))
        .unwrap()
        .result
        .counts;
    for kind in [PartKind::Crossbar, PartKind::Adc] {
        assert_eq!(pass.counts().get(kind), all.get(kind), "{kind:?}");
    }
    assert!(
        pieces(&perceptron(&[128, 32, 16]), &arch, &options, limit)
            .unwrap()
            .is_none()
    );
}

/// Groups of a residual network are cut through its shortcuts: every layer sits in one group, every action of the crossbars
/// is that of the whole network at once, and what leaves one group is what later ones take.
#[test]
fn groups_conserve_layers_actions_and_values() {
    let small = |tiles: u32, pes: u32| {
        let set = [
            format!("chip.tiles_x={tiles}"),
            "chip.tiles_y=1".into(),
            format!("tile.pes={pes}"),
        ];
        load("isaac-8b", &set).unwrap()
    };
    let large = load("isaac-8b", &[]).unwrap();
    let mut shortcuts = 0;
    for (name, tiles, pes) in [("resnet20", 1, 4), ("vgg8", 24, 12), ("lenet5", 1, 12)] {
        let net = zoo::build(name, 0).unwrap();
        let (groups, pass) = pass(&net, &small(tiles, pes), Some(3)).unwrap();
        assert_eq!(groups.len() > 1, name != "lenet5", "{name}");
        let layers: Vec<usize> = groups.iter().flat_map(|g| g.layers.clone()).collect();
        assert_eq!(layers, (0..net.len()).collect::<Vec<_>>(), "{name}");
        let mapping = Mapping::build(&net, &large, &MapOptions::default()).unwrap();
        let whole: Vec<&str> = mapping.layers.iter().map(|l| l.name.as_str()).collect();
        let parts = groups.iter().flat_map(|g| &g.mapping.layers);
        let parts: Vec<&str> = parts.map(|l| l.name.as_str()).collect();
        assert_eq!(parts, whole, "{name}");
        let graph = DataflowGraph::build(&net, &large, &mapping).unwrap();
        let run = time::run(Mapped::new(&graph, &large, &mapping)).unwrap();
        let of_network = |c: &Counts| {
            let kinds = [
                PartKind::Crossbar,
                PartKind::Adc,
                PartKind::Dac,
                PartKind::Pool,
                PartKind::Activation,
                PartKind::TileShiftAdd,
                PartKind::Bus,
            ];
            kinds.map(|k| c.get(k))
        };
        assert_eq!(
            of_network(&pass.counts()),
            of_network(&run.result.counts),
            "{name}"
        );
        let sum: u64 = pass.groups.iter().map(|g| g.ticks()).sum();
        assert_eq!(sum, pass.ticks());
        for (n, g) in groups.iter().enumerate() {
            shortcuts += usize::from(g.crossing.inputs.len() > 1);
            for id in g.crossing.inputs.iter().filter(|id| **id != net.input()) {
                let made = groups[..n].iter().any(|b| b.crossing.outputs.contains(id));
                assert!(made, "{name}: group {n} takes what no earlier one sends");
            }
        }
        let last = &groups[groups.len() - 1].crossing.outputs;
        assert_eq!(last.len(), 1, "{name}");
    }
    assert!(shortcuts > 0, "no shortcut was cut");
}

/// Fewer chips or crossbars never make fewer groups, and every group fits.
#[test]
fn groups_fit_and_are_as_long_as_they_can_be() {
    let net = zoo::build("vgg8", 0).unwrap();
    let arch = load("isaac-8b", &[]).unwrap();
    let mut before = usize::MAX;
    for crossbars in [2200, 2600, 3000, 4000] {
        let groups = cut(&net, &arch, Some(Budget::Crossbars(crossbars))).unwrap();
        let used = groups.iter().map(|g| g.mapping.totals().total());
        assert!(used.clone().all(|n| n <= crossbars));
        // No two neighbours would fit together.
        let used: Vec<u64> = used.collect();
        assert!(used.windows(2).all(|w| w[0] + w[1] > crossbars), "{used:?}");
        assert!(groups.len() <= before);
        before = groups.len();
    }
    assert_eq!(before, 1, "all of it fits 4000 crossbars");
}

/// The image is added to what two convolutions make of it: the second group takes it once more, and no group sends it.
#[test]
fn an_image_that_several_groups_need_comes_to_each() {
    let mut net = Network::new("skip");
    let image = Shape::new(4, 8, 8);
    let x = net.push("x", Op::Input(image), &[], image);
    let conv = |seed| {
        Op::Conv(Conv {
            weight: Weights::Seeded {
                seed,
                shape: vec![4, 4, 3, 3],
                std: 1.0,
            },
            bias: None,
            stride: [1, 1],
            pad: [1; 4],
            dilation: [1, 1],
            groups: 1,
        })
    };
    let a = push(&mut net, "a", conv(1), &[x]).unwrap();
    let b = push(&mut net, "b", conv(2), &[a]).unwrap();
    let sum = push(&mut net, "sum", Op::of(Add), &[b, x]).unwrap();
    let arch = arch(&["dram.bandwidth=1.2 GB/s"]);
    let (groups, pass) = pass(&net, &arch, None).unwrap();
    let crossing = |g: usize| {
        let c = &groups[g].crossing;
        (
            c.inputs.iter().copied().collect(),
            c.outputs.iter().copied().collect(),
        )
    };
    assert_eq!(groups.len(), 2);
    assert_eq!(crossing(0), (vec![x], vec![a]));
    assert_eq!(crossing(1), (vec![x, a], vec![sum]));
    // 256 bytes each; the memory outside holds the image, what the first group made, and the result.
    let bytes: Vec<u64> = pass
        .groups
        .iter()
        .map(|g| g.counts.get(PartKind::Dram))
        .collect();
    assert_eq!(bytes, [512, 768]);
    assert_eq!(pass.dram.image_bytes, 768);
}
