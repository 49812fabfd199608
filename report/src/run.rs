//! Latency, interval, energy and area of a mapped network, from a cycle run or an estimate.

use super::About;
use super::area::chip_area_mm2;
use super::checks::{self, Check};
use super::energy::{Component, components, dynamic_pj};
use super::map::{Crossbars, MapReport, Totals};
use super::parts::{self, BufferUse, LinkUse, PartUse};
use super::stalls::{Critical, critical, in_words};
use super::startup::StartupReport;
use super::stream::{Batch, Deviation, Partial};
use crosscut_arch::{Arch, Timing};
use crosscut_sim::counts::Counts;
use crosscut_sim::cycle::plan::Plan;
use crosscut_sim::cycle::{CycleResult, Stalls, StationTiming};
use crosscut_sim::estimate::Estimate;
use crosscut_sim::graph::StationKind;
use crosscut_sim::record::{Cause, Profile, Spans};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where the times come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// The cycle engine.
    Cycle,
    /// The estimate without contention.
    Estimate,
}

/// What was run and what observers kept of it.
#[derive(Debug)]
pub struct Observed<'a> {
    /// What was run.
    pub plan: &'a Plan,
    /// How.
    pub method: Method,
    /// Time by cause along time, one image alone.
    pub profile: Profile,
    /// The first images, back to back.
    pub spans: Spans,
}

impl<'a> Observed<'a> {
    /// A cycle run that nobody watched: the report has no profiles and no spans.
    pub fn nothing(plan: &'a Plan) -> Observed<'a> {
        Observed {
            plan,
            method: Method::Cycle,
            profile: Profile::new(plan),
            spans: Spans::new(plan),
        }
    }
}

/// One station: a layer with the layers fused into it. `busy + stalled + idle` ticks are the latency.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerRun {
    /// Layer name.
    pub name: String,
    /// What the station does.
    pub kind: StationKind,
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
    /// Ticks its crossbars or units worked.
    pub busy_ticks: u64,
    /// Ticks lost between the first firing and the last, by cause.
    pub stalled_ticks: Stalls,
    /// Ticks before the first firing and after the last.
    pub idle_ticks: u64,
    /// Shares of the time between first and last firing, in words.
    pub why: String,
    /// The part it uses that has least to spare in steady state; absent for the source.
    pub critical: Option<Critical>,
    /// Ticks by cause in bins of `timeline.bin_ticks`, one image alone; causes that never occur are left out.
    pub profile: BTreeMap<Cause, Vec<u64>>,
    /// Begin of the first and end of the last firing of the first images, back to back.
    pub image_spans_ticks: Vec<[u64; 2]>,
    /// Actions of one image, by part.
    pub counts: Counts,
    /// Energy of those actions.
    pub dynamic_pj: f64,
}

/// What the profiles and spans of the layers refer to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineInfo {
    /// Ticks of one bin of a profile.
    pub bin_ticks: u64,
    /// Ticks at which the first images are done, back to back.
    pub image_end_ticks: Vec<u64>,
}

/// A run with its costs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunReport {
    /// Network, machine and seed.
    #[serde(flatten)]
    pub about: About,
    /// `cycle`, or `estimate`: without contention.
    pub method: Method,
    /// Why the run stopped before its end, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partial: Option<Partial>,
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
    /// Whether the interval is proven: the state of the machine repeats from image to image.
    pub interval_proven: bool,
    /// Images sent through to find the interval.
    pub simulated_images: u64,
    /// Until every station has begun to work on the first image.
    pub fill_ns: f64,
    /// From the moment the first station is done with an image to the image's end.
    pub drain_ns: f64,
    /// So many images, if asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<Batch>,
    /// Writing the weights before the first image, if asked for. No other figure of the report includes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub startup: Option<StartupReport>,
    /// The estimate without contention, and how far it is from the cycle run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimate: Option<Deviation>,
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
    /// How busy each kind of part is.
    pub parts: Vec<PartUse>,
    /// Every link in use.
    pub links: Vec<LinkUse>,
    /// The buffers of each edge; the estimate does not fill them.
    pub buffers: Vec<BufferUse>,
    /// What profiles and spans refer to.
    pub timeline: TimelineInfo,
    /// Consistency of the figures.
    pub checks: Vec<Check>,
}

