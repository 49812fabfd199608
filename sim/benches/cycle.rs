//! How long cycle runs take: one image alone and as many back to back as prove the steady state, as `run` does.
//!
//! Items per second are useful events: firing starts, results, arrivals and hops that were simulated.

use crosscut_sim::cycle::{self, Limits, Observers, Plan, RunOptions, Silent, simulate};
use crosscut_sim::graph::DataflowGraph;
use crosscut_sim::map::{MapOptions, Mapping};
use crosscut_traces::zoo;
use divan::counter::ItemsCount;

fn main() {
    divan::main();
}

/// Network and machine. `pimsim` is a mesh of 64 cores a chip.
const CASES: [(&str, &str); 7] = [
    ("lenet5", "isaac-ce"),
    ("vgg8", "isaac-ce"),
    ("vgg8", "semimap"),
    ("resnet18", "isaac-ce"),
    ("resnet18", "pimsim"),
    ("vgg16", "isaac-ce"),
    ("vgg16", "semimap"),
];

/// Graph, machine and mapping of a case.
fn job(case: &str) -> (DataflowGraph, crosscut_arch::Arch, Mapping) {
    let (net, arch) = case.split_once(" on ").expect("a case names two things");
    let net = zoo::build(net, 0).expect("a network of the zoo");
    let arch = crosscut_arch::load(arch, &[]).expect("a preset");
    let mapping = Mapping::build(&net, &arch, &MapOptions::default()).expect("a mapping");
    let graph = DataflowGraph::build(&net, &arch, &mapping).expect("a graph");
    (graph, arch, mapping)
}

#[divan::bench(args = CASES.map(|(net, arch)| format!("{net} on {arch}")), sample_count = 10)]
fn run(bencher: divan::Bencher, case: &str) {
    let (graph, arch, mapping) = job(case);
    let run = || {
        let plan = Plan::new(&graph, &arch, &mapping).expect("a plan");
        let observers = Observers {
            alone: &mut Silent,
            stream: &mut Silent,
        };
        let options = RunOptions::default();
        cycle::run_plan(&plan, &options, observers, &mut |_, _| {}).expect("a run")
    };
    let events = run().events;
    bencher.counter(ItemsCount::new(events)).bench_local(run);
}

/// The engine alone, one image, no plan to build.
#[divan::bench(args = CASES.map(|(net, arch)| format!("{net} on {arch}")), sample_count = 10)]
fn engine(bencher: divan::Bencher, case: &str) {
    let (graph, arch, mapping) = job(case);
    let plan = Plan::new(&graph, &arch, &mapping).expect("a plan");
    let run = || simulate(&plan, &Limits::default(), &mut Silent, &mut |_, _| {}).expect("a run");
    let events = run().events;
    bencher.counter(ItemsCount::new(events)).bench_local(run);
}
