//! How long does mapping take, for every network of the zoo on a folded and on a semi-folded machine, and how long do
//! the searches for the best one and for places take?

use crosscut_sim::map::{MapOptions, Mapping, PlacementMethod};
use crosscut_sim::optimise::{self, Budget, Goal, Objective};
use crosscut_sim::place::place as place_tiles;
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

/// vgg8 on arrays of 64 to 512 rows and columns, one after the other: what a sweep over crossbar sizes maps.
#[divan::bench(sample_count = 5)]
fn vgg8_on_100_crossbar_sizes(bencher: divan::Bencher) {
    let net = zoo::build("vgg8", 0).expect("a network of the zoo");
    let base = crosscut_arch::load("isaac-8b", &[]).expect("a preset");
    let machines: Vec<_> = (0..100)
        .map(|i| {
            let mut arch = base.clone();
            arch.crossbar.rows = 64 + 48 * (i % 10);
            arch.crossbar.columns = 64 + 48 * (i / 10);
            arch
        })
        .collect();
    bencher.bench_local(|| {
        let map = |arch| Mapping::build(&net, arch, &MapOptions::default());
        machines.iter().filter(|arch| map(arch).is_ok()).count()
    });
}

/// Slices and replicas for the least energy.
#[divan::bench(args = ["isaac-ce", "semimap"], sample_count = 5)]
fn optimise_resnet50_energy(bencher: divan::Bencher, machine: &str) {
    let net = zoo::build("resnet50", 0).expect("a network of the zoo");
    let arch = crosscut_arch::load(machine, &[]).expect("a preset");
    let budget = Some(Budget::Chips(if machine == "semimap" { 80 } else { 8 }));
    let plain = MapOptions::default();
    let placement = PlacementMethod::InOrder;
    bencher.bench_local(|| {
        let goal = Goal::new(Objective::Energy, budget);
        optimise::optimise(&net, &arch, &plain, &goal, placement)
    });
}

/// Slices and replicas for the shortest interval within a budget of chips.
#[divan::bench(args = [
    ("vgg16", "isaac-ce", 8),
    ("resnet50", "isaac-ce", 8),
    ("vgg16", "semimap", 200),
    ("resnet50", "semimap", 200),
], sample_count = 10)]
fn optimise(bencher: divan::Bencher, (network, machine, chips): (&str, &str, u64)) {
    let net = zoo::build(network, 0).expect("a network of the zoo");
    let arch = crosscut_arch::load(machine, &[]).expect("a preset");
    let budget = Some(Budget::Chips(chips));
    let plain = MapOptions::default();
    let placement = PlacementMethod::InOrder;
    bencher.bench_local(|| {
        let goal = Goal::new(Objective::Interval, budget);
        optimise::optimise(&net, &arch, &plain, &goal, placement)
    });
}

/// Mapping with an optimised placement: what `map` and `run` do by default.
#[divan::bench(args = [
    ("vgg16", "isaac-ce"),
    ("resnet50", "isaac-ce"),
    ("resnet50", "reram-64"),
    ("vgg16", "semimap"),
    ("resnet50", "semimap"),
], sample_count = 10)]
fn place(bencher: divan::Bencher, (network, machine): (&str, &str)) {
    let net = zoo::build(network, 0).expect("a network of the zoo");
    let arch = crosscut_arch::load(machine, &[]).expect("a preset");
    bencher.bench_local(|| {
        let mapping = Mapping::build(&net, &arch, &MapOptions::default()).expect("a mapping");
        place_tiles(&net, &arch, mapping, PlacementMethod::Optimised)
    });
}
