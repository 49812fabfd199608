//! Does the event engine give the known closed forms exactly where nothing contends?

use crosscut_arch::{Arch, PartKind, load};
use crosscut_sim::cycle::{self, CycleResult};
use crosscut_sim::graph::{DataflowGraph, Mapped, StationKind, fit};
use crosscut_sim::map::{MapOptions, Mapping};
use crosscut_sim::time;
use crosscut_traces::net::{Builder, push};
use crosscut_traces::op::Flatten;
use crosscut_traces::{Conv, Network, Op, Shape, Weights, zoo};
use std::collections::BTreeMap;

fn arch(name: &str, set: &[&str]) -> Arch {
    load(name, &set.iter().map(|s| s.to_string()).collect::<Vec<_>>()).unwrap()
}

fn single(net: &Network, arch: &Arch, layer: &str, replicas: [usize; 2]) -> CycleResult {
    let replicas = BTreeMap::from([(layer.to_string(), replicas)]);
    let mapping = Mapping::build(
        net,
        arch,
        &MapOptions {
            replicas,
            ..MapOptions::default()
        },
    )
    .unwrap();
    let graph = DataflowGraph::single(net, arch, &mapping, net.find(layer).unwrap()).unwrap();
    time::run(Mapped::new(&graph, arch, &mapping))
        .map(|t| t.result)
        .unwrap()
}

fn whole(net: &Network, arch: &Arch, options: &MapOptions) -> CycleResult {
    let mapping = fit(net, arch, Mapping::build(net, arch, options).unwrap()).unwrap();
    let graph = DataflowGraph::build(net, arch, &mapping).unwrap();
    time::run(Mapped::new(&graph, arch, &mapping))
        .map(|t| t.result)
        .unwrap()
}

#[test]
fn isaac_single_layers_take_22_plus_16_per_further_firing() {
    // ISAAC: depth 22 and initiation interval 16 crossbar cycles of 120 ticks; r replicas share the positions.
    let net = zoo::build("vgg16", 0).unwrap();
    let arch = arch("isaac-ce", &["noc.ideal={}"]);
    for (layer, positions, replicas) in [
        ("conv1_1", 50176, [1, 1]),
        ("conv2_1", 12544, [1, 1]),
        ("conv3_2", 3136, [1, 1]),
        ("conv4_2", 784, [1, 1]),
        ("conv4_2", 784, [4, 1]),
        ("conv4_2", 784, [2, 2]),
        ("conv5_1", 196, [1, 1]),
        ("fc8", 1, [1, 1]),
    ] {
        let r = (replicas[0] * replicas[1]) as u64;
        let result = single(&net, &arch, layer, replicas);
        let cycles = 22 + 16 * (u64::div_ceil(positions, r) - 1);
        assert_eq!(
            result.latency_ticks,
            cycles * 120,
            "{layer} with {replicas:?}"
        );
        assert_eq!(
            result.interval_ticks,
            16 * 120 * u64::div_ceil(positions, r),
            "{layer} with {replicas:?}"
        );
    }
}

/// Two 3x3 convolutions on a 6x6 image, both from the input: one without padding, one depthwise with padding 1.
fn two_readers_of_the_input() -> Network {
    let mut net = Network::new("two");
    let shape = Shape::new(4, 6, 6);
    let x = net.push("x", Op::Input(shape), &[], shape);
    for (name, pad, groups) in [("plain", 0, 1), ("depthwise", 1, 4)] {
        let conv = Conv {
            weight: Weights::Seeded {
                seed: 1,
                shape: vec![4, 4 / groups, 3, 3],
                std: 1.0,
            },
            bias: None,
            stride: [1, 1],
            pad: [pad; 4],
            dilation: [1, 1],
            groups,
        };
        push(&mut net, name, Op::Conv(conv), &[x]).unwrap();
    }
    net
}

#[test]
fn phased_layers_add_only_where_row_groups_meet() {
    let net = two_readers_of_the_input();
    let arch = arch("semimap", &["crossbar.rows=64"]);
    let r = whole(&net, &arch, &MapOptions::default());
    let phase = 5040;
    let find = |name: &str| r.stations.iter().find(|s| s.name == name).unwrap();
    // The source sends one row of padding above and one below, which the second layer needs: 8 rows.
    assert_eq!(find("x").firings, 8);
    // Row 3 of padding and image is there after three phases; the depthwise layer then takes one phase a row, none
    // to add: its four channel groups have one row group each.
    let depthwise = find("depthwise");
    assert_eq!(depthwise.firings, 6);
    assert_eq!(depthwise.counts.get(PartKind::ReduceMode), 0);
    assert_eq!(depthwise.end_ticks, (3 + 5 + 1) * phase);
}

