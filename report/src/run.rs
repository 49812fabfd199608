//! Latency, interval, energy and area of a mapped network, from a cycle run or an estimate.

use super::area::chip_area_mm2;
use super::checks;
use super::energy::{Component, Headline, Resting, components, dynamic_pj, known};
use super::kind::Kind;
use super::map::MapReport;
use super::parts;
use super::schema::{LayerRun, Method, RunReport, TimelineInfo};
use super::stalls::{critical, in_words};
use super::stream::{Batch, Deviation, Partial};
use super::uncertainty::{Doubt, Uncertainty};
use crosscut_arch::{Arch, Confidence, PartKind, Timing};
use crosscut_sim::cycle::plan::Plan;
use crosscut_sim::cycle::{CycleResult, StationTiming};
use crosscut_sim::estimate::{self, Estimate};
use crosscut_sim::graph::StationKind;
use crosscut_sim::record::{Profile, Spans};
use std::collections::BTreeMap;

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
        let sum = |f: fn(&Component) -> Option<f64>| known(&components, f);
        let energy_pj = sum(|c| c.energy_pj);
        let headline = Headline::of(&components);
        let ops = 2.0 * map.about.macs as f64;
        // Operations of a whole image over the energy of a part of it would be no efficiency.
        let per_watt = |energy_pj: f64| {
            let known = result.first_image_done && energy_pj > 0.0;
            known.then(|| ops / energy_pj * 1e3)
        };
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
            kind: Kind::Run,
            about: map.about.clone(),
            method: seen.method,
            partial: Partial::of(result),
            notes: notes(arch, &components),
            unpriced: arch.unpriced.clone(),
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
            expected_error: (seen.method == Method::Estimate)
                .then(|| estimate::error::expected(seen.plan)),
            measured: None,
            uncertainty: None,
            energy_pj,
            dynamic_pj: sum(|c| c.dynamic_pj),
            static_pj: sum(|c| c.static_pj),
            actions_pj: headline.map(|h| h.actions_pj),
            leakage_pj: headline.and_then(|h| h.leakage_pj),
            links_pj: headline.map(|h| h.links_pj),
            area_mm2: sum(|c| c.area_mm2),
            chip_area_mm2: sum(|c| c.area_mm2).map(|_| chip_area_mm2(arch, map.totals.chips)),
            recalled: Resting::on(Confidence::Recalled, &components),
            fitted: Resting::on(Confidence::Fitted, &components),
            power_mw: energy_pj.map(per_interval),
            gops: per_interval(ops),
            gops_per_w: energy_pj.and_then(per_watt),
            gops_per_w_without_links: headline
                .and_then(|h| per_watt(h.actions_pj + h.leakage_pj.unwrap_or(0.0))),
            counts: result.counts.clone(),
            parts: parts::of_parts(arch, &map.totals, &layers, result, seen.plan),
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

    /// Adds the times of a batch of `images` images.
    pub fn with_batch(mut self, images: u64, image_ends: &[u64]) -> RunReport {
        let tick = self.about.machine.tick_ns();
        let interval = self.interval_cycles;
        self.batch = Batch::new(images, image_ends, interval, tick, &self.components);
        self
    }

    /// Adds how far energy and area may be off. The same seed gives the same bands.
    pub fn with_uncertainty(mut self, doubts: Vec<Doubt>, samples: u64, seed: u64) -> RunReport {
        let found = Uncertainty::new(&self.components, doubts, samples, seed);
        self.uncertainty = Some(found);
        self
    }

    /// Adds the estimate beside a cycle run.
    pub fn with_estimate(mut self, e: &Estimate) -> RunReport {
        let tick = self.about.machine.tick_ns();
        self.estimate = Some(Deviation::new(e, self.cycles, self.interval_cycles, tick));
        self
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
        why: why(s),
        critical: None,
        profile: BTreeMap::new(),
        image_spans_ticks: Vec::new(),
        counts: s.counts.clone(),
        dynamic_pj: dynamic_pj(arch, &s.counts),
    }
}

/// Where its time went, in words; what the links to the outside do is no bus.
fn why(s: &StationTiming) -> String {
    let words = in_words(s.busy_ticks, &s.stalled);
    match s.kind {
        StationKind::Source | StationKind::Results => words.replace("the bus", "the off-chip link"),
        _ => words,
    }
}

fn notes(arch: &Arch, components: &[Component]) -> Vec<String> {
    let mut notes = vec![
        "energy_pj is the energy of one inference in steady state: actions of one image x energy per action, plus static power of every instance that draws it (`powered`) x interval_ns".to_string(),
        "area_mm2 counts whole tiles in use, their routers and the parts of the chips in use; chip_area_mm2 counts whole chips".to_string(),
        "cycles are ticks of the digital clock; latency is that of one image alone, interval that between images back to back".to_string(),
    ];
    let chips = components.iter().find(|c| c.part == PartKind::ChipLink);
    if chips.is_some_and(|c| c.instances > 0 && c.static_power_mw > Some(0.0) && c.powered == 0.0) {
        notes.push(
            "links between chips are off: no chip of this run talks to another; `cost.chip-link.gate = \"never\"` leaves them on"
                .to_string(),
        );
    }
    let leaks = |c: &Component| c.part != PartKind::ChipLink && c.static_power_mw > Some(0.0);
    if !arch.parts.is_empty() && !components.iter().any(leaks) {
        notes.push("no part but links states a static power: leakage is in the energy of actions, so a machine that waits costs nothing more (`static_power`, `static_share`)".to_string());
    }
    if let Timing::None { because } = &arch.timing {
        notes.push(format!("times are not modelled on this machine: {because}"));
    }
    if arch.dram_bytes_per_tick().is_none() {
        notes.push("images and results enter and leave as fast as they are asked for: the machine states no bandwidth to the memory outside (`[dram]`)".to_string());
    }
    for c in components {
        if c.actions > 0 && arch.part(c.part).is_none() {
            notes.push(format!(
                "the energy of {} actions of `{}` is not known and in no sum: the machine gives no cost for this part",
                c.actions,
                c.part.name()
            ));
        }
    }
    notes
}
