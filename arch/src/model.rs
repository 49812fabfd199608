//! The resolved machine: every default written out, every quantity a plain number with its unit in the name.
//!
//! Hierarchy: cell -> crossbar -> PE -> tile -> chip -> system. Time is counted in *ticks* of the
//! digital clock; a *crossbar cycle* is one input step (read, and drain of the read by the ADCs).

use crate::part::{Confidence, Level, Part, PartKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A machine, ready for mapping and simulation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Arch {
    /// Short name (`isaac-ce`).
    pub name: String,
    /// One sentence on what the machine is.
    pub description: String,
    /// Where the description comes from.
    pub source: String,
    /// The weakest confidence of the figures it rests on.
    pub confidence: Confidence,
    /// Technology node.
    pub technology_nm: f64,
    /// Frequency of the digital clock; one tick is its period.
    pub clock_hz: f64,
    /// Number formats of weights and inputs.
    pub format: Format,
    /// The memory cell.
    pub device: Device,
    /// The cell array.
    pub crossbar: Crossbar,
    /// Row drivers.
    pub dac_bits: u32,
    /// Column converters.
    pub adc: Adc,
    /// Processing element (ISAAC: IMA).
    pub pe: Pe,
    /// Tile.
    pub tile: Tile,
    /// Chip.
    pub chip: Chip,
    /// How many chips there are.
    pub chips: Chips,
    /// Network between tiles.
    pub noc: Noc,
    /// Who does the work beside matrix-vector products.
    pub roles: Roles,
    /// The pipeline around a crossbar.
    pub timing: Timing,
    /// Default mapping rules of this machine.
    pub mapping: MappingRules,
    /// Parts with their costs, one entry per kind, in `PartKind::ALL` order.
    pub parts: Vec<Part>,
}

/// Number formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Format {
    /// Bits of a weight, sign included.
    pub weight_bits: u32,
    /// Bits of an activation on the crossbar's rows.
    pub input_bits: u32,
    /// How negative weights are stored.
    pub signed_weights: SignedWeights,
}

/// How negative weights are stored in cells that hold only non-negative levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignedWeights {
    /// Weight + 2^(bits-1) is stored; the surplus, 2^(bits-1) x sum of inputs, is subtracted digitally.
    Offset {
        /// A column with every cell at one measures the sum of inputs (not converted per slice, never clipped).
        unit_column: bool,
        /// A column whose cell sum exceeds half its maximum is stored inverted (ISAAC), which halves the ADC range.
        flip: bool,
    },
    /// Positive and negative parts on two columns, subtracted before the ADC.
    Differential,
    /// Top slice carries the sign; needs 1-bit cells or digital cells.
    TwosComplement,
}

/// The memory cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Device {
    /// Technology name: `reram`, `pcm`, `sram`, `nor-flash`, `stt-mram`, `sot-mram`, `fefet`.
    pub kind: String,
    /// Bits held by one cell.
    pub cell_bits: u32,
    /// Conductance of the highest level (0 for digital cells).
    pub on_conductance_us: f64,
    /// Conductance of the lowest level.
    pub off_conductance_us: f64,
}

/// The cell array.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crossbar {
    /// Word lines.
    pub rows: u32,
    /// Bit lines that hold weights (a unit column comes on top).
    pub columns: u32,
    /// Ticks of one analog read.
    pub read_ticks: u64,
}

/// Column converters.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Adc {
    /// Digital cells: columns are summed exactly, nothing is converted.
    None,
    /// Successive approximation.
    Sar(Converter),
}

/// A column converter.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Converter {
    /// Resolution.
    pub bits: u32,
    /// Conversions per second of one ADC.
    pub samples_per_s: f64,
    /// Which column sums the codes stand for.
    pub range: AdcRange,
    /// Whether columns that hold no weight are converted as well.
    pub unused_columns: UnusedColumns,
}

/// Which column sums the codes of an ADC stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AdcRange {
    /// One code per unit of column sum; sums beyond the last code saturate (clip).
    UnitStep,
    /// The codes span the largest sum the array can give; one code stands for 2^k units, rounded, never clipped.
    Full,
}

/// Whether columns without weights are converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UnusedColumns {
    /// Every column of an active array is converted (ISAAC).
    Convert,
    /// Only columns that hold weights are converted.
    Skip,
}