#[test]
fn conv4_2_counts_and_energy() {
    let net = zoo::build("vgg16", 0).unwrap();
    let arch = arch("isaac-ce", &["noc.ideal={}"]);
    for replicas in [[1, 1], [4, 1]] {
        let counts = single(&net, &arch, "conv4_2", replicas).counts;
        assert_eq!(counts.get(PartKind::Crossbar), 14_450_688);
        // 128 columns, and the unit column beside them, in every read.
        assert_eq!(counts.get(PartKind::Adc), 1_849_688_064 + 14_450_688);
        // Energies of the IMA's parts in mJ, from Table I power x 100 ns x crossbar cycles; five printed digits.
        let table = [
            (PartKind::Adc, 2.89014),
            (PartKind::Dac, 0.72253),
            (PartKind::Crossbar, 0.43352),
            (PartKind::InputRegister, 0.22399),
            (PartKind::OutputRegister, 0.04155),
            (PartKind::ShiftAdd, 0.03613),
            (PartKind::SampleHold, 0.00181),
        ];
        let mut total = 0.0;
        for (kind, mj) in table {
            let of = |kind| {
                let pj = arch.part(kind).map_or(0.0, |p| p.energy_pj);
                counts.get(kind) as f64 * pj / 1e9
            };
            // A read is counted with the cells, rows and columns it takes; all arrays are full here.
            let shares = [
                PartKind::CrossbarCells,
                PartKind::CrossbarRows,
                PartKind::CrossbarColumns,
            ];
            let read: f64 = shares.into_iter().map(of).sum();
            let got = of(kind)
                + if kind == PartKind::Crossbar {
                    read
                } else {
                    0.0
                };
            assert!(
                (got - mj).abs() < 6e-6,
                "{}: {got} mJ, want {mj}",
                kind.name()
            );
            total += got;
        }
        assert!((total - 4.34966).abs() < 1e-5, "IMA energy {total} mJ");
    }
}

#[test]
fn a_slow_adc_stretches_every_cycle() {
    let net = zoo::build("vgg16", 0).unwrap();
    let arch = arch("isaac-ce", &["noc.ideal={}", "adc.sar.rate=1.2 GS/s"]);
    assert_eq!(
        single(&net, &arch, "conv5_1", [1, 1]).latency_ticks,
        128 * (22 + 16 * 195)
    );
    // Four ADCs for eight arrays drain half as fast.
    let shared = self::arch("isaac-ce", &["noc.ideal={}", "pe.adcs=4"]);
    assert_eq!(
        single(&net, &shared, "conv5_1", [1, 1]).latency_ticks,
        240 * (22 + 16 * 195)
    );
}

#[test]
fn a_ramp_drains_all_columns_in_two_to_the_bits_steps() {
    let net = zoo::build("vgg16", 0).unwrap();
    let latency = |set: &[&str]| {
        let set: Vec<&str> = ["noc.ideal={}"].iter().chain(set).copied().collect();
        single(&net, &arch("isaac-ce", &set), "conv5_1", [1, 1]).latency_ticks
    };
    // 196 firings of 16 reads in a pipeline of 22 cycles, as above; only the cycle differs. The clock of the machine is
    // 1.2 GHz, a read takes 120 ticks.
    let cycles = 22 + 16 * 195;
    // 2^8 steps at 2.56 GHz are 100 ns, 120 ticks: as long as the read.
    assert_eq!(latency(&["adc.ramp.clock=2.56 GHz"]), 120 * cycles);
    // At 1 GHz 256 ns, 307.2 ticks.
    assert_eq!(latency(&["adc.ramp.clock=1 GHz"]), 308 * cycles);
    // A bit more takes twice the steps, 200 ns; half the ramps take turns.
    let nine = ["adc.ramp.clock=2.56 GHz", "adc.ramp.bits=9"];
    assert_eq!(latency(&nine), 240 * cycles);
    let four = ["adc.ramp.clock=2.56 GHz", "pe.adcs=4"];
    assert_eq!(latency(&four), 240 * cycles);
}

