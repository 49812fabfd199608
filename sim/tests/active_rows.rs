//! Few active rows: is an array read once per group of active rows in use, by the engine that counts and by the one that
//! computes? Figures by hand. The machines have a unit column for every set of inputs in an array; it is converted in each
//! read, on top of the 128 columns that the mapping and the functional engine count.

use crosscut_arch::{Arch, PartKind, load};
use crosscut_sim::func::{FuncModel, FuncSession};
use crosscut_sim::graph::{DataflowGraph, Mapped};
use crosscut_sim::map::{Indices, MapOptions, Mapping};
use crosscut_sim::time;
use crosscut_traces::exec::int;
use crosscut_traces::quant::{QuantSpec, quantise};
use crosscut_traces::{Conv, Gemm, Network, Op, Shape, Weights};

fn arch(name: &str, set: &[&str]) -> Arch {
    let set: Vec<String> = set.iter().map(ToString::to_string).collect();
    load(name, &set).unwrap()
}

fn seeded(shape: &[usize]) -> Weights {
    Weights::Seeded {
        seed: 7,
        shape: shape.to_vec(),
        std: 1.0,
    }
}

/// One convolution without padding.
fn convolution(input: Shape, outputs: usize, kernel: usize, groups: usize) -> Network {
    let mut net = Network::new("one");
    let x = net.push("x", Op::Input(input), &[], input);
    let conv = Conv {
        weight: seeded(&[outputs, input.c / groups, kernel, kernel]),
        bias: None,
        stride: [1, 1],
        pad: [0; 4],
        dilation: [1, 1],
        groups,
    };
    crosscut_traces::net::push(&mut net, "conv", Op::Conv(conv), &[x]).unwrap();
    net
}

fn dense(inputs: usize, outputs: usize) -> Network {
    let mut net = Network::new("one");
    let shape = Shape::new(inputs, 1, 1);
    let x = net.push("x", Op::Input(shape), &[], shape);
    let gemm = Gemm {
        weight: seeded(&[outputs, inputs]),
        bias: None,
    };
    net.push("fc", Op::Gemm(gemm), &[x], Shape::new(outputs, 1, 1));
    net
}

/// Interval in ticks, and counts of one image in the given parts, on the machine as mapped.
fn run(net: &Network, arch: &Arch, mapping: &Mapping, kinds: &[PartKind]) -> (u64, Vec<u64>) {
    let graph = DataflowGraph::build(net, arch, mapping).unwrap();
    let run = time::run(Mapped::new(&graph, arch, mapping))
        .unwrap()
        .result;
    let counts = kinds.iter().map(|&k| run.counts.get(k)).collect();
    (run.interval_ticks, counts)
}

/// Conversions that the kernels take for one image.
fn taken(net: &Network, arch: &Arch, mapping: &Mapping) -> u64 {
    let shape = net.layer(net.layers().next().unwrap().0).shape;
    let image = ndarray::Array3::from_shape_fn((shape.c, shape.h, shape.w), |(c, y, x)| {
        ((c * 5 + y * 3 + x) % 7) as f32 / 7.0
    });
    let spec = QuantSpec {
        weight_bits: arch.format.weight_bits,
        input_bits: arch.format.input_bits,
    };
    let qnet = quantise(net, std::slice::from_ref(&image), spec).unwrap();
    let model = FuncModel::prepare(arch, mapping, &qnet).unwrap();
    let mut session = FuncSession::new(&model);
    int::run(&qnet, &image, &mut session).unwrap();
    session.stats.values().map(|s| s.conversions()).sum()
}