/// Processing element: crossbars with shared periphery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pe {
    /// Crossbars in one PE.
    pub crossbars: u32,
    /// ADCs in one PE (0 with `Adc::None`).
    pub adcs: u32,
}

/// Tile: PEs around one buffer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Tile {
    /// PEs in one tile.
    pub pes: u32,
    /// Capacity of the tile buffer.
    pub buffer_bytes: u64,
    /// Bytes the buffer-to-PE bus moves per tick.
    pub bus_bytes_per_tick: f64,
    /// Values the digital units (activation, pool, add) take per tick.
    pub digital_values_per_tick: f64,
}

/// Chip: tiles on a grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chip {
    /// Tiles in x.
    pub tiles_x: u32,
    /// Tiles in y.
    pub tiles_y: u32,
}

/// How many chips there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Chips {
    /// As many as the network needs; the report says how many.
    AsNeeded,
    /// A fixed number; a network that does not fit is refused.
    Exactly(u32),
}

/// Network between tiles.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Noc {
    /// No delay, no contention: what the published closed forms assume. Flits are still counted as on a mesh.
    Ideal(Mesh),
    /// Two-dimensional mesh, XY routing, every link a server.
    Mesh(Mesh),
}

/// A two-dimensional mesh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mesh {
    /// Bits of one flit.
    pub flit_bits: u32,
    /// Ticks a flit spends in one router and the link after it.
    pub hop_ticks: u64,
    /// Ticks between flits on one link.
    pub flit_ticks: u64,
    /// Tiles that share one router.
    pub tiles_per_router: u32,
}

/// Who does the work beside matrix-vector products.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roles {
    /// Adding partial sums.
    pub reduce: Worker,
    /// Holding input rows.
    pub buffer: Worker,
    /// Pooling.
    pub pool: Worker,
}

/// Digital unit or crossbar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Worker {
    /// Digital periphery of PE and tile.
    Digital,
    /// A crossbar of its own in a vector mode; it counts in the totals.
    Crossbar,
}

/// The pipeline around a crossbar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Timing {
    /// Inputs enter bit by bit; stages are latched once per crossbar cycle (ISAAC Fig. 4).
    BitSerial(BitSerial),
    /// Everything moves in phases of fixed length; one firing per phase (SemiMap).
    Phased(Phased),
}

/// Stage lengths in crossbar cycles. Depth = their sum + input steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BitSerial {
    /// Buffer read, bus, input-register write.
    pub fetch: u64,
    /// ADC drain of the last read.
    pub adc: u64,
    /// Shift-and-add of the last read.
    pub shift_add: u64,
    /// Output register, transfer and cross-PE addition.
    pub reduce: u64,
    /// Activation.
    pub activation: u64,
    /// Buffer write.
    pub write: u64,
}

/// Phase machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phased {
    /// Ticks of one phase.
    pub phase_ticks: u64,
    /// Packets one crossbar can take in a phase (SemiMap's neuron reservation; CAP in the formulas).
    pub packets_per_phase: u32,
}

/// How im2col rows are packed into arrays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Packing {
    /// Rows are cut every N rows.
    Dense,
    /// Whole input feature maps per array.
    FeatureMap,
}

/// How output columns of a feature map are unrolled over arrays by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fold {
    /// One output position per firing (w = rx = ry = 1).
    Full,
    /// Width cut into slices, rows streamed (SemiMap): w = slice width, rx = number of slices.
    Semi,
}

/// Whether the channel groups of a grouped (or depthwise) convolution share arrays.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ChannelGroups {
    /// Small groups sit block-diagonally in one array; cells off the diagonal stay at the lowest level. With offset
    /// weights and a unit column every group beyond the first takes one more column, for its own sum of inputs.
    #[default]
    Share,
    /// Every group has arrays of its own.
    Apart,
}

/// Default mapping rules of a machine, and choices for single layers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappingRules {
    /// Row packing.
    pub packing: Packing,
    /// Folding.
    pub fold: Fold,
    /// Whether channel groups share arrays.
    #[serde(default)]
    pub channel_groups: ChannelGroups,
    /// Choices for single layers, by layer name. The machine does not know which layers there are.
    #[serde(default)]
    pub layers: BTreeMap<String, LayerRules>,
}

