//! Does each check fail when one of its two sides is wrong, and only that one?

use super::*;
use crate::{About, MapReport, Observed};
use crosscut_arch::{Arch, load};
use crosscut_sim::cycle::{self, Observers, RunOptions, Silent};
use crosscut_sim::graph::{BlockClass, DataflowGraph};
use crosscut_sim::map::{MapOptions, Mapping};
use crosscut_traces::zoo;

/// A run and what its report is made of.
struct Ran {
    arch: Arch,
    map: MapReport,
    plan: Plan,
    result: CycleResult,
}

/// A network whose last firings of a row and of an image are smaller, on a machine with every shared part.
fn ran(change: impl Fn(&mut Plan)) -> Ran {
    let arch = load("isaac-8b", &[]).unwrap();
    let net = zoo::build("lenet5", 0).unwrap();
    let options = MapOptions {
        replicas: [("conv1".to_string(), [3, 5])].into(),
        ..MapOptions::default()
    };
    let mapping = Mapping::build(&net, &arch, &options).unwrap();
    let graph = DataflowGraph::build(&net, &arch, &mapping).unwrap();
    let mut plan = Plan::new(&graph, &arch, &mapping).unwrap();
    change(&mut plan);
    let observers = Observers {
        alone: &mut Silent,
        stream: &mut Silent,
    };
    let options = RunOptions::default();
    let result = cycle::run_plan(&plan, &options, observers, &mut |_, _| {}).unwrap();
    let map = MapReport::new(About::new(&net, &arch, 0), &net, &arch, &mapping).unwrap();
    Ran {
        arch,
        map,
        plan,
        result,
    }
}

impl Ran {
    fn report(&self) -> RunReport {
        let seen = Observed::nothing(&self.plan);
        RunReport::new(&self.map, &self.arch, &self.result, &seen)
    }

    /// Names of the checks that fail.
    fn failed(&self) -> Vec<String> {
        failed(self.report().checks)
    }

    /// The same once the report is changed.
    fn failed_with(&self, change: impl Fn(&mut RunReport)) -> Vec<String> {
        let mut report = self.report();
        change(&mut report);
        failed(run(&report, &self.result, &self.plan))
    }
}

fn failed(checks: Vec<Check>) -> Vec<String> {
    let wrong = checks.into_iter().filter(|c| !c.passed);
    wrong.map(|c| c.name).collect()
}

const ENERGY: &str = "energy by layer and level equals energy by part";
const AREA: &str = "area by level equals area by part";
const TIME: &str = "busy, stalled and idle time sum to the latency";
const CONVERSIONS: &str = "ADC conversions equal the mapping's closed form";
const VALUES: &str = "every block sent is received once";
const WORK: &str = "work of buses, buffer ports, digital units and links equals the plan's";
const FIRINGS: &str = "every station fires once per block, as mapped";

#[test]
fn a_sound_run_passes_all_seven() {
    let report = ran(|_| {}).report();
    let mut names: Vec<&str> = report.checks.iter().map(|c| c.name.as_str()).collect();
    assert!(report.passed(), "{:?}", report.checks);
    names.sort_unstable();
    let mut all = [ENERGY, AREA, TIME, CONVERSIONS, VALUES, WORK, FIRINGS];
    all.sort_unstable();
    assert_eq!(names, all);
}

#[test]
fn a_firing_that_converts_once_too_often_is_seen() {
    // Whatever the class of the firing: the engine counts what the plan says of it.
    for class in BlockClass::ALL {
        let broken = ran(|plan| {
            let actions = &mut plan.stations[1].actions.0[class as usize];
            actions.counts.add(PartKind::Adc, 1);
        });
        let fires = class != BlockClass::Silent;
        let want: &[&str] = if fires { &[CONVERSIONS] } else { &[] };
        assert_eq!(broken.failed(), want, "{class:?}");
    }
}

#[test]
fn a_station_that_fires_on_wrong_blocks_is_seen() {
    // Firings of the edge counted as if they were whole.
    let broken = ran(|plan| {
        let actions = &mut plan.stations[1].actions.0;
        actions[BlockClass::Right as usize] = actions[BlockClass::Inner as usize].clone();
    });
    assert_eq!(broken.failed(), [CONVERSIONS]);
}

#[test]
fn figures_of_the_report_that_do_not_fit_are_seen() {
    let sound = ran(|_| {});
    assert_eq!(
        sound.failed_with(|r| r.layers[1].dynamic_pj = r.layers[1].dynamic_pj.map(|x| 2.0 * x)),
        [ENERGY]
    );
    assert_eq!(
        sound.failed_with(|r| r.energy_pj = r.energy_pj.map(|x| 1.000_001 * x)),
        [ENERGY]
    );
    assert_eq!(
        sound.failed_with(|r| r.area_mm2 = r.area_mm2.map(|x| 1.000_001 * x)),
        [AREA]
    );
    // Routers cost energy by the flit alone, links between chips are always on.
    assert_eq!(sound.failed_with(|r| r.totals.routers += 1), [AREA]);
    assert_eq!(sound.failed_with(|r| r.totals.chips += 1), [ENERGY, AREA]);
    assert_eq!(sound.failed_with(|r| r.layers[1].busy_ticks += 1), [TIME]);
    assert_eq!(sound.failed_with(|r| r.layers[2].idle_ticks -= 1), [TIME]);
    let firings = |r: &mut RunReport| r.layers[1].crossbars.as_mut().unwrap().firings += 1;
    assert_eq!(sound.failed_with(firings), [FIRINGS]);
}

#[test]
fn tallies_of_the_engine_that_do_not_fit_are_seen() {
    let with = |change: &dyn Fn(&mut CycleResult)| {
        let mut broken = ran(|_| {});
        change(&mut broken.result);
        broken.failed()
    };
    assert_eq!(with(&|r| r.stations[1].idle_ticks += 1), [TIME]);
    assert_eq!(with(&|r| r.edges[1].arrived -= 1), [VALUES]);
    assert_eq!(with(&|r| r.edges[1].sent += 1), [VALUES]);
    assert_eq!(with(&|r| r.tiles[0].bus += 1), [WORK]);
    assert_eq!(with(&|r| r.tiles[0].port += 1), [WORK]);
    assert_eq!(with(&|r| r.tiles[0].unit += 1), [WORK]);
    assert_eq!(with(&|r| r.unfinished.push("conv1".into())), [FIRINGS]);
    assert_eq!(with(&|r| r.stations[1].firings -= 1), [FIRINGS]);
}