/// 8 of 128 rows hold weights: one read per input step whether 128, 32 or 8 rows may be active, two with 4, three with 3.
#[test]
fn eight_rows_take_one_read_where_eight_may_be_active() {
    let net = convolution(Shape::new(8, 8, 8), 8, 1, 1);
    for (active, groups) in [(128, 1), (32, 1), (8, 1), (4, 2), (3, 3)] {
        let set = format!("crossbar.active_rows={active}");
        let arch = arch("reram-128", &["noc=ideal", &set]);
        let mapping = Mapping::build(&net, &arch, &MapOptions::default()).unwrap();
        let kinds = [PartKind::Adc, PartKind::Crossbar, PartKind::Dac];
        let (interval, counts) = run(&net, &arch, &mapping, &kinds);
        // 64 positions x 8 input steps, all 128 columns of one array; each of the 8 rows is driven once a step.
        let reads = 64 * 8 * groups;
        assert_eq!(counts, [reads * 129, reads, 64 * 8 * 8], "{active}");
        let mapped = mapping.layers[0].adc_conversions(&arch);
        assert_eq!(mapped, reads * 128, "{active}");
        // 100 ns a read.
        let ns = interval as f64 * arch.tick_ns();
        assert!((ns - 51_200.0 * groups as f64).abs() < 1e-6, "{ns} ns");
        assert_eq!(taken(&net, &arch, &mapping), mapped, "{active}");
    }
}

/// 300 inputs in arrays of 128 rows, 48 at once: 3 + 3 + 1 groups. Arrays count their own reads, the fullest sets the time,
/// and the PE that holds all three works as long as that.
#[test]
fn arrays_of_a_layer_count_their_own_reads_and_wait_for_the_fullest() {
    let net = dense(300, 20);
    let arch = arch("isaac-8b", &["noc=ideal", "crossbar.active_rows=48"]);
    let mapping = Mapping::build(&net, &arch, &MapOptions::default()).unwrap();
    assert_eq!(mapping.layers[0].row_steps(&arch), 3);
    let kinds = [
        PartKind::Crossbar,
        PartKind::Adc,
        PartKind::SampleHold,
        PartKind::Dac,
        PartKind::InputRegister,
        PartKind::OutputRegister,
    ];
    let (interval, counts) = run(&net, &arch, &mapping, &kinds);
    let reads = 8 * (3 + 3 + 1);
    let want = [reads, reads * 129, reads * 129, 8 * 300, 8 * 3, 8 * 3];
    assert_eq!(counts, want);
    assert_eq!(interval, 8 * 3 * 120);
    assert_eq!(taken(&net, &arch, &mapping), reads * 128);
}

/// Fourteen 3x3 channel groups lie one below the other in one array: 126 rows, 16 reads of 8. Group 1 begins at row 9, so
/// its first read drives 7 of its rows.
#[test]
fn channel_groups_that_share_an_array_share_its_reads() {
    let net = convolution(Shape::new(14, 5, 5), 14, 3, 14);
    let arch = arch("isaac-8b", &["noc=ideal", "crossbar.active_rows=8"]);
    let mapping = Mapping::build(&net, &arch, &MapOptions::default()).unwrap();
    let map = &mapping.layers[0];
    assert_eq!(
        (map.groups_per_array(&arch), map.row_steps(&arch)),
        (14, 16)
    );
    let driven = |g: usize| -> Vec<usize> {
        let reads = map.rows_by_read(g, &arch);
        reads.iter().map(Vec::len).collect()
    };
    assert_eq!((driven(0), driven(1)), (vec![8, 1], vec![7, 2]));
    // Rows 63 to 71: the last of one read, then eight more.
    assert_eq!((driven(7), driven(8)), (vec![1, 8], vec![8, 1]));
    let (interval, counts) = run(&net, &arch, &mapping, &[PartKind::Adc, PartKind::Dac]);
    assert_eq!(counts, [9 * 8 * 16 * (128 + 14), 9 * 8 * 126]);
    assert_eq!(interval, 9 * 8 * 16 * 120);
    assert_eq!(taken(&net, &arch, &mapping), 9 * 8 * 16 * 128);
    // Half of the groups are gone: 63 rows are left, 8 reads.
    let mut groups = map.row_groups.clone();
    for g in groups.iter_mut().step_by(2) {
        g.outputs = Indices::list(Vec::new());
    }
    let pruned = mapping
        .with_row_groups(&net, &arch, [(map.layer, groups)].into())
        .unwrap();
    let (interval, counts) = run(&net, &arch, &pruned, &[PartKind::Adc, PartKind::Dac]);
    assert_eq!(counts, [9 * 8 * 8 * (128 + 7), 9 * 8 * 63]);
    assert_eq!(interval, 9 * 8 * 8 * 120);
    assert_eq!(taken(&net, &arch, &pruned), 9 * 8 * 8 * 128);
}