#[test]
fn two_layers_overlap_by_the_window() {
    // lenet5 on isaac-ce: conv1 28x28, then pool 2x2, conv2 5x5 on 14x14. By hand for the first two stations:
    // pool output (0,0) needs conv1 output (1,1), the 30th firing, written at 22 + 16*29 cycles; the last needs the 784th.
    let net = zoo::build("lenet5", 0).unwrap();
    let arch = arch("isaac-ce", &["noc.ideal={}"]);
    let r = whole(&net, &arch, &MapOptions::default());
    let station = |name: &str| r.stations.iter().find(|s| s.name == name).unwrap();
    assert_eq!(station("conv1").start_ticks, 120, "after the fetch");
    assert_eq!(station("pool1").start_ticks, (22 + 16 * 29) * 120);
    assert_eq!(station("conv1").end_ticks, (22 + 16 * 783) * 120);
    // conv2 output (0,0) looks at pool outputs up to (4,4), hence at conv1 outputs up to (9,9): firing 9*28+10 = 262.
    // The pool takes 24 values at 2 a tick: 12 ticks. Then one cycle of fetch.
    assert_eq!(
        station("conv2").start_ticks,
        (22 + 16 * 261) * 120 + 12 + 120
    );
}

#[test]
fn steady_interval_is_the_busiest_station() {
    let net = zoo::build("lenet5", 0).unwrap();
    let r = whole(
        &net,
        &arch("isaac-ce", &["noc.ideal={}"]),
        &MapOptions::default(),
    );
    assert_eq!(r.interval_ticks, 784 * 16 * 120);
    assert_eq!(r.interval_ticks, cycle::bottleneck_ticks(&r));
}

#[test]
fn every_tick_of_every_station_is_accounted_for() {
    for (name, machine) in [
        ("lenet5", "reram-64"),
        ("resnet20", "isaac-8b"),
        ("vgg8", "semimap"),
    ] {
        let net = zoo::build(name, 0).unwrap();
        let r = whole(&net, &arch(machine, &[]), &MapOptions::default());
        for s in &r.stations {
            let sum = s.busy_ticks + s.stalled.total() + s.idle_ticks;
            assert_eq!(sum, r.latency_ticks, "{name} on {machine}, {}", s.name);
        }
    }
}

#[test]
fn frame_interval_on_the_phased_machine_is_the_padded_height() {
    // SemiMap: 1 / (16.8 us x padded input height). Rows of all four and frames a second of VGG8 and
    // VGG16 as published, the other two frame rates by the formula.
    let published = [
        ("vgg8", 34, 1751.0),
        ("alexnet", 227, 262.0),
        ("vgg16", 226, 263.0),
        ("resnet18", 230, 259.0),
    ];
    for (name, rows, frames) in published {
        let r = whole(
            &zoo::build(name, 0).unwrap(),
            &arch("semimap", &[]),
            &MapOptions::default(),
        );
        assert_eq!(r.interval_ticks, rows * 5040, "{name}");
        let rate = 300e6 / r.interval_ticks as f64;
        assert_eq!(rate.round(), frames, "{name}");
    }
}

/// The LeNet of SemiMap: 28 rows without padding, 20 and 50 maps, 500 neurons (Caffe's variant).
fn caffe_lenet() -> Network {
    let (mut b, x) = Builder::new("lenet", Shape::new(1, 28, 28), 0);
    let x = b.conv("conv1", x, 20, 5, 1, 0);
    let x = b.max_pool("pool1", x, 2, 2, 0);
    let x = b.conv("conv2", x, 50, 5, 1, 0);
    let x = b.max_pool("pool2", x, 2, 2, 0);
    let x = b.push("flatten", Op::of(Flatten), &[x]);
    let x = b.gemm("fc1", x, 500);
    let x = b.relu(x);
    b.gemm("fc2", x, 10);
    b.finish()
}

#[test]
fn lenet_takes_802_phases_folded_and_2126_frames_a_second_semi_folded() {
    let folded = arch("semimap", &["mapping.fold=full", "mapping.packing=dense"]);
    let r = whole(&caffe_lenet(), &folded, &MapOptions::default());
    let stations = r.stations.iter().filter(|s| s.kind != StationKind::Source);
    assert_eq!(stations.map(|s| s.firings).sum::<u64>(), 802);
    let r = whole(
        &caffe_lenet(),
        &arch("semimap", &[]),
        &MapOptions::default(),
    );
    let frames = 300e6 / r.interval_ticks as f64;
    assert_eq!((r.interval_ticks, frames.round()), (28 * 5040, 2126.0));
}

#[test]
fn fully_folded_vgg8_takes_3026_phases() {
    // SemiMap: output positions of convolutions and pools, and one per fully connected layer.
    let arch = arch("semimap", &["mapping.fold=full", "mapping.packing=dense"]);
    let r = whole(
        &zoo::build("vgg8", 0).unwrap(),
        &arch,
        &MapOptions::default(),
    );
    let phases: u64 = r
        .stations
        .iter()
        .filter(|s| s.kind != StationKind::Source)
        .map(|s| s.firings)
        .sum();
    assert_eq!(phases, 3026);
}

