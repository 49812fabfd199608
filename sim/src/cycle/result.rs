//! What a cycle run yields: times in ticks, counts as integers.

use crate::counts::Counts;
use serde::{Deserialize, Serialize};

/// Where a station's time went beside being busy, in ticks. `busy + stalled + idle` is the run's length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Stalls {
    /// Waiting for the input window from upstream, links of the network included.
    pub input: u64,
    /// Input there, waiting for the bus between tile buffer and PEs.
    pub bus: u64,
}

/// Where the time before a firing's begin went, in ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Waits {
    /// Until the last missing block was finished by its producer.
    pub upstream: u64,
    /// Until it had crossed the network and was written.
    pub link: u64,
    /// Until there was room for the result.
    pub output: u64,
    /// The bus between buffer and PEs was taken by others.
    pub bus: u64,
    /// The buffer's ports were taken by others.
    pub port: u64,
    /// The digital units served others.
    pub unit: u64,
    /// The fetch itself, where it could not run ahead.
    pub fetch: u64,
}

/// One node of the dataflow graph over the run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StationTiming {
    /// Layer name.
    pub name: String,
    /// `compute`, `pool`, `add`, ...
    pub kind: String,
    /// Firings of one image.
    pub firings: u64,
    /// Ticks between firings when nothing holds it up.
    pub firing_interval_ticks: u64,
    /// Tick of the first firing's start (first image).
    pub start_ticks: u64,
    /// Tick at which the last output of the first image is available; later than the latency where the network's output
    /// does not need it.
    pub end_ticks: u64,
    /// Ticks the bottleneck resource of the station was occupied.
    pub busy_ticks: u64,
    /// Ticks lost between first start and last end, by cause.
    pub stalled: Stalls,
    /// Ticks before the first firing and after the last, the pipeline's drain included.
    pub idle_ticks: u64,
    /// Actions of one image.
    pub counts: Counts,
}

/// Result of a cycle run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CycleResult {
    /// Ticks from the first input until the last output of the first image, alone in the machine.
    pub latency_ticks: u64,
    /// Ticks between results of successive images in steady state.
    pub interval_ticks: u64,
    /// Images simulated to find the interval.
    pub images: u64,
    /// Every station, in network order.
    pub stations: Vec<StationTiming>,
    /// Actions of one image, all stations and the network.
    pub counts: Counts,
    /// Stations that did not fire as often as the graph says; empty unless the program is at fault.
    #[serde(default)]
    pub unfinished: Vec<String>,
    /// Events the engine processed.
    pub events: u64,
}
