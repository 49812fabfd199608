//! How long cycle runs take: one image alone and three back to back, as `cycle::run` does.

use crosscut_sim::cycle;
use crosscut_sim::graph::DataflowGraph;
use crosscut_sim::map::{MapOptions, Mapping};
use crosscut_traces::zoo;

fn main() {
    divan::main();
}

/// Network and machine.
const CASES: [(&str, &str); 4] = [
    ("lenet5", "isaac-ce"),
    ("resnet18", "isaac-ce"),
    ("vgg16", "isaac-ce"),
    ("vgg16", "semimap"),
];

#[divan::bench(args = CASES.map(|(net, arch)| format!("{net} on {arch}")), sample_count = 10)]
fn run(bencher: divan::Bencher, case: &str) {
    let (net, arch) = case.split_once(" on ").expect("a case names two things");
    let net = zoo::build(net, 0).expect("a network of the zoo");
    let arch = crosscut_arch::load(arch, &[]).expect("a preset");
    let mapping = Mapping::build(&net, &arch, &MapOptions::default()).expect("a mapping");
    let graph = DataflowGraph::build(&net, &arch, &mapping).expect("a graph");
    bencher.bench_local(|| cycle::run(&graph, &arch, &mapping, &mut |_, _| {}));
}
