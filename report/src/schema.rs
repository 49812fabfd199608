//! What a run report says: plain values, without how they are come by.

use super::about::About;
use super::check::Check;
use super::energy::{Component, Resting};
use super::kind::Kind;
use super::map::{Crossbars, Totals};
use super::measured::MeasuredEnergy;
use super::stalls::Critical;
use super::stream::{Batch, Deviation, Partial};
use super::uncertainty::Uncertainty;
use crosscut_arch::Confidence;
use crosscut_sim::counts::Counts;
use crosscut_sim::cycle::Stalls;
use crosscut_sim::estimate::error::ExpectedError;
use crosscut_sim::graph::StationKind;
use crosscut_sim::record::Cause;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where the times come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// The cycle engine.
    Cycle,
    /// The estimate: time without contention, raised by what the busiest part has to do.
    Estimate,
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
    pub dynamic_pj: Option<f64>,
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
    /// [`Kind::Run`].
    #[serde(default = "Kind::run")]
    pub kind: Kind,
    /// Network, machine and seed.
    #[serde(flatten)]
    pub about: About,
    /// `cycle`, or `estimate`: without events.
    pub method: Method,
    /// Why the run stopped before its end, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partial: Option<Partial>,
    /// How the figures are defined.
    pub notes: Vec<String>,
    /// Changes of the machine that no cost answers, one sentence each.
    #[serde(default)]
    pub unpriced: Vec<String>,
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
    /// Times of a batch of images, if asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<Batch>,
    /// Writing the weights before the first image, if asked for. No other figure of the report includes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub startup: Option<StartupReport>,
    /// The estimate without contention, and how far it is from the cycle run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimate: Option<Deviation>,
    /// Of an estimate: how far off its interval is expected to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_error: Option<ExpectedError>,
    /// Energy at the activity that values were measured to have, if images were given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured: Option<MeasuredEnergy>,
    /// How far energy and area may be off, if asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncertainty: Option<Uncertainty>,
    /// Energy of one inference in steady state. It is absent, like all energies and areas, where the machine gives no costs.
    pub energy_pj: Option<f64>,
    /// Its part from actions.
    pub dynamic_pj: Option<f64>,
    /// Its part from static power.
    pub static_pj: Option<f64>,
    /// The same energy cut another way: actions of all parts but links.
    #[serde(default)]
    pub actions_pj: Option<f64>,
    /// Static power of all parts but links; absent where none of them states one.
    #[serde(default)]
    pub leakage_pj: Option<f64>,
    /// Links between chips: actions and static power. The three add up to `energy_pj`.
    #[serde(default)]
    pub links_pj: Option<f64>,
    /// Area of the tiles in use, their routers and the chip-level parts.
    pub area_mm2: Option<f64>,
    /// Area of the whole chips the network sits on.
    pub chip_area_mm2: Option<f64>,
    /// Mean power in steady state.
    pub power_mw: Option<f64>,
    /// Achieved operations per second in steady state, 1 MAC = 2 operations of the network as declared.
    pub gops: f64,
    /// Achieved operations per joule, in GOPS/W; `None` where the run stopped before the end of the first image, or the
    /// machine gives no costs.
    pub gops_per_w: Option<f64>,
    /// The same with the energy of the links between chips left out.
    #[serde(default)]
    pub gops_per_w_without_links: Option<f64>,
    /// What rests on recalled or assumed figures; absent where the machine gives no costs.
    #[serde(default)]
    pub recalled: Option<Resting>,
    /// What rests on figures that are fitted to a published figure of the whole.
    #[serde(default)]
    pub fitted: Option<Resting>,
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
    /// Whether every check passed.
    pub fn passed(&self) -> bool {
        self.checks.iter().all(|c| c.passed)
    }
}

