//! Do published machines give the counts and times that their papers and simulators print?

use crosscut_arch::{Arch, PartKind, Timing, check, load, presets};
use crosscut_report::{About, MapReport, Observed, RunReport};
use crosscut_sim::cycle::pipeline::Pipeline;
use crosscut_sim::cycle::{CycleResult, Plan};
use crosscut_sim::graph::{DataflowGraph, Mapped, StationKind};
use crosscut_sim::map::{MapOptions, Mapping};
use crosscut_sim::time;
use crosscut_traces::net::Builder;
use crosscut_traces::op::Flatten;
use crosscut_traces::{Network, Op, Shape, zoo};

fn arch(name: &str, set: &[&str]) -> Arch {
    load(name, &set.iter().map(|s| s.to_string()).collect::<Vec<_>>()).unwrap()
}

fn mapped(net: &Network, arch: &Arch) -> Mapping {
    Mapping::build(net, arch, &MapOptions::default()).unwrap()
}

fn run(net: &Network, arch: &Arch, mapping: &Mapping) -> CycleResult {
    let graph = DataflowGraph::build(net, arch, mapping).unwrap();
    time::run(Mapped::new(&graph, arch, mapping))
        .map(|t| t.result)
        .unwrap()
}

/// Fully connected layers only.
fn perceptron(name: &str, inputs: usize, widths: &[usize]) -> Network {
    let (mut b, mut x) = Builder::new(name, Shape::new(inputs, 1, 1), 0);
    for (i, &width) in widths.iter().enumerate() {
        x = b.gemm(&format!("fc{}", i + 1), x, width);
    }
    b.finish()
}

/// The pipeline of one product with `n` x `n` weights, and the latency of a layer that is nothing else.
fn product(n: usize, arch: &Arch) -> (Pipeline, u64) {
    let net = perceptron("mvm", n, &[n]);
    let mapping = mapped(&net, arch);
    let graph = DataflowGraph::single(&net, arch, &mapping, net.find("fc1").unwrap()).unwrap();
    let mut stations = graph.graph.node_weights();
    let layer = stations.find(|s| matches!(s.kind, StationKind::Compute));
    let pipeline = Pipeline::of(layer.unwrap(), arch, &mapping, 1);
    let result = time::run(Mapped::new(&graph, arch, &mapping))
        .map(|t| t.result)
        .unwrap();
    (pipeline, result.latency_ticks)
}

/// A run of PUMAsim on its MLP-L4: 328 products of 128 x 128 weights (64 + 128 + 128 + 8), each 8 arrays for 16 input
/// bits; constants 170 pJ per array read, 1.8 pJ per conversion.
#[test]
fn pumasim_mlp_l4() {
    let net = perceptron("mlp-l4", 1024, &[1024, 2048, 1024, 10]);
    let arch = arch("pumasim", &[]);
    let mapping = mapped(&net, &arch);
    let result = run(&net, &arch, &mapping);
    assert_eq!(mapping.totals().compute, 328);
    // One read here is one of eight arrays of 128 columns.
    let reads = result.counts.get(PartKind::Crossbar);
    assert_eq!((reads, 8 * reads), (328 * 16, 41_984));
    assert_eq!(result.counts.get(PartKind::Adc), 5_373_952);
    assert_eq!(result.counts.get(PartKind::Dac), 671_744);
    let energy_uj = |kind| {
        let per_action = arch.part(kind).unwrap().energy_pj;
        result.counts.get(kind) as f64 * per_action / 1e6
    };
    // Printed with four decimals. PUMAsim charges every array whole; here the eight arrays of the last layer, 10 of 128
    // weights wide, take less.
    assert!((reads as f64 * arch.full_read_pj() / 1e6 - 7.1373).abs() < 5e-5);
    let shares = [
        PartKind::Crossbar,
        PartKind::CrossbarCells,
        PartKind::CrossbarRows,
        PartKind::CrossbarColumns,
    ];
    let priced = shares.into_iter().filter(|&kind| arch.part(kind).is_some());
    let charged: f64 = priced.map(energy_uj).sum();
    let full = (320.0 + 8.0 * 10.0 / 128.0) / 328.0;
    assert!((charged / 7.1373 / full - 1.0).abs() < 1e-2, "{charged}");
    assert!((energy_uj(PartKind::Adc) - 9.6731).abs() < 5e-5);
    // 100 ns x (16 + 3 - 1) a product, by itself; 256 bytes come over a bus of 48 bytes a tick before.
    let (product, latency) = product(128, &arch);
    assert_eq!(product.depth(), 1800);
    assert_eq!(latency, 1800 + 6);
}

