//! Does the optimiser find the best mapping there is, keep to budgets, and arrive at the known balance of ISAAC?

use crosscut_arch::{Arch, load};
use crosscut_sim::cycle::{self, Plan, activity};
use crosscut_sim::graph::DataflowGraph;
use crosscut_sim::map::{LayerMap, MapOptions, Mapping};
use crosscut_sim::optimise::{Budget, Objective, OptimiseError, area_mm2, optimise};
use crosscut_sim::report::{About, MapReport, Observed, RunReport};
use crosscut_traces::build::Builder;
use crosscut_traces::{Network, Shape, zoo};

fn arch(name: &str, set: &[&str]) -> Arch {
    let set: Vec<String> = set.iter().map(|s| s.to_string()).collect();
    load(name, &set).unwrap()
}

fn positions(l: &LayerMap) -> usize {
    l.unroll * l.replicas[0] * l.replicas[1]
}

#[test]
fn isaac_balance_is_what_the_optimiser_finds_for_vgg16() {
    // A layer before a 2x2 pool needs 4 copies for each of the layer after it (Shafiee et al. 2016): with 14x14 = 196
    // firings in every convolution, 1 copy at 14x14, 4 at 28x28, ... 256 at 224x224.
    let stages = [(2, 256), (2, 64), (3, 16), (3, 4), (3, 1)];
    // Crossbars of one copy: ceil(K/128) x ceil(8Q/128), as in the table of map_published.rs.
    let one_copy = [
        4, 20, 40, 72, 144, 288, 288, 576, 1152, 1152, 1152, 1152, 1152,
    ];
    let copies: Vec<u64> = stages
        .iter()
        .flat_map(|&(n, c)| std::iter::repeat_n(c, n))
        .collect();
    let classifier = 50176 + 8192 + 2016;
    let budget: u64 = one_copy
        .iter()
        .zip(&copies)
        .map(|(a, b)| a * b)
        .sum::<u64>()
        + classifier;
    let net = zoo::build("vgg16", 0).unwrap();
    let arch = arch("isaac-ce", &[]);
    let find = |crossbars| {
        let budget = Some(Budget::Crossbars(crossbars));
        optimise(
            &net,
            &arch,
            &MapOptions::default(),
            Objective::Interval,
            budget,
        )
        .unwrap()
    };
    let best = find(budget);
    for (layer, &copies) in best.mapping.layers.iter().zip(&copies) {
        assert_eq!(positions(layer) as u64, copies, "{}", layer.name);
        assert_eq!(layer.firings(), 196, "{}", layer.name);
    }
    assert_eq!(best.mapping.totals().total(), budget);
    // 196 firings of 16 input steps of 120 ticks.
    assert_eq!(best.summary.bound.ticks, 196 * 16 * 120);
    // One crossbar less, and 196 firings are out of reach.
    assert!(find(budget - 1).summary.firings > 196);
}

/// Two convolutions and a classifier.
fn small(seed: u64) -> Network {
    let pick = |n: u64, of: &[usize]| of[(seed / n) as usize % of.len()];
    let (mut b, x) = Builder::new("small", Shape::new(pick(1, &[1, 3]), 5, 4), seed);
    let x = b.conv("conv1", x, pick(2, &[4, 9]), 3, 1, 1);
    let x = b.relu(x);
    let x = b.conv("conv2", x, pick(4, &[5, 16]), pick(8, &[1, 3]), 1, 0);
    b.gemm("fc", x, 7);
    b.finish()
}

fn machines() -> Vec<Arch> {
    let tiny = [
        "crossbar.rows=16",
        "crossbar.columns=24",
        "format.weight_bits=4",
        "pe.crossbars=2",
        "pe.adcs=2",
        "tile.pes=2",
        "chip.tiles_x=2",
        "chip.tiles_y=1",
    ];
    let with = |name, more: &[&str]| arch(name, &[&tiny[..], more].concat());
    vec![
        with("isaac-8b", &[]),
        with("reram-64", &["mapping.packing=feature-map"]),
        arch(
            "semimap",
            &["crossbar.rows=48", "crossbar.columns=40", "tile.pes=2"],
        ),
        arch(
            "semimap",
            &[
                "crossbar.rows=48",
                "crossbar.columns=40",
                "mapping.fold=full",
            ],
        ),
    ]
}

