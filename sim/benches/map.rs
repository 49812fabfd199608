//! How long does mapping take, for every network of the zoo on a folded and on a semi-folded machine?

use crosscut_sim::map::{MapOptions, Mapping};
use crosscut_traces::zoo;

fn main() {
    divan::main();
}

fn map(bencher: divan::Bencher, network: &str, machine: &str) {
    let net = zoo::build(network, 0).expect("a network of the zoo");
    let arch = crosscut_arch::load(machine, &[]).expect("a preset");
    bencher.bench_local(|| Mapping::build(&net, &arch, &MapOptions::default()));
}

fn networks() -> impl Iterator<Item = &'static str> {
    zoo::names().map(|(name, _)| name)
}

#[divan::bench(args = networks(), sample_count = 10)]
fn isaac_ce(bencher: divan::Bencher, network: &str) {
    map(bencher, network, "isaac-ce");
}

#[divan::bench(args = networks(), sample_count = 10)]
fn semimap(bencher: divan::Bencher, network: &str) {
    map(bencher, network, "semimap");
}
