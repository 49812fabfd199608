//! One table per level or part of the machine.

use super::{At, CellWrite, ChipCount, Drift, Noise, Spread, Wires};
use crate::device::OffCompensation;
use crate::model::{ChannelGroups, Fold, Packing, PartialSums, WeightValues, Worker};
use crate::units::{Capacity, Conductance, Time};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// `[format]`: number formats.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Format {
    /// Bits of a weight, sign included (1 to 16).
    pub weight_bits: At<u32>,
    /// Bits of an activation on the rows (1 to 16).
    pub input_bits: At<u32>,
    /// How negative weights are stored.
    pub signed: At<Signed>,
    /// Which values weights take. Default: integers.
    pub weights: Option<At<WeightValues>>,
    /// Where the reads of an input's steps are added. Default: digitally, every read being converted.
    pub partial_sums: Option<At<PartialSums>>,
}

/// `[format.signed.*]`: how negative weights are stored.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Signed {
    /// Weight + 2^(bits-1), corrected digitally by the sum of inputs.
    Offset(Offset),
    /// Positive and negative parts on two columns.
    Differential(NoKeys),
    /// The top slice carries the sign.
    TwosComplement(NoKeys),
}

/// `[format.signed.offset]`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Offset {
    /// A column of ones measures the sum of inputs.
    pub unit_column: bool,
    /// Columns with large sums are stored inverted, which halves the ADC range.
    pub flip: bool,
}

/// A table that holds no keys.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoKeys {}

/// `[device.*]`: the memory cell.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DeviceKind {
    /// Resistive memory.
    Reram(Cell),
    /// Phase-change memory.
    Pcm(Cell),
    /// Static memory.
    Sram(Cell),
    /// Floating-gate transistor.
    NorFlash(Cell),
    /// Spin-transfer-torque magnetic memory.
    SttMram(Cell),
    /// Spin-orbit-torque magnetic memory.
    SotMram(Cell),
    /// Ferroelectric transistor.
    Fefet(Cell),
}

impl DeviceKind {
    /// Technology name and cell.
    pub fn parts(&self) -> (&'static str, &Cell) {
        match self {
            DeviceKind::Reram(c) => ("reram", c),
            DeviceKind::Pcm(c) => ("pcm", c),
            DeviceKind::Sram(c) => ("sram", c),
            DeviceKind::NorFlash(c) => ("nor-flash", c),
            DeviceKind::SttMram(c) => ("stt-mram", c),
            DeviceKind::SotMram(c) => ("sot-mram", c),
            DeviceKind::Fefet(c) => ("fefet", c),
        }
    }
}

/// A memory cell.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// Bits held by one cell (1 to 16).
    pub cell_bits: At<u32>,
    /// Conductance (or resistance) of the highest level; absent for digital cells.
    pub on: Option<At<Conductance>>,
    /// Conductance (or resistance) of the lowest level; absent for digital cells.
    pub off: Option<At<Conductance>>,
    /// How cells are written; needed for `run --write-weights`.
    pub write: Option<CellWrite>,
    /// CSV file of the conductance of every level (`mean_us,sd_us`). Default: evenly spaced, exact.
    pub levels: Option<At<String>>,
    /// Spread of programmed conductances. Default: none.
    pub programming: Option<At<Spread>>,
    /// Fresh noise on every read. Default: none.
    pub read_noise: Option<At<Noise>>,
    /// Decay after programming. Default: none.
    pub drift: Option<At<Drift>>,
    /// Share of cells stuck at the highest conductance. Default: 0.
    pub stuck_lrs: Option<At<f64>>,
    /// Share of cells stuck at the lowest conductance. Default: 0.
    pub stuck_hrs: Option<At<f64>>,
    /// What becomes of the current of cells at the lowest level. Default: a reference column takes it away.
    pub off_compensation: Option<OffCompensation>,
}

/// `[crossbar]`: the cell array.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Crossbar {
    /// Word lines.
    pub rows: At<u32>,
    /// Bit lines that hold weights (a unit column comes on top).
    pub columns: At<u32>,
    /// Duration of one analog read; it ends on a tick, so it is rounded up to whole ticks.
    pub read: At<Time>,
    /// Rows that one read may drive; taller arrays take several reads. Default: all.
    pub active_rows: Option<At<u32>>,
    /// Resistance of the wires. Default: none.
    pub wires: Option<At<Wires>>,
}

/// `[dac]`: row drivers.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dac {
    /// Input bits one read takes.
    pub bits: At<u32>,
}

/// `[pe]`: crossbars with shared periphery.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pe {
    /// Crossbars in one PE.
    pub crossbars: At<u32>,
    /// ADCs in one PE (0 with `[adc.none]`).
    pub adcs: At<u32>,
}

