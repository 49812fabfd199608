//! Latency, interval, energy and area of a mapped network, from a cycle run.

use super::About;
use super::area::chip_area_mm2;
use super::checks::{self, Check};
use super::energy::{Component, components, dynamic_pj};
use super::map::{Crossbars, MapReport, Totals};
use crate::counts::Counts;
use crate::cycle::{CycleResult, Stalls, StationTiming};
use crosscut_arch::{Arch, Timing};
use serde::{Deserialize, Serialize};

/// One station: a layer with the layers fused into it. `busy + stalled + idle` ticks are the latency.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerRun {
    /// Layer name.
    pub name: String,
    /// `source`, `compute`, `pool`, `add`, ...
    pub kind: String,
    /// Its crossbars; absent if it occupies none.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub crossbars: Option<Crossbars>,
    /// Firings of one image in the dataflow graph.
    pub station_firings: u64,
    /// Time between firings when nothing holds it up.
    pub firing_interval_ns: f64,
    /// Start of the first firing.
    pub start_ns: f64,
    /// Last output of the first image.
    pub end_ns: f64,
    /// Ticks the bottleneck of the station worked.
    pub busy_ticks: u64,
    /// Ticks lost between first begin and last end, by cause.
    pub stalled_ticks: Stalls,
    /// Ticks before the first firing and after the last.
    pub idle_ticks: u64,
    /// Actions of one image, by part.
    pub counts: Counts,
    /// Energy of those actions.
    pub dynamic_pj: f64,
}

/// A cycle run with its costs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunReport {
    /// Network, machine and seed.
    #[serde(flatten)]
    pub about: About,
    /// How the figures are defined.
    pub notes: Vec<String>,
    /// Crossbars, PEs, tiles and chips.
    pub totals: Totals,
    /// From the first input to the last output of one image alone.
    pub latency_ns: f64,
    /// Between results of successive images in steady state.
    pub interval_ns: f64,
    /// Images per second in steady state.
    pub throughput_ips: f64,
    /// Latency in ticks of the digital clock.
    pub cycles: u64,
    /// Interval in ticks.
    pub interval_cycles: u64,
    /// Energy of one inference in steady state.
    pub energy_pj: f64,
    /// Its part from actions.
    pub dynamic_pj: f64,
    /// Its part from static power.
    pub static_pj: f64,
    /// Area of the tiles in use, their routers and the chip-level parts.
    pub area_mm2: f64,
    /// Area of the whole chips the network sits on.
    pub chip_area_mm2: f64,
    /// Mean power in steady state.
    pub power_mw: f64,
    /// Achieved operations per second in steady state, 1 MAC = 2 operations of the network as declared.
    pub gops: f64,
    /// Achieved operations per joule, in GOPS/W.
    pub gops_per_w: f64,
    /// Actions of one image, by part.
    pub counts: Counts,
    /// By part.
    pub components: Vec<Component>,
    /// By layer.
    pub layers: Vec<LayerRun>,
    /// Consistency of the figures.
    pub checks: Vec<Check>,
}

impl RunReport {
    /// Prices a cycle run of the mapping that `map` describes.
    pub fn new(map: &MapReport, arch: &Arch, result: &CycleResult) -> RunReport {
        let tick = arch.tick_ns();
        let interval_ns = result.interval_ticks as f64 * tick;
        let components = components(arch, &result.counts, &map.totals, interval_ns);
        let sum = |f: fn(&Component) -> f64| components.iter().map(f).sum::<f64>();
        let energy_pj = sum(|c| c.energy_pj);
        let (dynamic, fixed, area) = (
            sum(|c| c.dynamic_pj),
            sum(|c| c.static_pj),
            sum(|c| c.area_mm2),
        );
        let ops = 2.0 * map.about.macs as f64;
        // A network whose interval is 0 ticks does not exist: the engine's stations take at least one tick.
        let per_interval = |x: f64| {
            if interval_ns > 0.0 {
                x / interval_ns
            } else {
                0.0
            }
        };
        let mut report = RunReport {
            about: map.about.clone(),
            notes: notes(arch, &components),
            totals: map.totals.clone(),
            latency_ns: result.latency_ticks as f64 * tick,
            interval_ns,
            throughput_ips: per_interval(1e9),
            cycles: result.latency_ticks,
            interval_cycles: result.interval_ticks,
            energy_pj,
            dynamic_pj: dynamic,
            static_pj: fixed,
            area_mm2: area,
            chip_area_mm2: chip_area_mm2(arch, map.totals.chips),
            power_mw: per_interval(energy_pj),
            gops: per_interval(ops),
            gops_per_w: if energy_pj > 0.0 {
                ops / energy_pj * 1e3
            } else {
                0.0
            },
            counts: result.counts.clone(),
            components,
            layers: result
                .stations
                .iter()
                .map(|s| layer(map, arch, s))
                .collect(),
            checks: Vec::new(),
        };
        report.checks = checks::run(&report, &result.unfinished);
        report
    }

    /// Whether every check passed.
    pub fn passed(&self) -> bool {
        self.checks.iter().all(|c| c.passed)
    }
}

fn layer(map: &MapReport, arch: &Arch, s: &StationTiming) -> LayerRun {
    let tick = arch.tick_ns();
    let crossbars = match s.kind.as_str() {
        "source" => None,
        _ => map.layers.iter().find(|l| l.name == s.name),
    };
    LayerRun {
        name: s.name.clone(),
        kind: s.kind.clone(),
        crossbars: crossbars.map(|l| l.crossbars.clone()),
        station_firings: s.firings,
        firing_interval_ns: s.firing_interval_ticks as f64 * tick,
        start_ns: s.start_ticks as f64 * tick,
        end_ns: s.end_ticks as f64 * tick,
        busy_ticks: s.busy_ticks,
        stalled_ticks: s.stalled,
        idle_ticks: s.idle_ticks,
        counts: s.counts.clone(),
        dynamic_pj: dynamic_pj(arch, &s.counts),
    }
}

fn notes(arch: &Arch, components: &[Component]) -> Vec<String> {
    let mut notes = vec![
        "energy_pj is the energy of one inference in steady state: actions of one image x energy per action, plus static power of every instance in use x interval_ns".to_string(),
        "area_mm2 counts whole tiles in use, their routers and the parts of the chips in use; chip_area_mm2 counts whole chips".to_string(),
        "cycles are ticks of the digital clock; latency is that of one image alone, interval that between images back to back".to_string(),
    ];
    if let Timing::None { because } = &arch.timing {
        notes.push(format!("times are not modelled on this machine: {because}"));
    }
    for c in components {
        if c.actions > 0 && arch.part(c.part).is_none() {
            notes.push(format!(
                "{} actions of `{}` cost nothing: the machine gives no cost for this part",
                c.actions,
                c.part.name()
            ));
        }
    }
    notes
}