/// How one layer is mapped; what is absent follows from the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LayerRules {
    /// w: neighbouring output columns one array computes at once.
    pub unroll: Option<u32>,
    /// rx, ry: copies along an output row and on different output rows.
    pub replicas: Option<[u32; 2]>,
    /// Row packing.
    pub packing: Option<Packing>,
}

impl Arch {
    /// Physical columns that hold one logical weight column: weight slices x sign columns.
    pub fn columns_per_weight(&self) -> u32 {
        let sign = match self.format.signed_weights {
            SignedWeights::Differential => 2,
            _ => 1,
        };
        self.weight_slices() * sign
    }

    /// Columns one conversion reads: a differential pair is subtracted before the ADC.
    pub fn columns_per_conversion(&self) -> u32 {
        self.columns_per_weight() / self.weight_slices()
    }

    /// Cells (or cell pairs) a weight is cut into. A differential pair stores magnitudes of `weight_bits - 1` bits.
    pub fn weight_slices(&self) -> u32 {
        let bits = match self.format.signed_weights {
            SignedWeights::Differential => self.format.weight_bits - 1,
            _ => self.format.weight_bits,
        };
        bits.div_ceil(self.device.cell_bits)
    }

    /// Input steps of one matrix-vector product.
    pub fn input_steps(&self) -> u32 {
        match self.timing {
            Timing::BitSerial(_) => self.format.input_bits.div_ceil(self.dac_bits),
            Timing::Phased(_) => 1,
        }
    }

    /// Ticks the ADCs of a PE need to drain one read of all its arrays; 0 without ADC.
    pub fn drain_ticks(&self) -> u64 {
        match self.adc {
            Adc::None => 0,
            Adc::Sar(c) => {
                let columns = self.crossbar.columns / self.columns_per_conversion();
                let samples =
                    f64::from(columns) * f64::from(self.pe.crossbars) / f64::from(self.pe.adcs);
                // The quotient of two rates may miss an integer by rounding alone; a drain that ends on the tick fits.
                (samples / c.samples_per_s * self.clock_hz - 1e-6).ceil() as u64
            }
        }
    }

    /// Ticks of one crossbar cycle: the slower of read and drain; on a phased machine, the phase.
    pub fn cycle_ticks(&self) -> u64 {
        match self.timing {
            Timing::BitSerial(_) => self.crossbar.read_ticks.max(self.drain_ticks()),
            Timing::Phased(p) => p.phase_ticks,
        }
    }

    /// Nanoseconds of one tick.
    pub fn tick_ns(&self) -> f64 {
        1e9 / self.clock_hz
    }

    /// Nanoseconds of one crossbar cycle.
    pub fn cycle_ns(&self) -> f64 {
        self.cycle_ticks() as f64 * self.tick_ns()
    }

    /// Crossbars of one tile.
    pub fn crossbars_per_tile(&self) -> u64 {
        u64::from(self.pe.crossbars) * u64::from(self.tile.pes)
    }

    /// Tiles of one chip.
    pub fn tiles_per_chip(&self) -> u64 {
        u64::from(self.chip.tiles_x) * u64::from(self.chip.tiles_y)
    }

    /// Crossbars of one chip.
    pub fn crossbars_per_chip(&self) -> u64 {
        self.crossbars_per_tile() * self.tiles_per_chip()
    }

    /// The mesh parameters, ideal or not.
    pub fn mesh(&self) -> Mesh {
        match self.noc {
            Noc::Ideal(m) | Noc::Mesh(m) => m,
        }
    }

    /// The part of a kind, if the machine has it.
    pub fn part(&self, kind: PartKind) -> Option<&Part> {
        self.parts.iter().find(|p| p.kind == kind)
    }

    /// Units of a level in `pes` PEs spread over `tiles` tiles and `chips` chips.
    pub fn units(&self, level: Level, pes: u64, tiles: u64, chips: u64) -> u64 {
        match level {
            Level::Pe => pes,
            Level::Tile => tiles,
            Level::Router => tiles.div_ceil(u64::from(self.mesh().tiles_per_router)),
            Level::Chip => chips,
        }
    }

    /// Power of one instance when fully busy.
    pub fn full_power_mw(&self, part: &Part) -> f64 {
        // pJ per ns is mW.
        part.static_power_mw + part.energy_pj * part.full_rate / self.cycle_ns()
    }
}