/// PIMSIM-NN: 8 input bits, 128 columns on two ADCs. Front 1 + 30 + 1, back 64 x 10 + 1 + 1: pipelined
/// 32 + 642 + 7 x 642 = 5168 cycles, else 8 x 674 = 5392.
#[test]
fn pimsim_product() {
    for (pipelined, cycles, interval) in [(true, 5168, 8 * 642), (false, 5392, 8 * 674)] {
        let set = format!("timing.staged.pipelined={pipelined}");
        let arch = arch("pimsim", &["noc=ideal", &set]);
        let (product, latency) = product(128, &arch);
        assert_eq!(product.depth(), cycles, "pipelined: {pipelined}");
        assert_eq!(product.occupancy, interval, "pipelined: {pipelined}");
        // 128 bytes come over a bus of 8 bytes a tick before.
        assert_eq!(latency, cycles + 16, "pipelined: {pipelined}");
    }
    // Three ADCs: 43 conversions on the busiest, not 42.67. Back 432; 32 + 8 x 432.
    let uneven = arch("pimsim", &["noc=ideal", "pe.adcs=192"]);
    assert_eq!(uneven.drain_ticks(), 430);
    assert_eq!(uneven.cycle_ticks(), 432);
}

/// VGG8 as DNN+NeuroSim ships it, 8 by 8 bits on 128 x 128 arrays of 2-bit cells; only columns in use are converted.
/// Conversions of a layer: positions x 8 input bits x row tiles x outputs x 4 cells.
#[test]
fn neurosim_vgg8_arrays_and_conversions() {
    let (mut b, mut x) = Builder::new("vgg8-neurosim", Shape::new(3, 32, 32), 0);
    for (i, q) in [128, 128, 256, 256, 512, 512].into_iter().enumerate() {
        x = b.conv(&format!("conv{}", i + 1), x, q, 3, 1, 1);
        if i % 2 == 1 {
            x = b.max_pool(&format!("pool{}", i + 1), x, 2, 2, 0);
        }
    }
    let x = b.push("flatten", Op::of(Flatten), &[x]);
    let x = b.gemm("fc1", x, 1024);
    b.gemm("fc2", x, 10);
    let net = b.finish();
    let arch = arch("reram-128", &["adc.sar.unused_columns=skip"]);
    let mapping = mapped(&net, &arch);
    let layers = mapping.layers.iter();
    let got: Vec<_> = layers
        .map(|l| (l.roles.compute, l.adc_conversions(&arch)))
        .collect();
    let published = [
        (4, 4_194_304),
        (36, 37_748_736),
        (72, 18_874_368),
        (144, 37_748_736),
        (288, 18_874_368),
        (576, 37_748_736),
        (2048, 2_097_152),
        (8, 2_560),
    ];
    assert_eq!(got, published);
    assert_eq!(got.iter().map(|l| l.0).sum::<u64>(), 3_176);
    assert_eq!(got.iter().map(|l| l.1).sum::<u64>(), 157_288_960);
}

/// Conversions per MAC of full arrays: weight slices x input steps / rows. ISAAC 16 x 8 / 128; RAELLA's step from 0.25 for
/// an 8-bit ISAAC to 0.063 with 512 rows, and 3 slices x 8 / 512 with its own slices.
#[test]
fn conversions_per_mac_of_full_arrays() {
    let net = perceptron("full", 1024, &[1024]);
    let per_mac = |name: &str, set: &[&str]| {
        let arch = arch(name, set);
        let conversions = mapped(&net, &arch).layers[0].adc_conversions(&arch);
        conversions as f64 / (1024.0 * 1024.0)
    };
    assert_eq!(per_mac("isaac-ce", &[]), 1.0);
    assert_eq!(per_mac("isaac-8b", &[]), 0.25);
    let taller = ["crossbar.rows=512", "crossbar.columns=512"];
    assert_eq!(per_mac("isaac-8b", &taller), 0.0625);
    assert_eq!(per_mac("raella", &[]), 24.0 / 512.0);
    // FORMS: 4 slices x 16 steps x 16 fragments / 128 rows.
    assert_eq!(per_mac("forms", &[]), 8.0);
    // PRIME: 2 slices x 2 passes / 256 rows, a pair of lines being one sensing.
    assert_eq!(per_mac("prime", &[]), 4.0 / 256.0);
    assert_eq!(arch("timely", &[]).timed_steps(), 1);
}