/// `[tile]`: PEs around one buffer.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tile {
    /// PEs in one tile.
    pub pes: At<u32>,
    /// Capacity of the tile buffer.
    pub buffer: At<Capacity>,
    /// Banks of the buffer that work side by side; together with `bank_bytes_per_tick`.
    pub buffer_banks: Option<At<u32>>,
    /// Bytes one bank reads or writes per tick. Without it the buffer keeps pace with whatever is asked of it.
    pub bank_bytes_per_tick: Option<At<f64>>,
    /// Bytes the buffer-to-PE bus moves per tick.
    pub bus_bytes_per_tick: At<f64>,
    /// Values the digital units take per tick.
    pub digital_values_per_tick: At<f64>,
}

/// `[chip]`: tiles on a grid.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Chip {
    /// Tiles in x.
    pub tiles_x: At<u32>,
    /// Tiles in y.
    pub tiles_y: At<u32>,
    /// Tiles there are, where the last row of the grid is not full. Default: all places of the grid.
    pub tiles: Option<At<u32>>,
}

/// `[system]`: how many chips.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct System {
    /// `"as-needed"` or a number.
    pub chips: At<ChipCount>,
    /// Ticks from router to router between two chips. Default: as on a chip.
    pub link_hop_ticks: Option<At<u64>>,
    /// Ticks between flits on a link between two chips. Default: as on a chip.
    pub link_flit_ticks: Option<At<u64>>,
}

/// `[roles]`: who does the work beside matrix-vector products.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Roles {
    /// Adding partial sums.
    pub reduce: Worker,
    /// Holding input rows.
    pub buffer: Worker,
    /// Pooling.
    pub pool: Worker,
}

/// `[timing.*]`: the pipeline around a crossbar.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TimingKind {
    /// Inputs enter bit by bit; stages are latched once per crossbar cycle.
    BitSerial(BitSerial),
    /// One firing per phase of fixed length.
    Phased(Phased),
    /// Reads and conversions follow each other in ticks of their own, overlapped or not.
    Staged(Staged),
    /// The whole input enters as pulse trains, one conversion of many steps at the end.
    Integrated(Integrated),
    /// No crossbar timing: fit and counts only.
    None(NoTiming),
}

/// `[timing.bit-serial]`: stage lengths in crossbar cycles.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BitSerial {
    /// Buffer read, bus, input-register write.
    pub fetch: At<u64>,
    /// ADC drain of the last read.
    pub adc: At<u64>,
    /// Shift-and-add of the last read.
    pub shift_add: At<u64>,
    /// Output register, transfer and cross-PE addition.
    pub reduce: At<u64>,
    /// Activation.
    pub activation: At<u64>,
    /// Buffer write.
    pub write: At<u64>,
}

/// `[timing.phased]`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Phased {
    /// Ticks of one phase.
    pub phase_ticks: At<u64>,
    /// Packets one crossbar can take in a phase.
    pub packets_per_phase: At<u32>,
}

/// `[timing.staged]`: one input step is a front (row drivers, read, sample) and a back (conversions, shift-and-add, output).
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Staged {
    /// Whether the sample-and-hold lets the next read go on while the last is converted.
    pub pipelined: bool,
    /// Ticks from buffer to input register, before the first step.
    pub fetch_ticks: At<u64>,
    /// Ticks of the row drivers before a read.
    pub dac_ticks: At<u64>,
    /// Ticks of sampling after a read.
    pub sample_ticks: At<u64>,
    /// Ticks of the shift-and-add after the last conversion of a read.
    pub shift_add_ticks: At<u64>,
    /// Ticks of the output register after that.
    pub output_ticks: At<u64>,
    /// Ticks from the last step to the written result: reduction, activation, buffer.
    pub write_ticks: At<u64>,
}

/// `[timing.integrated]`: inputs as pulse trains, one pulse per unit of input; the sign is the polarity.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Integrated {
    /// Trains a product is split into (1 or 2): two shorter ones, weighted when they are converted.
    pub phases: At<u32>,
    /// Duration of one pulse.
    pub pulse: At<Time>,
    /// Duration of one step of a conversion.
    pub conversion_step: At<Time>,
    /// Duration between phases.
    pub gap: At<Time>,
}

/// `[timing.none]`: a machine whose time does not follow from crossbar reads.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoTiming {
    /// What its time follows from instead; shown where a run is refused.
    pub because: String,
}

/// `[mapping]`: default mapping rules, and choices for single layers.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Row packing.
    pub packing: Packing,
    /// Folding.
    pub fold: Fold,
    /// Whether channel groups of a grouped convolution share arrays. Default `share`.
    pub channel_groups: Option<ChannelGroups>,
    /// Choices for single layers, by layer name; they win over the rules.
    #[serde(default)]
    pub layer: BTreeMap<String, LayerChoice>,
}

/// `[mapping.layer.NAME]`: how one layer is mapped. What is left out follows from the rules.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LayerChoice {
    /// w: neighbouring output columns one array computes at once (slice width).
    pub unroll: Option<At<u32>>,
    /// `[rx, ry]`: copies along an output row and on different output rows.
    pub replicas: Option<At<[u32; 2]>>,
    /// Row packing of this layer.
    pub packing: Option<Packing>,
}

/// `[basis]`: conditions under which published powers hold.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// The crossbar cycle that `full_rate` counts actions in.
    pub cycle: At<Time>,
}
