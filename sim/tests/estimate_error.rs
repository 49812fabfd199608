//! How far is the estimate off? Design points of many machines, networks and numbers of copies, against the cycle engine.
//!
//! `cargo test --release -p crosscut-sim --test estimate_error -- --ignored --nocapture` measures the table of
//! `sim/src/estimate/error.rs` over 200 design points and more.

use crosscut_arch::{Timing, load, presets};
use crosscut_sim::cycle::{Plan, Silent};
use crosscut_sim::estimate::{self, error};
use crosscut_sim::graph::DataflowGraph;
use crosscut_sim::map::{MapOptions, Mapping, PlacementMethod};
use crosscut_sim::place::place;
use crosscut_sim::time;
use crosscut_traces::zoo;
use std::collections::BTreeMap;

/// One design: estimated and simulated interval and latency in nanoseconds, and the kind of its busiest part.
struct Point {
    name: String,
    limit: &'static str,
    interval: [f64; 2],
    latency: [f64; 2],
}

impl Point {
    fn deviation([estimate, engine]: [f64; 2]) -> f64 {
        (estimate / engine - 1.0).abs()
    }
}

/// A machine, a network and a limit on firings; nothing if it cannot run.
fn point(machine: &str, network: &str, share: u64) -> Option<Point> {
    let arch = load(machine, &[]).expect("a preset");
    if matches!(arch.timing, Timing::None { .. }) {
        return None;
    }
    let net = zoo::build(network, 0).expect("a network of the zoo");
    let one = Mapping::build(&net, &arch, &MapOptions::default()).ok()?;
    let most = one.layers.iter().map(|l| l.firings()).max()?;
    let options = MapOptions {
        max_firings: Some((most / share).max(1)),
        ..MapOptions::default()
    };
    let mapping = Mapping::build(&net, &arch, &options).ok()?;
    let mapping = place(&net, &arch, mapping, PlacementMethod::Optimised).expect("it is placed");
    let graph = DataflowGraph::build(&net, &arch, &mapping).expect("a graph");
    let plan = Plan::new(&graph, &arch, &mapping).ok()?;
    let options = crosscut_sim::cycle::RunOptions::default();
    let observers = crosscut_sim::cycle::Observers {
        alone: &mut Silent,
        stream: &mut Silent,
    };
    let engine = time::run_plan(&plan, &options, observers, &mut |_, _| {}).ok()?;
    let guess = estimate::run(&plan, &mut Silent, &mut Silent).expect("as the engine");
    let ns = |ticks: [u64; 2]| ticks.map(|t| t as f64 * arch.tick_ns());
    Some(Point {
        name: format!("{machine} {network} 1/{share}"),
        limit: error::limit(&plan),
        interval: ns([guess.interval_ticks, engine.result.interval_ticks]),
        latency: ns([guess.latency_ticks, engine.result.latency_ticks]),
    })
}

/// The value below which a share of the sorted numbers lies.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    sorted[((sorted.len() - 1) as f64 * share).round() as usize]
}

/// Kendall's rank correlation (tau-b) of pairs.
fn kendall(pairs: &[[f64; 2]]) -> f64 {
    let (mut score, mut x, mut y) = (0.0, 0.0, 0.0);
    for (i, a) in pairs.iter().enumerate() {
        for b in &pairs[..i] {
            let sign = |n: usize| match a[n].total_cmp(&b[n]) {
                std::cmp::Ordering::Less => -1.0,
                std::cmp::Ordering::Equal => 0.0,
                std::cmp::Ordering::Greater => 1.0,
            };
            score += sign(0) * sign(1);
            x += f64::abs(sign(0));
            y += f64::abs(sign(1));
        }
    }
    score / f64::sqrt(x * y)
}

/// Prints deviations of all points and by limit; returns median and rank correlation of intervals.
fn show(points: &[Point]) -> (f64, f64) {
    let mut by_limit: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for p in points {
        let off = Point::deviation(p.interval);
        by_limit.entry(p.limit).or_default().push(off);
        by_limit.entry("all").or_default().push(off);
        let latency = Point::deviation(p.latency);
        by_limit.entry("all, latency").or_default().push(latency);
        if off > 0.1 {
            let [a, b] = p.interval;
            println!("{}: {} {a:.1} ns, engine {b:.1} ns", p.name, p.limit);
        }
    }
    for (limit, off) in &mut by_limit {
        off.sort_by(f64::total_cmp);
        let [median, most, worst] = [0.5, 0.9, 1.0].map(|q| 100.0 * quantile(off, q));
        let n = off.len();
        println!(
            "{limit}: {n} points, median {median:.2} %, 90 % within {most:.2} %, worst {worst:.2} %"
        );
    }
    let pairs: Vec<[f64; 2]> = points.iter().map(|p| p.interval).collect();
    let tau = kendall(&pairs);
    println!("Kendall {tau:.4} of {} intervals", points.len());
    (quantile(&by_limit["all"], 0.5), tau)
}

fn points(machines: &[&str], networks: &[&str], shares: &[u64]) -> Vec<Point> {
    let all = machines.iter().flat_map(|&m| {
        let of = networks
            .iter()
            .flat_map(|&n| shares.iter().map(move |&s| (n, s)));
        of.filter_map(move |(n, s)| point(m, n, s))
            .collect::<Vec<_>>()
    });
    all.collect()
}

#[test]
fn kendall_by_hand() {
    // Of the six pairs of (1,1) (2,3) (3,2) (4,4) one is turned round.
    let tau = kendall(&[[1.0, 1.0], [2.0, 3.0], [3.0, 2.0], [4.0, 4.0]]);
    assert!((tau - 4.0 / 6.0).abs() < 1e-12);
}

#[test]
fn a_few_designs_are_estimated_well() {
    let machines = ["isaac-8b", "reram-64", "pimsim", "semimap"];
    let found = points(&machines, &["lenet5", "vgg8", "resnet20"], &[1, 8, 64]);
    assert!(found.len() >= 30, "{} points", found.len());
    let (median, tau) = show(&found);
    assert!(median <= 0.05 && tau >= 0.9, "{median} {tau}");
}

#[test]
#[ignore = "200 designs, networks of 224x224 among them"]
fn many_designs_are_estimated_well() {
    let machines: Vec<&str> = presets().iter().map(|p| p.name).collect();
    let small = points(&machines, &["lenet5", "vgg8", "resnet20"], &[1, 4, 16, 64]);
    let large = points(&machines, &["resnet18"], &[1, 16, 128]);
    let all: Vec<Point> = small.into_iter().chain(large).collect();
    assert!(all.len() >= 200, "{} points", all.len());
    let (median, tau) = show(&all);
    assert!(median <= 0.05 && tau >= 0.95, "{median} {tau}");
}