/// With 64 of 512 rows active a product takes eight reads per input step: reads and conversions follow, rows are driven
/// once per step, and so is the interval.
#[test]
fn few_active_rows_multiply_reads_and_time() {
    let net = perceptron("mvm", 512, &[32]);
    let ideal = ["noc=ideal", "crossbar.rows=512", "crossbar.columns=128"];
    let whole = arch("isaac-8b", &ideal);
    let parts = arch(
        "isaac-8b",
        &[&ideal[..], &["crossbar.active_rows=64"]].concat(),
    );
    let result = |arch: &Arch| run(&net, arch, &mapped(&net, arch));
    let (one, eight) = (result(&whole), result(&parts));
    for kind in [
        PartKind::Crossbar,
        PartKind::Adc,
        PartKind::SampleHold,
        PartKind::ShiftAdd,
        PartKind::InputRegister,
    ] {
        let (a, b) = (one.counts.get(kind), eight.counts.get(kind));
        assert_eq!(b, 8 * a, "{}", kind.name());
    }
    // One array, 8 input bits, 8 groups of rows.
    assert_eq!(eight.counts.get(PartKind::Crossbar), 64);
    // 128 columns and the unit column after each read.
    assert_eq!(eight.counts.get(PartKind::Adc), 64 * 129);
    assert_eq!(eight.counts.get(PartKind::Dac), 8 * 512);
    assert_eq!(one.counts.get(PartKind::Dac), 8 * 512);
    assert_eq!(
        (one.interval_ticks, eight.interval_ticks),
        (8 * 120, 64 * 120)
    );
}

/// Spiking machines tell how many cores a network takes.
#[test]
fn cores_of_spiking_machines() {
    let net = perceptron("dense", 1024, &[1024]);
    let cores = |name: &str| mapped(&net, &arch(name, &[])).totals().total();
    // 1024 x 1024 binary synapses on cores of 256 x 256: 4 x 4.
    assert_eq!(cores("truenorth"), 16);
    // A megabyte of 8-bit weights in cores of 128 KB: 8.
    assert_eq!(cores("loihi"), 8);
    // 256 neurons on a core.
    assert_eq!(cores("spinnaker"), 4);
    // A layer of 1,048,576 outputs of 256 inputs fills TrueNorth's 4096 cores exactly; one more output takes a second chip.
    for (outputs, chips) in [(1 << 20, 1), ((1 << 20) + 1, 2)] {
        let net = perceptron("chip", 256, &[outputs]);
        assert_eq!(mapped(&net, &arch("truenorth", &[])).chips, chips);
    }
}

/// Every machine that comes with the program loads, is checked, holds a network and runs it; parts sum to totals. Machines
/// without crossbar timing are mapped only.
#[test]
fn every_preset_maps_and_runs() {
    let net = zoo::build("lenet5", 0).unwrap();
    let mut timed = 0;
    for preset in presets() {
        let name = preset.name;
        let arch = arch(name, &[]);
        let figures = check(&arch);
        assert!(figures.peak_gops > 0.0, "{name}");
        let mapping = mapped(&net, &arch);
        let about = About::new(&net, &arch, 0);
        let map = MapReport::new(about, &net, &arch, &mapping).unwrap();
        assert!(map.totals.compute >= 5, "{name}");
        assert_eq!(
            map.totals.adc_conversions == 0,
            arch.adc.is_none(),
            "{name}"
        );
        if let Timing::None { because } = &arch.timing {
            assert!(!because.is_empty(), "{name}");
            continue;
        }
        timed += 1;
        let graph = DataflowGraph::build(&net, &arch, &mapping).unwrap();
        let plan = Plan::new(&graph, &arch, &mapping).unwrap();
        let result = run(&net, &arch, &mapping);
        let report = RunReport::new(&map, &arch, &result, &Observed::nothing(&plan));
        assert!(report.passed(), "{name}: {:?}", report.checks);
        assert!(
            report.interval_ns > 0.0 && report.latency_ns >= report.interval_ns,
            "{name}"
        );
        assert_eq!(
            report.energy_pj > Some(0.0),
            !arch.parts.is_empty(),
            "{name}"
        );
    }
    assert!(timed >= 20, "{timed} machines were run");
}