impl RunReport {
    /// Prices a run of the mapping that `map` describes.
    pub fn new(
        map: &MapReport,
        arch: &Arch,
        result: &CycleResult,
        seen: &Observed<'_>,
    ) -> RunReport {
        let tick = arch.tick_ns();
        let interval_ns = result.interval_ticks as f64 * tick;
        let components = components(arch, &result.counts, &map.totals, interval_ns);
        let sum = |f: fn(&Component) -> f64| components.iter().map(f).sum::<f64>();
        let energy_pj = sum(|c| c.energy_pj);
        let ops = 2.0 * map.about.macs as f64;
        // A network whose interval is 0 ticks does not exist: the engine's stations take at least one tick.
        let per_interval = |x: f64| {
            if interval_ns > 0.0 {
                x / interval_ns
            } else {
                0.0
            }
        };
        let layers = layers(map, arch, result, seen);
        let mut report = RunReport {
            about: map.about.clone(),
            method: seen.method,
            partial: Partial::of(result),
            notes: notes(arch, &components),
            totals: map.totals.clone(),
            latency_ns: result.latency_ticks as f64 * tick,
            interval_ns,
            throughput_ips: per_interval(1e9),
            cycles: result.latency_ticks,
            interval_cycles: result.interval_ticks,
            interval_proven: result.interval_proven,
            simulated_images: result.stream.images - result.stream.skipped,
            fill_ns: result.fill_ticks as f64 * tick,
            drain_ns: result.drain_ticks as f64 * tick,
            batch: None,
            startup: None,
            estimate: None,
            energy_pj,
            dynamic_pj: sum(|c| c.dynamic_pj),
            static_pj: sum(|c| c.static_pj),
            area_mm2: sum(|c| c.area_mm2),
            chip_area_mm2: chip_area_mm2(arch, map.totals.chips),
            power_mw: per_interval(energy_pj),
            gops: per_interval(ops),
            gops_per_w: if energy_pj > 0.0 {
                ops / energy_pj * 1e3
            } else {
                0.0
            },
            counts: result.counts.clone(),
            parts: parts::of_parts(arch, &map.totals, &layers, result),
            links: parts::of_links(seen.plan, result),
            buffers: parts::of_buffers(seen.plan, result),
            components,
            layers,
            timeline: TimelineInfo {
                bin_ticks: seen.profile.bin_ticks(),
                image_end_ticks: seen.spans.images.clone(),
            },
            checks: Vec::new(),
        };
        report.checks = checks::run(&report, result, seen.plan);
        report
    }

    /// Adds what so many images take.
    pub fn with_batch(mut self, images: u64, image_ends: &[u64]) -> RunReport {
        let tick = self.about.machine.tick_ns();
        let interval = self.interval_cycles;
        self.batch = Batch::new(images, image_ends, interval, tick, &self.components);
        self
    }

    /// Adds the estimate beside a cycle run.
    pub fn with_estimate(mut self, e: &Estimate) -> RunReport {
        let tick = self.about.machine.tick_ns();
        self.estimate = Some(Deviation::new(e, self.cycles, self.interval_cycles, tick));
        self
    }

    /// Whether every check passed.
    pub fn passed(&self) -> bool {
        self.checks.iter().all(|c| c.passed)
    }
}

fn layers(
    map: &MapReport,
    arch: &Arch,
    result: &CycleResult,
    seen: &Observed<'_>,
) -> Vec<LayerRun> {
    let mut layers: Vec<LayerRun> = result
        .stations
        .iter()
        .map(|s| layer(map, arch, s))
        .collect();
    for (i, layer) in layers.iter_mut().enumerate() {
        layer.critical = critical(seen.plan, &seen.plan.stations[i], result);
        layer.profile = seen
            .profile
            .of(i, result.latency_ticks)
            .into_iter()
            .collect();
        layer.image_spans_ticks = seen.spans.stations[i].clone();
    }
    layers
}

fn layer(map: &MapReport, arch: &Arch, s: &StationTiming) -> LayerRun {
    let tick = arch.tick_ns();
    let crossbars = match s.kind {
        StationKind::Source => None,
        _ => map.layers.iter().find(|l| l.name == s.name),
    };
    LayerRun {
        name: s.name.clone(),
        kind: s.kind,
        crossbars: crossbars.map(|l| l.crossbars.clone()),
        station_firings: s.firings,
        firing_interval_ns: s.firing_interval_ticks as f64 * tick,
        start_ns: s.start_ticks as f64 * tick,
        end_ns: s.end_ticks as f64 * tick,
        busy_ticks: s.busy_ticks,
        stalled_ticks: s.stalled,
        idle_ticks: s.idle_ticks,
        why: in_words(s.busy_ticks, &s.stalled),
        critical: None,
        profile: BTreeMap::new(),
        image_spans_ticks: Vec::new(),
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