/// One kind of part: its work on one image over the time there was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartUse {
    /// `crossbars`, `adcs`, `buses`, `buffer-ports`, `digital-units`, `links`.
    pub part: String,
    /// Instances that the mapping uses; of links, those on any route.
    pub instances: u64,
    /// Ticks of work on one image, all instances together.
    pub busy_ticks: f64,
    /// Their share of instances x interval.
    pub interval_share: f64,
    /// The same share of the instance with most work; absent where instances are not told apart.
    pub busiest_interval_share: Option<f64>,
    /// Their share of instances x latency of one image alone.
    pub latency_share: f64,
}

/// One link of the network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LinkUse {
    /// Router before, as (x, y) on the grid of all chips side by side; on a tree (number, level).
    pub from: [u64; 2],
    /// Router behind.
    pub to: [u64; 2],
    /// Whether it joins two chips.
    pub chip_link: bool,
    /// Ticks its flits of one image take.
    pub busy_ticks: u64,
    /// Their share of the interval.
    pub interval_share: f64,
}

/// The buffers between two stations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BufferUse {
    /// Producer.
    pub from: String,
    /// Consumer, in whose tiles the blocks lie.
    pub to: String,
    /// Bytes of one block.
    pub block_bytes: u64,
    /// Blocks there is room for; absent where it is never short.
    pub capacity_blocks: Option<u64>,
    /// Blocks it must hold for the network to run at all.
    pub demand_blocks: u64,
    /// Most blocks held at once, images back to back.
    pub peak_blocks: u64,
    /// The same in bytes.
    pub peak_bytes: u64,
}

/// What writing the weights takes, before the first image.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StartupReport {
    /// From the first pulse to the last, in ticks.
    pub cycles: u64,
    /// The same in nanoseconds.
    pub duration_ns: f64,
    /// What sets it: `writing`, `bus` (of a tile) or `load` (of a chip).
    pub set_by: String,
    /// Ticks of the slowest PE, of the busiest tile's bus, of the busiest chip's border.
    pub write_cycles: u64,
    /// As above.
    pub bus_cycles: u64,
    /// As above; 0 without a limit.
    pub load_cycles: u64,
    /// From the first pulse to the first result.
    pub first_result_ns: f64,
    /// Cells that hold a weight, all copies.
    pub cells: u64,
    /// Cells of unit columns.
    pub unit_cells: u64,
    /// Pulses on all of them.
    pub pulses: u64,
    /// Bytes of weights over the buses of the tiles.
    pub weight_bytes: u64,
    /// `pulses` x energy of a pulse; absent where the machine does not give it.
    pub write_pj: Option<f64>,
    /// `weight_bytes` x energy of a byte on the bus; absent, like what follows, where the machine gives no costs.
    pub bus_pj: Option<f64>,
    /// Bytes of weights x the energy of a byte from the memory outside.
    #[serde(default)]
    pub dram_pj: Option<f64>,
    /// Static power of everything in use over that time.
    pub static_pj: Option<f64>,
    /// All three.
    pub energy_pj: Option<f64>,
    /// Images in steady state that take as much energy.
    pub images_of_same_energy: Option<f64>,
    /// Mean power.
    pub power_mw: Option<f64>,
    /// Pulses one cell takes each time.
    pub pulses_per_cell: u32,
    /// Pulses a cell survives; absent where it does not wear out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endurance: Option<f64>,
    /// How often the weights can be written before cells wear out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loads_until_worn: Option<f64>,
    /// By layer.
    pub layers: Vec<LayerStartup>,
    /// Where the figures of a cell come from.
    pub source: String,
    /// How well they are founded.
    pub confidence: Confidence,
}

/// What writing one layer takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerStartup {
    /// Layer name.
    pub name: String,
    /// Arrays written.
    pub arrays: u64,
    /// Cells that hold a weight.
    pub cells: u64,
    /// Cells of unit columns.
    pub unit_cells: u64,
    /// Pulses on all of them.
    pub pulses: u64,
    /// Bytes of weights.
    pub weight_bytes: u64,
    /// Ticks of its slowest PE.
    pub write_cycles: u64,
    /// `pulses` x energy of a pulse; absent where the machine does not give it.
    pub write_pj: Option<f64>,
}
