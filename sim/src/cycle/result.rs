//! What a cycle run yields: times in ticks, counts as integers.

use super::engine::{EdgeUse, End, LinkTally, Tally, TileUse, Usage};
use super::parts::link;
use super::plan::Plan;
use super::waits::Stalls;
use crate::counts::Counts;
use crate::graph::StationKind;
use serde::{Deserialize, Serialize};

/// One node of the dataflow graph over a run of one image. `busy + stalled + idle` is its length, the latency.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StationTiming {
    /// Layer name.
    pub name: String,
    /// What it does.
    pub kind: StationKind,
    /// Firings of one image.
    pub firings: u64,
    /// Ticks between firings when nothing holds it up.
    pub firing_interval_ticks: u64,
    /// Tick at which the first firing begins.
    pub start_ticks: u64,
    /// Tick at which the last output is available; later than the latency where the network's output does not need it.
    pub end_ticks: u64,
    /// Ticks the crossbars or the unit worked.
    pub busy_ticks: u64,
    /// Ticks lost between first begin and last end, by cause.
    pub stalled: Stalls,
    /// Ticks before the first begin and after the last end, the pipeline's drain included.
    pub idle_ticks: u64,
    /// Actions of one image.
    pub counts: Counts,
}

impl StationTiming {
    /// What station `s` of a plan did in a run of `ticks` ticks.
    pub(crate) fn new(
        plan: &Plan,
        s: usize,
        tally: &Tally,
        edges: &[EdgeUse],
        ticks: u64,
    ) -> StationTiming {
        let counts = counted(plan, s, tally, edges);
        let plan = &plan.stations[s];
        let start = tally.first_begin.map_or(ticks, |t| t.min(ticks));
        let end = tally.last_end.clamp(start, ticks);
        let stalled = Stalls {
            waits: tally.waits,
            adc: tally.adc,
        };
        StationTiming {
            name: plan.name.clone(),
            kind: plan.kind,
            firings: tally.firings,
            firing_interval_ticks: plan.occupancy,
            start_ticks: start,
            end_ticks: tally.last_finish,
            busy_ticks: tally.busy,
            stalled,
            idle_ticks: start + (ticks - end),
            counts,
        }
    }
}

/// Actions of the firings and messages that were tallied.
fn counted(plan: &Plan, s: usize, tally: &Tally, edges: &[EdgeUse]) -> Counts {
    let station = &plan.stations[s];
    let mut counts = station.actions.of_firings(&tally.fired);
    let mut messages = |traffic, n| link::count(traffic, plan.flit_bits, n, &mut counts);
    messages(&station.reduce_traffic, tally.firings);
    for &e in &station.outputs {
        messages(&plan.edges[e].traffic, edges[e].sent);
    }
    counts
}

impl Plan {
    /// Actions of one image, in closed form: each station fires once per block, and each block is sent once.
    pub fn counts_of_an_image(&self) -> Counts {
        let mut counts = Counts::default();
        for station in &self.stations {
            counts += &station.actions.of_firings(&station.blocks.fired());
            let mut messages = |traffic, n| link::count(traffic, self.flit_bits, n, &mut counts);
            messages(&station.reduce_traffic, station.blocks.count());
            for &e in &station.outputs {
                messages(&self.edges[e].traffic, station.blocks.yielding());
            }
        }
        counts
    }
}

/// Several images back to back.
#[derive(Debug, Clone, PartialEq)]
pub struct ImageStream {
    /// Images done.
    pub images: u64,
    /// Tick at which each image's last result was finished.
    pub image_ends: Vec<u64>,
    /// Where time went.
    pub usage: Usage,
    /// Images whose course was proven to repeat and not simulated again.
    pub skipped: u64,
}

/// Result of a cycle run.
#[derive(Debug, Clone, PartialEq)]
pub struct CycleResult {
    /// Ticks from the first input until the last output of the first image, alone in the machine.
    pub latency_ticks: u64,
    /// Ticks until every station has begun to work on that image.
    pub fill_ticks: u64,
    /// Ticks from the moment the first station is done with that image to its end.
    pub drain_ticks: u64,
    /// Ticks between results of successive images in steady state.
    pub interval_ticks: u64,
    /// Whether the interval is proven by two equal states of the machine one image apart; else it is the mean over the
    /// second half of the images simulated.
    pub interval_proven: bool,
    /// Every station, in network order, for one image alone.
    pub stations: Vec<StationTiming>,
    /// Blocks carried and held for one image alone, by edge of the plan.
    pub edges: Vec<EdgeUse>,
    /// Links, one image alone.
    pub links: Vec<LinkTally>,
    /// Tiles, one image alone.
    pub tiles: Vec<TileUse>,
    /// The images back to back from which the interval was found, or which were asked for.
    pub stream: ImageStream,
    /// Actions of one image, all stations and the network.
    pub counts: Counts,
    /// Stations that did not fire as often as the graph says, or whose values did not all arrive; empty unless the
    /// program is at fault or the run was stopped.
    pub unfinished: Vec<String>,
    /// Firing starts, results and arrivals simulated.
    pub events: u64,
    /// How the run ended; figures are partial unless it is `Done`.
    pub end: End,
    /// Whether the image alone came to its end.
    pub first_image_done: bool,
}

impl CycleResult {
    /// An interval that is a mean of few images may be too short while buffers still fill up; it is at least what the
    /// machine takes without contention, if that is proven.
    pub(crate) fn bound_interval(&mut self, least: u64, proven: bool) {
        if proven && !self.interval_proven {
            self.interval_ticks = self.interval_ticks.max(least);
        }
    }
}
