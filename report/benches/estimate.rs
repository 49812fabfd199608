//! How long estimates take: one at a time, and a sweep of 10,000 crossbar sizes on all cores.
//!
//! One evaluation is all that a sweep does for a point: resolve the machine, map, build graph and plan, evaluate, price.

use crosscut_arch::Arch;
use crosscut_report::{About, MapReport, Method, Observed, RunReport};
use crosscut_sim::cycle::Silent;
use crosscut_sim::cycle::plan::Plan;
use crosscut_sim::estimate;
use crosscut_sim::graph::DataflowGraph;
use crosscut_sim::map::{MapOptions, Mapping};
use crosscut_sim::record::{Profile, Spans};
use crosscut_traces::{Network, zoo};
use rayon::prelude::*;

fn main() {
    divan::main();
}

fn evaluate(net: &Network, about: &About, arch: &Arch) -> RunReport {
    let mapping = Mapping::build(net, arch, &MapOptions::default()).expect("a mapping");
    let graph = DataflowGraph::build(net, arch, &mapping).expect("a graph");
    let plan = Plan::new(&graph, arch, &mapping).expect("a plan");
    let run = estimate::run(&plan, &mut Silent, &mut Silent).expect("an estimate");
    let map = MapReport::new(about.clone(), net, arch, &mapping).unwrap();
    let (method, profile, spans) = (Method::Estimate, Profile::new(&plan), Spans::new(&plan));
    RunReport::new(
        &map,
        arch,
        &run,
        &Observed {
            plan: &plan,
            method,
            profile,
            spans,
        },
    )
}

/// Network and machine.
const CASES: [(&str, &str); 4] = [
    ("vgg8", "isaac-ce"),
    ("vgg8", "semimap"),
    ("resnet18", "isaac-ce"),
    ("vgg16", "isaac-ce"),
];

#[divan::bench(args = CASES.map(|(net, arch)| format!("{net} on {arch}")), sample_count = 20)]
fn one(bencher: divan::Bencher, case: &str) {
    let (net, arch) = case.split_once(" on ").expect("a case names two things");
    let net = zoo::build(net, 0).expect("a network of the zoo");
    let arch = crosscut_arch::load(arch, &[]).expect("a preset");
    let about = About::new(&net, &arch, 0);
    bencher.bench_local(|| evaluate(&net, &about, &arch));
}

/// Rows and columns from 64 to 263 in steps of 2: 100 x 100 machines.
#[divan::bench(sample_count = 1, sample_size = 1)]
fn sweep_of_10000(bencher: divan::Bencher) {
    let net = zoo::build("vgg8", 0).expect("a network of the zoo");
    let about = About::new(
        &net,
        &crosscut_arch::load("isaac-8b", &[]).expect("a preset"),
        0,
    );
    bencher.bench_local(|| {
        let points: Vec<(u32, u32)> = (0..100)
            .flat_map(|r| (0..100).map(move |c| (64 + 2 * r, 64 + 2 * c)))
            .collect();
        let latencies: Vec<f64> = points
            .par_iter()
            .map(|(rows, columns)| {
                let set = [
                    format!("crossbar.rows={rows}"),
                    format!("crossbar.columns={columns}"),
                ];
                let arch = crosscut_arch::load("isaac-8b", &set).expect("a machine");
                evaluate(&net, &about, &arch).latency_ns
            })
            .collect();
        assert_eq!(latencies.len(), 10_000);
        latencies
    });
}
