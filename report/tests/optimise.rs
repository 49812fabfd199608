//! Does the optimiser find the best mapping there is, keep to budgets, and arrive at the known balance of ISAAC?

use crosscut_arch::{Arch, PartKind, load};
use crosscut_report::{About, MapReport, Observed, RunReport};
use crosscut_sim::cycle::{CycleResult, Plan};
use crosscut_sim::graph::{DataflowGraph, Mapped};
use crosscut_sim::map::{LayerMap, MapOptions, Mapping, PlacementMethod};
use crosscut_sim::optimise::{self, Budget, Goal, InUse, Objective, OptimiseError, Optimised};
use crosscut_sim::time;
use crosscut_traces::net::Builder;
use crosscut_traces::{Network, Shape, zoo};

fn arch(name: &str, set: &[&str]) -> Arch {
    let set: Vec<String> = set.iter().map(|s| s.to_string()).collect();
    load(name, &set).unwrap()
}

/// The optimiser's choice, tiles in order.
fn optimise(
    net: &Network,
    arch: &Arch,
    options: &MapOptions,
    objective: Objective,
    budget: Option<Budget>,
) -> Result<Optimised, OptimiseError> {
    let placement = PlacementMethod::InOrder;
    let goal = Goal::new(objective, budget);
    optimise::optimise(net, arch, options, &goal, placement)
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
    // The mesh alone would take 1.34 ms for the values of conv1_1: no balance helps there.
    let arch = arch("isaac-ce", &["noc=ideal"]);
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
    assert_eq!(best.summary.bound.unwrap().ticks, 196 * 16 * 120);
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
        with("neurram", &[]),
        with("forms", &[]),
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
            // Arrays read in parts keep to single columns: the values of banded copies could not be computed.
            let widest = if semi || arch.row_steps() == 1 {
                shape.w
            } else {
                1
            };
            for w in 1..=widest {
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

/// Interval of a run, in ticks; nothing if the machine cannot run the mapping.
fn run(net: &Network, arch: &Arch, mapping: &Mapping) -> Option<CycleResult> {
    let graph = DataflowGraph::build(net, arch, mapping).unwrap();
    let timed = time::run(Mapped::new(&graph, arch, mapping));
    timed.ok().map(|t| t.result)
}

/// Energy of a run, written out from the parts.
fn energy(arch: &Arch, mapping: &Mapping, run: &CycleResult) -> f64 {
    let actions = run.counts.0.iter();
    let pj: f64 = actions
        .map(|(&kind, &n)| n as f64 * arch.part(kind).map_or(0.0, |p| p.energy_pj))
        .sum();
    let static_mw: f64 = arch
        .parts
        .iter()
        .map(|p| {
            let pes = mapping.tiles * u64::from(arch.tile.pes);
            let units = arch.units(p.level, pes, mapping.tiles, mapping.chips);
            // Links of a chip that talks to no other are off.
            let off = p.kind == PartKind::ChipLink && mapping.chips == 1;
            (units * p.count) as f64 * if off { 0.0 } else { p.static_power_mw }
        })
        .sum();
    pj + static_mw * run.interval_ticks as f64 * arch.tick_ns()
}

/// How far figures lie above the least there is.
#[derive(Default)]
struct Gaps(Vec<f64>);

impl Gaps {
    fn add(&mut self, found: f64, least: f64, case: &str) {
        let gap = found / least - 1.0;
        assert!(gap > -1e-9, "{case}: every mapping is among all");
        self.0.push(gap);
    }

    /// Mean and worst.
    fn show(&self, of: &str) -> (f64, f64) {
        let mean = self.0.iter().sum::<f64>() / self.0.len() as f64;
        let worst = self.0.iter().copied().fold(0.0, f64::max);
        let [m, w] = [mean, worst].map(|x| 100.0 * x);
        println!("{of} above the least: mean {m:.3} %, worst {w:.3} %");
        (mean, worst)
    }
}

#[test]
fn hardly_any_mapping_is_better_than_the_optimised_one() {
    let (mut intervals, mut energies) = (Gaps::default(), Gaps::default());
    for (seed, arch) in (0..12u64).zip(machines().iter().cycle()) {
        let net = small(seed);
        // Ticks, crossbars, chips and energy of every mapping that runs.
        let all: Vec<(u64, u64, u64, f64)> = all_mappings(&net, arch)
            .iter()
            .filter_map(|m| {
                let run = run(&net, arch, m)?;
                let (crossbars, pj) = (m.totals().total(), energy(arch, m, &run));
                Some((run.interval_ticks, crossbars, m.chips, pj))
            })
            .collect();
        assert!(all.len() > 30, "{}: {} mappings", arch.name, all.len());
        let plain = MapOptions::default();
        let find = |objective, budget| optimise(&net, arch, &plain, objective, budget).unwrap();
        let least = all.iter().map(|m| m.1).min().unwrap();
        let one = find(Objective::Crossbars, None);
        let case = format!("{} {seed}", arch.name);
        assert_eq!(one.mapping.totals().total(), least, "{case}: one copy");
        for percent in [100, 150, 300, 1000] {
            let crossbars = least * percent / 100;
            let within = || all.iter().filter(|m| m.1 <= crossbars);
            let case = format!("{case} within {crossbars}");
            let budget = Some(Budget::Crossbars(crossbars));
            let found = find(Objective::Interval, budget);
            assert!(found.mapping.totals().total() <= crossbars, "{case}");
            let figures = found.summary.figures.unwrap();
            let shortest = within().map(|m| m.0).min().unwrap();
            intervals.add(figures.interval_ticks as f64, shortest as f64, &case);
            let again = run(&net, arch, &found.mapping).unwrap();
            assert_eq!(figures.interval_ticks, again.interval_ticks, "{case}");
            assert_eq!(figures.latency_ticks, again.latency_ticks, "{case}");
            let found = find(Objective::Energy, budget);
            let pj = found.summary.figures.unwrap().energy_pj.unwrap_or(0.0);
            let run = run(&net, arch, &found.mapping).unwrap();
            let again = energy(arch, &found.mapping, &run);
            assert!((pj / again - 1.0).abs() < 1e-12, "{case}: {pj} {again}");
            let least = within().map(|m| m.3).fold(f64::INFINITY, f64::min);
            energies.add(pj, least, &case);
        }
        for chips in [one.mapping.chips, 2 * one.mapping.chips + 1] {
            let within = all.iter().filter(|m| m.2 <= chips).map(|m| m.0);
            let found = find(Objective::Interval, Some(Budget::Chips(chips)));
            let case = format!("{case} on {chips} chips");
            let ticks = found.summary.figures.unwrap().interval_ticks as f64;
            intervals.add(ticks, within.min().unwrap() as f64, &case);
            assert!(found.mapping.chips <= chips, "{case}");
        }
    }
    // The list of candidates is not all there is, but close.
    let (mean, worst) = intervals.show("interval");
    assert!(mean < 0.01 && worst < 0.15);
    let (mean, worst) = energies.show("energy");
    assert!(mean < 0.01 && worst < 0.1);
}

#[test]
fn machines_without_crossbar_timing_know_crossbars_only() {
    let none = "timing={none={because=\"events come when they come\"}}";
    let arch = arch("isaac-8b", &[none]);
    let net = zoo::build("vgg8", 0).unwrap();
    let plain = MapOptions::default();
    for objective in [Objective::Interval, Objective::Energy] {
        let budget = Some(Budget::Chips(9));
        let e = optimise(&net, &arch, &plain, objective, budget).unwrap_err();
        let e = e.to_string();
        assert!(e.contains("events come") && e.contains("isaac-8b"), "{e}");
    }
    let found = optimise(&net, &arch, &plain, Objective::Crossbars, None).unwrap();
    assert_eq!(found.summary.bound, None);
}

#[test]
fn where_few_rows_are_driven_at_once_slices_stay_single_columns() {
    // A depthwise-like layer gains from wide slices: 9 rows and 4 columns of 128 x 128.
    let (mut b, x) = Builder::new("thin", Shape::new(1, 16, 16), 0);
    b.conv("conv", x, 1, 3, 1, 1);
    let net = b.finish();
    let unroll = |set: &[&str]| {
        let arch = arch("isaac-8b", set);
        let budget = Some(Budget::Crossbars(1));
        let plain = MapOptions::default();
        let found = optimise(&net, &arch, &plain, Objective::Interval, budget).unwrap();
        found.mapping.layers[0].unroll
    };
    // Lines of 18 input columns, 3 of them: 54 rows hold all 16 output columns, 64 columns.
    assert_eq!(unroll(&[]), 16);
    assert_eq!(unroll(&["crossbar.active_rows=16"]), 1);
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
    let placements = [PlacementMethod::InOrder, PlacementMethod::Optimised];
    for (mm2, placement) in [60.0, 80.0, 200.0]
        .into_iter()
        .flat_map(|a| placements.map(|p| (a, p)))
    {
        let budget = Some(Budget::AreaMm2(mm2));
        let plain = MapOptions::default();
        let goal = Goal::new(Objective::Interval, budget);
        let found = optimise::optimise(&net, &arch, &plain, &goal, placement).unwrap();
        let m = &found.mapping;
        let graph = DataflowGraph::build(&net, &arch, m).unwrap();
        let plan = Plan::new(&graph, &arch, m).unwrap();
        let result = time::run(Mapped::new(&graph, &arch, m))
            .map(|t| t.result)
            .unwrap();
        let report = MapReport::new(About::new(&net, &arch, 0), &net, &arch, m).unwrap();
        let report = RunReport::new(&report, &arch, &result, &Observed::nothing(&plan));
        let taken = report.area_mm2.expect("it has costs");
        assert!(taken <= mm2, "{taken} > {mm2}");
        let area = InUse::of(m).area_mm2(&arch);
        assert!((area / taken - 1.0).abs() < 1e-12);
        assert_eq!(found.summary.area_mm2, Some(area));
        // The busiest station is a lower bound of the interval.
        let bound = found.summary.bound.unwrap();
        assert!(
            result.interval_ticks >= bound.ticks,
            "{} {bound:?} {}",
            result.interval_ticks,
            result.interval_proven
        );
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
    // One copy: 67576 crossbars, 5 chips (map_published.rs). The windows of the first layers do not fit one buffer, so that some
    // begin tiles of their own: more than 704 tiles. Which copy takes the fewest tiles is not asked of a budget of crossbars.
    for (budget, crossbars) in [
        (Budget::Chips(4), ""),
        (Budget::Crossbars(67575), "67576 crossbars"),
        (Budget::AreaMm2(200.0), ""),
    ] {
        let e = refused(&isaac, interval, Some(budget));
        let words = ["vgg16", "isaac-ce", crossbars, "tiles", "5 chips"];
        assert!(words.iter().all(|w| e.contains(w)), "{e}");
        assert!(e.contains(&format!("more than {budget}")), "{e}");
    }
    let fits = optimise(
        &net,
        &isaac,
        &plain,
        interval,
        Some(Budget::Crossbars(67576)),
    );
    assert_eq!(fits.unwrap().mapping.totals().total(), 67576);
    // A machine with a fixed number of chips is a budget, beside any other.
    let four = arch("isaac-ce", &["system.chips=4"]);
    let e = refused(&four, interval, None);
    assert!(
        e.contains("5 chips") && e.contains("the machine's 4 chips"),
        "{e}"
    );
    let e = refused(&four, interval, Some(Budget::Crossbars(1_000_000)));
    assert!(e.contains("1000000 crossbars and the machine's 4"), "{e}");
    let six = arch("isaac-ce", &["system.chips=6"]);
    let found = |arch, budget| optimise(&net, arch, &plain, interval, Some(budget)).unwrap();
    let limits = [
        Budget::Chips(9),
        Budget::Crossbars(1_000_000),
        Budget::AreaMm2(1e6),
    ];
    let bound = found(&isaac, Budget::Chips(6)).summary.bound;
    for budget in limits {
        let ticks = |s: Option<optimise::Bound>| s.map(|b| b.ticks);
        let found = found(&six, budget).summary.bound;
        assert_eq!(ticks(found), ticks(bound.clone()), "{budget}");
    }
    let e = optimise(&net, &isaac, &plain, interval, None).unwrap_err();
    assert_eq!(e, OptimiseError::NeedsBudget("interval"));
    let e = refused(&isaac, interval, Some(Budget::AreaMm2(-1.0)));
    assert!(e.contains("-1 mm2") && e.contains("above 0"), "{e}");
}

#[test]
fn what_a_machine_does_not_tell_cannot_be_made_less() {
    let net = zoo::build("lenet5", 0).unwrap();
    let asked = |name: &str, objective, budget| {
        let options = MapOptions::default();
        optimise(&net, &arch(name, &[]), &options, objective, budget).map(|_| ())
    };
    let some = Some(Budget::Crossbars(1000));
    for objective in [Objective::Interval, Objective::Energy] {
        let refused = asked("truenorth", objective, some).unwrap_err();
        assert!(
            matches!(refused, OptimiseError::NoTiming { .. }),
            "{refused}"
        );
    }
    assert_eq!(asked("truenorth", Objective::Crossbars, some), Ok(()));
    let unknown = Err(OptimiseError::NoCosts("prime".into()));
    assert_eq!(asked("prime", Objective::Energy, some), unknown);
    let area = Some(Budget::AreaMm2(10.0));
    assert_eq!(asked("prime", Objective::Interval, area), unknown);
    assert_eq!(asked("prime", Objective::Interval, some), Ok(()));
}