/// Every mapping there is: on semi-folded machines with all slices of a row.
fn all_mappings(net: &Network, arch: &Arch) -> Vec<Mapping> {
    let semi = arch.mapping.fold == crosscut_arch::Fold::Semi;
    let mut choices: Vec<MapOptions> = vec![MapOptions::default()];
    for name in ["conv1", "conv2"] {
        let shape = net.layer(net.find(name).unwrap()).shape;
        let mut more = Vec::new();
        for base in &choices {
            for w in 1..=shape.w {
                for rx in 1..=shape.w.div_ceil(w) {
                    for ry in 1..=shape.h {
                        if semi && rx < shape.w.div_ceil(w) {
                            continue;
                        }
                        let mut o = base.clone();
                        o.unroll.insert(name.to_string(), w);
                        o.replicas.insert(name.to_string(), [rx, ry]);
                        more.push(o);
                    }
                }
            }
        }
        choices = more;
    }
    // Widths that do not fit are refused; everything else is a candidate.
    let built = choices.iter().map(|o| Mapping::build(net, arch, o));
    built.filter_map(Result::ok).collect()
}

fn ticks(net: &Network, arch: &Arch, mapping: &Mapping) -> u64 {
    let graph = DataflowGraph::build(net, arch, mapping).unwrap();
    cycle::busiest_station(&graph, arch, mapping).unwrap().1
}

#[test]
fn no_mapping_is_better_than_the_optimised_one() {
    for (seed, arch) in (0..16u64).zip(machines().iter().cycle()) {
        let net = small(seed);
        let all: Vec<(u64, u64, u64)> = all_mappings(&net, arch)
            .iter()
            .map(|m| (ticks(&net, arch, m), m.totals().total(), m.chips))
            .collect();
        assert!(all.len() > 30, "{}: {} mappings", arch.name, all.len());
        let least = all.iter().map(|m| m.1).min().unwrap();
        let plain = MapOptions::default();
        let one = optimise(&net, arch, &plain, Objective::Crossbars, None).unwrap();
        assert_eq!(
            one.mapping.totals().total(),
            least,
            "{} {seed}: one copy",
            arch.name
        );
        for percent in [100, 130, 200, 350, 1000] {
            let crossbars = least * percent / 100;
            let within = all.iter().filter(|m| m.1 <= crossbars);
            // Shortest bound first, then fewest crossbars.
            let (best, fewest, _) = *within.min().unwrap();
            let budget = Some(Budget::Crossbars(crossbars));
            let found = optimise(&net, arch, &plain, Objective::Interval, budget).unwrap();
            let case = format!("{} {seed} within {crossbars}", arch.name);
            assert_eq!(found.summary.bound.ticks, best, "{case}");
            assert_eq!(found.mapping.totals().total(), fewest, "{case}");
        }
        let chips = one.mapping.chips;
        for chips in [chips, chips + 1, 2 * chips + 1] {
            let within = all.iter().filter(|m| m.2 <= chips).map(|m| m.0);
            let budget = Some(Budget::Chips(chips));
            let found = optimise(&net, arch, &plain, Objective::Interval, budget).unwrap();
            let case = format!("{} {seed} on {chips} chips", arch.name);
            assert_eq!(Some(found.summary.bound.ticks), within.min(), "{case}");
            assert!(found.mapping.chips <= chips, "{case}");
        }
    }
}

/// Energy as the objective counts it, written out from the parts.
fn energy(net: &Network, arch: &Arch, mapping: &Mapping) -> f64 {
    let mut pj = 0.0;
    for layer in &mapping.layers {
        for (kind, n) in activity::of_layer(layer, arch).0 {
            pj += n as f64 * arch.part(kind).map_or(0.0, |p| p.energy_pj);
        }
    }
    let static_mw: f64 = arch
        .parts
        .iter()
        .map(|p| {
            let pes = mapping.tiles * u64::from(arch.tile.pes);
            let units = arch.units(p.level, pes, mapping.tiles, mapping.chips);
            (units * p.count) as f64 * p.static_power_mw
        })
        .sum();
    pj + static_mw * ticks(net, arch, mapping) as f64 * arch.tick_ns()
}

#[test]
fn no_mapping_takes_less_energy() {
    for (seed, arch) in (0..8u64).zip(machines().iter().cycle()) {
        let net = small(seed);
        let least = all_mappings(&net, arch)
            .iter()
            .map(|m| energy(&net, arch, m))
            .fold(f64::INFINITY, f64::min);
        let plain = MapOptions::default();
        let found = optimise(&net, arch, &plain, Objective::Energy, None).unwrap();
        let found = energy(&net, arch, &found.mapping);
        assert!(
            found <= least * (1.0 + 1e-9),
            "{} {seed}: {found} pJ, {least} pJ exists",
            arch.name
        );
    }
}

