//! The TOML description as written: every table and key, before any check across keys.
//!
//! Unknown keys are errors. Alternatives are externally tagged tables (`[adc.sar]`).

use crate::model::{AdcRange, BitSerial, Fold, Mesh, Packing, UnusedColumns, Worker};
use crate::part::{Confidence, Level, PartKind};
use crate::units::{
    Area, Capacity, Conductance, Energy, Frequency, Length, Power, SampleRate, Time,
};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// A machine.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    /// Short name.
    pub name: String,
    /// One sentence on what the machine is.
    pub description: String,
    /// Where the description comes from.
    pub source: String,
    /// How well it is founded.
    pub confidence: Confidence,
    /// Preset that this description builds on; its values hold where this one is silent.
    pub extends: Option<String>,
    /// Technology node.
    pub technology: Length,
    /// Digital clock.
    #[schemars(with = "Frequency")]
    pub clock: Spanned<Frequency>,
    /// Number formats.
    pub format: Format,
    /// Memory cell.
    #[schemars(with = "Device")]
    pub device: Spanned<Device>,
    /// Cell array.
    pub crossbar: Crossbar,
    /// Row drivers.
    pub dac: Dac,
    /// Column converters.
    #[schemars(with = "Adc")]
    pub adc: Spanned<Adc>,
    /// Processing element.
    pub pe: Pe,
    /// Tile.
    pub tile: Tile,
    /// Chip.
    pub chip: Chip,
    /// Chips.
    pub system: System,
    /// Network between tiles.
    #[schemars(with = "Noc")]
    pub noc: Spanned<Noc>,
    /// Who reduces, buffers and pools.
    pub roles: Roles,
    /// Pipeline.
    #[schemars(with = "Timing")]
    pub timing: Spanned<Timing>,
    /// Default mapping rules.
    pub mapping: Mapping,
    /// Costs by part.
    #[schemars(with = "BTreeMap<PartKind, Cost>")]
    pub cost: BTreeMap<PartKind, Spanned<Cost>>,
}

/// Number formats.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Format {
    /// Bits of a weight, sign included.
    #[schemars(with = "u32")]
    pub weight_bits: Spanned<u32>,
    /// Bits of an activation.
    #[schemars(with = "u32")]
    pub input_bits: Spanned<u32>,
    /// Storage of negative weights.
    #[schemars(with = "Signed")]
    pub signed: Spanned<Signed>,
}

/// Storage of negative weights.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Signed {
    /// Biased weights; the surplus is subtracted digitally.
    Offset(Offset),
    /// Two columns, subtracted before the ADC.
    Differential(Empty),
    /// Signed top slice.
    TwosComplement(Empty),
}

/// Options of offset storage.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Offset {
    /// A unit column measures the sum of inputs.
    pub unit_column: bool,
    /// Columns above half their maximum are stored inverted.
    pub flip: bool,
}

/// An alternative without options.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Empty {}

/// Memory cell technologies.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Device {
    /// Resistive RAM.
    Reram(Cell),
    /// Phase-change memory.
    Pcm(Cell),
    /// Static RAM.
    Sram(Cell),
    /// NOR flash.
    NorFlash(Cell),
    /// Spin-transfer-torque MRAM.
    SttMram(Cell),
    /// Spin-orbit-torque MRAM.
    SotMram(Cell),
    /// Ferroelectric FET.
    Fefet(Cell),
}

/// A cell.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// Bits in one cell.
    pub cell_bits: u32,
    /// Conductance of the highest level.
    pub on_conductance: Conductance,
    /// Conductance of the lowest level.
    pub off_conductance: Conductance,
}

/// Cell array.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Crossbar {
    /// Word lines.
    #[schemars(with = "u32")]
    pub rows: Spanned<u32>,
    /// Bit lines.
    #[schemars(with = "u32")]
    pub columns: Spanned<u32>,
    /// Duration of one read.
    #[schemars(with = "Time")]
    pub read: Spanned<Time>,
}

/// Row drivers.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dac {
    /// Bits per input step.
    #[schemars(with = "u32")]
    pub bits: Spanned<u32>,
}

/// Column converters.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Adc {
    /// Digital cells; nothing is converted.
    None(Empty),
    /// Successive approximation.
    Sar(Converter),
}

