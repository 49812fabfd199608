//! Do machines that are described in files of their own hold networks and run them, like the presets?

use crosscut_arch::{Arch, PartKind, Timing, chips, load};
use crosscut_report::{About, Explanation, MapReport, Observed, RunReport};
use crosscut_sim::cycle::Plan;
use crosscut_sim::graph::{DataflowGraph, Mapped};
use crosscut_sim::map::{MapOptions, Mapping};
use crosscut_sim::time;
use crosscut_traces::net::Builder;
use crosscut_traces::{Network, Shape, zoo};
use std::path::Path;

/// Measured chips by name, and the files of designs.
fn machines() -> Vec<Arch> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../arch/tests/machines");
    let entries = folder.read_dir().expect("the folder of machines");
    let files = entries.map(|e| e.expect("an entry").path().display().to_string());
    let mut names: Vec<String> = files.collect();
    names.extend(chips().iter().map(|c| c.name.to_string()));
    names.sort();
    let load = |name: &String| load(name, &[]).unwrap_or_else(|e| panic!("{e}"));
    names.iter().map(load).collect()
}

fn machine(name: &str) -> Arch {
    let found = machines().into_iter().find(|m| m.name == name);
    found.expect("its description")
}

#[test]
fn networks_are_mapped_and_run() {
    let net = zoo::build("lenet5", 0).expect("in the zoo");
    let mut timed = 0;
    for arch in machines() {
        let mapping = Mapping::build(&net, &arch, &MapOptions::default()).expect("maps");
        let map = MapReport::new(About::new(&net, &arch, 0), &net, &arch, &mapping).unwrap();
        assert!(map.totals.compute >= 5, "{}", arch.name);
        if let Timing::None { .. } = arch.timing {
            continue;
        }
        timed += 1;
        let graph = DataflowGraph::build(&net, &arch, &mapping).expect("a graph");
        let plan = Plan::new(&graph, &arch, &mapping).expect("a plan");
        let result = time::run(Mapped::new(&graph, &arch, &mapping))
            .map(|t| t.result)
            .expect("runs");
        let report = RunReport::new(&map, &arch, &result, &Observed::nothing(&plan));
        assert!(report.passed(), "{}: {:?}", arch.name, report.checks);
        let priced = !arch.parts.is_empty();
        assert_eq!(report.energy_pj > Some(0.0), priced, "{}", arch.name);
        assert_eq!(report.area_mm2 > Some(0.0), priced, "{}", arch.name);
    }
    assert_eq!(
        timed,
        machines().len() - 2,
        "all but IBM's speech chip and Mythic's"
    );
}

/// CASCADE: 10 conversions for an output of an array, not 16 slices x 16 reads; samples are taken all the same.
#[test]
fn sums_in_analog_save_conversions() {
    let (mut b, x) = Builder::new("mvm", Shape::new(128, 1, 1), 0);
    b.gemm("fc", x, 8);
    let net = b.finish();
    let arch = machine("cascade");
    let mapping = Mapping::build(&net, &arch, &MapOptions::default()).expect("maps");
    // Two row groups of two arrays of four outputs.
    assert_eq!(mapping.totals().compute, 4);
    assert_eq!(mapping.layers[0].adc_conversions(&arch), 4 * 4 * 10);
    let graph = DataflowGraph::build(&net, &arch, &mapping).expect("a graph");
    let counts = time::run(Mapped::new(&graph, &arch, &mapping))
        .map(|t| t.result)
        .expect("runs")
        .counts;
    for (kind, count) in [
        (PartKind::Adc, 160),
        (PartKind::ShiftAdd, 160),
        (PartKind::SampleHold, 4 * 64 * 16),
    ] {
        assert_eq!(counts.get(kind), count, "{}", kind.name());
    }
    let explained = Explanation::new(&net, &arch, &mapping, "fc").expect("a layer");
    let step = explained.steps.iter().find(|s| s.name == "adc_conversions");
    // One row, ten conversions, one slice, four arrays of four outputs.
    assert_eq!(step.expect("a step").numbers, "1 x 10 x 1 x 4 x 4");
}

/// One full product: what the counts of a run give for its energy is what the macro publishes per operation.
#[test]
fn the_energy_of_a_full_product_is_the_published_one() {
    let product = |inputs: usize, outputs: usize| -> Network {
        let (mut b, x) = Builder::new("mvm", Shape::new(inputs, 1, 1), 0);
        b.gemm("fc", x, outputs);
        b.finish()
    };
    // Rows, weights of a row, pJ a MAC (2 / TOPS/W; Wang's is published so).
    for (name, rows, weights, pj_per_mac) in [
        ("wang-vlsi22", 512, 16, 0.1221),
        ("aimc-cicc21", 1024, 512, 2.0 / 1050.0),
        ("aimc-isscc23", 64, 32, 2.0 / 18.7),
        ("dimc-isscc22", 32, 6, 2.0 / 36.63),
    ] {
        let arch = machine(name);
        let net = product(rows, weights);
        let mapping = Mapping::build(&net, &arch, &MapOptions::default()).expect("maps");
        let graph = DataflowGraph::build(&net, &arch, &mapping).expect("a graph");
        let counts = time::run(Mapped::new(&graph, &arch, &mapping))
            .map(|t| t.result)
            .expect("runs")
            .counts;
        let pj: f64 = PartKind::ALL
            .into_iter()
            .filter_map(|kind| Some(counts.get(kind) as f64 * arch.part(kind)?.energy_pj))
            .sum();
        let off = pj / (rows * weights) as f64 / pj_per_mac - 1.0;
        assert!(off.abs() < 1e-4, "{name}: {off:+.1e}");
    }
}