#[test]
fn fixed_choices_stay() {
    let net = zoo::build("vgg8", 0).unwrap();
    let set = ["mapping.layer.conv3.replicas=[2, 3]"];
    let arch = arch("isaac-8b", &set);
    let mut options = MapOptions::default();
    options.unroll.insert("conv2".into(), 2);
    let budget = Some(Budget::Chips(2));
    let found = optimise(&net, &arch, &options, Objective::Interval, budget).unwrap();
    let layer = |name: &str| found.mapping.layers.iter().find(|l| l.name == name);
    assert_eq!(layer("conv3").unwrap().replicas, [2, 3]);
    assert_eq!(layer("conv2").unwrap().unroll, 2);
    assert!(layer("conv2").unwrap().replicas != [1, 1]);
}

#[test]
fn max_firings_with_the_fewest_crossbars() {
    let net = zoo::build("vgg8", 0).unwrap();
    let arch = arch("isaac-8b", &[]);
    let crossbars = |objective| {
        let options = MapOptions {
            max_firings: Some(100),
            ..MapOptions::default()
        };
        match objective {
            Some(o) => optimise(&net, &arch, &options, o, None).unwrap().mapping,
            None => Mapping::build(&net, &arch, &options).unwrap(),
        }
    };
    let (plain, best) = (crossbars(None), crossbars(Some(Objective::Crossbars)));
    assert!(best.layers.iter().all(|l| l.firings() <= 100));
    assert!(best.totals().total() <= plain.totals().total());
}

#[test]
fn area_budgets_are_areas_of_the_report() {
    let net = zoo::build("vgg8", 0).unwrap();
    let arch = arch("isaac-8b", &[]);
    for mm2 in [60.0, 80.0, 200.0] {
        let budget = Some(Budget::AreaMm2(mm2));
        let plain = MapOptions::default();
        let found = optimise(&net, &arch, &plain, Objective::Interval, budget).unwrap();
        let m = &found.mapping;
        let graph = DataflowGraph::build(&net, &arch, m).unwrap();
        let plan = Plan::new(&graph, &arch, m).unwrap();
        let result = cycle::run(&graph, &arch, m, &mut |_, _| {}).unwrap();
        let report = MapReport::new(About::new(&net, &arch, 0), &net, &arch, m);
        let report = RunReport::new(&report, &arch, &result, &Observed::nothing(&plan));
        assert!(report.area_mm2 <= mm2, "{} > {mm2}", report.area_mm2);
        let area = area_mm2(&arch, m.tiles, m.chips);
        assert!((area / report.area_mm2 - 1.0).abs() < 1e-12);
        assert_eq!(found.summary.area_mm2, area);
        // The busiest station is a lower bound of the interval.
        assert!(result.interval_ticks >= found.summary.bound.ticks);
    }
}

#[test]
fn budgets_that_hold_no_copy_say_what_one_needs() {
    let net = zoo::build("vgg16", 0).unwrap();
    let isaac = arch("isaac-ce", &[]);
    let plain = MapOptions::default();
    let refused = |arch: &Arch, objective, budget| {
        optimise(&net, arch, &plain, objective, budget)
            .unwrap_err()
            .to_string()
    };
    let interval = Objective::Interval;
    // One copy: 67576 crossbars, 704 tiles, 5 chips (map_published.rs).
    for budget in [
        Budget::Chips(4),
        Budget::Crossbars(67575),
        Budget::AreaMm2(200.0),
    ] {
        let e = refused(&isaac, interval, Some(budget));
        let words = [
            "vgg16",
            "isaac-ce",
            "67576 crossbars",
            "704 tiles",
            "5 chips",
        ];
        assert!(words.iter().all(|w| e.contains(w)), "{e}");
        assert!(e.contains(&format!("the budget of {budget}")), "{e}");
    }
    let fits = optimise(
        &net,
        &isaac,
        &plain,
        interval,
        Some(Budget::Crossbars(67576)),
    );
    assert_eq!(fits.unwrap().mapping.totals().total(), 67576);
    // A machine with a fixed number of chips is a budget.
    let four = arch("isaac-ce", &["system.chips=4"]);
    let e = refused(&four, interval, None);
    assert!(
        e.contains("5 chips") && e.contains("budget of 4 chips"),
        "{e}"
    );
    let e = optimise(&net, &isaac, &plain, interval, None).unwrap_err();
    assert_eq!(e, OptimiseError::NeedsBudget);
    let e = refused(&isaac, interval, Some(Budget::AreaMm2(-1.0)));
    assert!(e.contains("-1 mm2") && e.contains("above 0"), "{e}");
}