#[test]
fn the_network_costs_time_and_the_run_repeats() {
    let net = zoo::build("vgg8", 0).unwrap();
    let ideal = whole(
        &net,
        &arch("isaac-8b", &["noc.ideal={}"]),
        &MapOptions::default(),
    );
    let mesh = whole(&net, &arch("isaac-8b", &[]), &MapOptions::default());
    assert!(mesh.latency_ticks > ideal.latency_ticks);
    assert_eq!(
        mesh.counts, ideal.counts,
        "an ideal network moves the same flits"
    );
    assert_eq!(
        mesh,
        whole(&net, &arch("isaac-8b", &[]), &MapOptions::default())
    );
}

#[test]
fn partial_sums_cross_the_routers_of_every_copy() {
    // conv4_2 takes tiles 15..=26 in routers 3 to 6, the first alone in its router, then four, four and three. Each holds sums of
    // all 512 outputs, of 16 + 16 + 13 bits (4608 products each), and a twelfth of the outputs ends in it. From tile t on go
    // the sums of the outputs of the tiles behind, back those of the tiles before, 784 times an image: through one router
    // between tiles of a router, through two elsewhere. Copies do the same work on the next twelve tiles each, again one,
    // four, four and three to a router (27..=38, 39..=50, 51..=62); routers that follow each other are neighbours.
    let net = zoo::build("vgg16", 0).unwrap();
    let flits = |outputs: u64| (outputs * 45).div_ceil(32);
    let of_copy: u64 = (1..12)
        .map(|border| {
            let before = 512 * border / 12;
            let routers = if [1, 5, 9].contains(&border) { 2 } else { 1 };
            routers * (flits(before) + flits(512 - before))
        })
        .sum();
    for noc in [&["noc.ideal={}"][..], &[]] {
        let arch = arch("isaac-ce", noc);
        for replicas in [[1, 1], [2, 1], [4, 1]] {
            let counts = single(&net, &arch, "conv4_2", replicas).counts;
            // With n copies each fires 1/n times as often.
            assert_eq!(
                counts.get(PartKind::Router),
                of_copy * 784,
                "{replicas:?} {noc:?}"
            );
        }
    }
}

#[test]
fn traffic_between_chips_is_counted() {
    // VGG16 needs five ISAAC chips (704 tiles of 168); lenet5 stays on one.
    let arch = arch("isaac-ce", &["noc.ideal={}"]);
    let link = |name| {
        whole(&zoo::build(name, 0).unwrap(), &arch, &MapOptions::default())
            .counts
            .get(PartKind::ChipLink)
    };
    assert!(link("vgg16") > 0);
    assert_eq!(link("lenet5"), 0);
}

#[test]
fn a_balanced_pipeline_runs_at_the_rate_of_its_layers() {
    // At most 784 firings per layer: conv layers set the interval of 784 x 16 cycles. Pool1 takes 12544 x 256 values, too
    // many for the two units of one tile (13380 cycles); the tiles of conv1_2 share them.
    let net = zoo::build("vgg16", 0).unwrap();
    let options = MapOptions {
        max_firings: Some(784),
        ..MapOptions::default()
    };
    let r = whole(&net, &arch("isaac-ce", &["noc.ideal={}"]), &options);
    assert_eq!(r.interval_ticks, 784 * 16 * 120);
}

#[test]
fn window_gates_open_with_the_last_input_and_not_before() {
    // conv2_1 cannot start before the window it has on pool1 is complete.
    // Its first window needs pool outputs up to (1,1); the start is exact to the tick.
    let net = zoo::build("vgg16", 0).unwrap();
    let r = whole(
        &net,
        &arch("isaac-ce", &["noc.ideal={}"]),
        &MapOptions::default(),
    );
    let station = |name: &str| r.stations.iter().find(|s| s.name == name).unwrap();
    // conv1_1 (p,q) is written at (22 + 16 (224 p + q)) cycles. conv1_2 (0,0) needs conv1_1 (1,1), firing 225; from then
    // on conv1_2 keeps pace one firing behind another, and pool1 (1,1) needs conv1_2 (3,3), firing 675.
    let conv1_2 = 22 + 16 * 225;
    assert_eq!(station("conv1_2").start_ticks, (conv1_2 + 1) * 120);
    // The windows of conv1_2 and pool1 are more than one buffer: they lie across two tiles, whose units take the 4 x 64 values
    // of a window in 64 ticks.
    let pool1_1 = (conv1_2 + 16 * 675 + 22) * 120 + 64;
    assert_eq!(station("conv2_1").start_ticks, pool1_1 + 120);
}