/// A converter.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Converter {
    /// Resolution.
    #[schemars(with = "u8")]
    pub bits: Spanned<u8>,
    /// Conversions per second.
    pub rate: SampleRate,
    /// What the codes stand for.
    pub range: AdcRange,
    /// Whether unused columns are converted.
    pub unused_columns: UnusedColumns,
}

/// Processing element.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pe {
    /// Crossbars.
    #[schemars(with = "u32")]
    pub crossbars: Spanned<u32>,
    /// ADCs.
    #[schemars(with = "u32")]
    pub adcs: Spanned<u32>,
}

/// Tile.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tile {
    /// PEs.
    #[schemars(with = "u32")]
    pub pes: Spanned<u32>,
    /// Buffer capacity.
    #[schemars(with = "Capacity")]
    pub buffer: Spanned<Capacity>,
    /// Bytes the bus moves per tick.
    #[schemars(with = "f64")]
    pub bus_bytes_per_tick: Spanned<f64>,
    /// Values the digital units take per tick.
    #[schemars(with = "f64")]
    pub digital_values_per_tick: Spanned<f64>,
}

/// Chip.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Chip {
    /// Tiles in x and y.
    #[schemars(with = "[u32; 2]")]
    pub tiles: Spanned<[u32; 2]>,
}

/// System.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct System {
    /// Number of chips.
    #[schemars(with = "ChipCount")]
    pub chips: Spanned<ChipCount>,
}

/// A number of chips.
#[derive(Debug, Clone, Copy, JsonSchema)]
#[schemars(untagged)]
pub enum ChipCount {
    /// As many as needed, written `"as-needed"`.
    AsNeeded,
    /// Exactly so many.
    Exactly(u32),
}

impl<'de> Deserialize<'de> for ChipCount {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = ChipCount;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("\"as-needed\" or a number of chips")
            }
            fn visit_i64<E: serde::de::Error>(self, v: i64) -> Result<ChipCount, E> {
                u32::try_from(v)
                    .map(ChipCount::Exactly)
                    .map_err(|_| E::invalid_value(serde::de::Unexpected::Signed(v), &self))
            }
            fn visit_str<E: serde::de::Error>(self, v: &str) -> Result<ChipCount, E> {
                match v {
                    "as-needed" => Ok(ChipCount::AsNeeded),
                    _ => Err(E::invalid_value(serde::de::Unexpected::Str(v), &self)),
                }
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// Network between tiles.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Noc {
    /// No delay; flits are counted as on a mesh.
    Ideal(Mesh),
    /// Two-dimensional mesh.
    Mesh(Mesh),
}

/// Who does what.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Roles {
    /// Partial sums.
    pub reduce: Worker,
    /// Input rows.
    pub buffer: Worker,
    /// Pooling.
    pub pool: Worker,
}

/// Pipeline.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Timing {
    /// Bit-serial inputs, latched stages.
    BitSerial(BitSerial),
    /// Fixed phases.
    Phased(Phased),
}

/// Phases.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Phased {
    /// Duration of a phase.
    pub phase: Time,
    /// Packets a crossbar takes in a phase.
    pub packets_per_phase: u32,
}

/// Default mapping rules.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Row packing.
    pub packing: Packing,
    /// Folding.
    pub fold: Fold,
}

/// Cost of one kind of part. Energy per action comes from `energy`, or from `full_power` (drawn by one instance
/// that does `full_rate` actions per crossbar cycle), or from a named `law`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    /// Level the count refers to; each kind has a usual one.
    pub level: Option<Level>,
    /// Instances per unit of the level; crossbars, DACs, S+H and ADCs follow from the structure.
    pub count: Option<u64>,
    /// Area of one instance.
    pub area: Option<Area>,
    /// Power drawn at rest and in work.
    pub static_power: Option<Power>,
    /// Energy of one action.
    pub energy: Option<Energy>,
    /// Power of one instance at full activity.
    pub full_power: Option<Power>,
    /// Actions of one instance per crossbar cycle at full activity.
    #[serde(default)]
    pub full_rate: f64,
    /// Named cost law.
    pub law: Option<String>,
    /// Paper and table, or how the figures were derived.
    pub source: String,
    /// How well the figures are founded.
    pub confidence: Confidence,
}
