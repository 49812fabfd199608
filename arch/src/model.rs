//! The resolved machine: every default written out, every quantity a plain number with its unit in the name.
//!
//! Hierarchy: cell -> crossbar -> PE -> tile -> chip -> system. Time is counted in *ticks* of the
//! digital clock; a *crossbar cycle* is one input step (read, and drain of the read by the ADCs).

use crate::device::{CellPhysics, WireResistance};
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
    /// Links between chips.
    pub chip_links: ChipLinks,
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
    /// Which values weights take.
    #[serde(default)]
    pub weights: WeightValues,
    /// Where the reads of an input's steps are added.
    #[serde(default)]
    pub partial_sums: PartialSums,
}

/// Which values weights take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WeightValues {
    /// Integers of `weight_bits`, symmetric around 0.
    #[default]
    Integer,
    /// -1 and 1, times a scale per output channel (`weight_bits = 1`).
    Binary,
    /// -1, 0 and 1, times a scale per output channel (`weight_bits = 2`).
    Ternary,
}

/// Where the reads of an input's steps are added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PartialSums {
    /// Every read is converted; shift-and-add is digital.
    #[default]
    Digital,
    /// The charge of all steps is added with its power of two and converted once per product.
    Analog,
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
    /// What cells do beside holding their level.
    #[serde(default)]
    pub physics: CellPhysics,
}

/// The cell array.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Crossbar {
    /// Word lines.
    pub rows: u32,
    /// Bit lines that hold weights (a unit column comes on top).
    pub columns: u32,
    /// Ticks of one analog read.
    pub read_ticks: u64,
    /// Rows that one read may drive; an array takes `rows / active_rows` reads (rounded up) per input step.
    pub active_rows: u32,
    /// Resistance of the wires, if they have any.
    #[serde(default)]
    pub wires: Option<WireResistance>,
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
    /// Ports of the buffer; absent where they keep pace with whatever is asked of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buffer_ports: Option<Ports>,
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
    /// Tiles there are: all places of the grid, or fewer, row by row.
    pub tiles: u32,
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
    /// The same with rows and columns of each chip closed to rings.
    Torus(Mesh),
    /// Tree of routers over the tiles of each chip; chips joined at their roots.
    Tree(Mesh),
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
    /// Packets the queue behind a link holds.
    pub queue_packets: u32,
    /// Routers below one router of a tree.
    pub radix: u32,
}

/// Links between chips.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChipLinks {
    /// Ticks from router to router.
    pub hop_ticks: u64,
    /// Ticks between flits.
    pub flit_ticks: u64,
}

/// Ports of a tile's buffer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Ports {
    /// Banks that work side by side.
    pub banks: u32,
    /// Bytes one bank reads or writes per tick.
    pub bytes_per_tick: f64,
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Timing {
    /// Inputs enter bit by bit; stages are latched once per crossbar cycle (ISAAC Fig. 4).
    BitSerial(BitSerial),
    /// Everything moves in phases of fixed length; one firing per phase (SemiMap).
    Phased(Phased),
    /// Each read and its conversions take ticks of their own (PIMSIM-NN).
    Staged(Staged),
    /// Inputs enter as pulse trains (NeuRRAM); a product takes a fixed time.
    Integrated(Integrated),
    /// Time does not follow from crossbar reads: such a machine can be mapped but not run.
    None {
        /// What it follows from instead.
        because: String,
    },
}

impl Timing {
    /// The name used in TOML and lists.
    pub fn name(&self) -> &'static str {
        match self {
            Timing::BitSerial(_) => "bit-serial",
            Timing::Phased(_) => "phased",
            Timing::Staged(_) => "staged",
            Timing::Integrated(_) => "integrated",
            Timing::None { .. } => "none",
        }
    }
}

/// An input step as front (row drivers, read, sample) and back (conversions, shift-and-add, output), in ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staged {
    /// Whether the next front overlaps the back before it.
    pub pipelined: bool,
    /// From buffer to input register, before the first step.
    pub fetch_ticks: u64,
    /// Row drivers, before a read.
    pub dac_ticks: u64,
    /// Sampling, after a read.
    pub sample_ticks: u64,
    /// Shift-and-add, after the last conversion of a read.
    pub shift_add_ticks: u64,
    /// Output register, after that.
    pub output_ticks: u64,
    /// From the last step to the written result.
    pub write_ticks: u64,
}

impl Staged {
    /// Ticks of the front of one step whose read takes `read`.
    pub fn front(&self, read: u64) -> u64 {
        self.dac_ticks + read + self.sample_ticks
    }

    /// Ticks of the back of one step whose conversions take `drain`.
    pub fn back(&self, drain: u64) -> u64 {
        drain + self.shift_add_ticks + self.output_ticks
    }
}

/// A product by pulse trains, in ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Integrated {
    /// Trains a product is split into.
    pub phases: u32,
    /// Ticks of all pulses, conversion steps and gaps of one product of the active rows.
    pub product_ticks: u64,
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
            // Binary weights have a magnitude too: 1.
            SignedWeights::Differential => (self.format.weight_bits - 1).max(1),
            _ => self.format.weight_bits,
        };
        bits.div_ceil(self.device.cell_bits)
    }

    /// Reads of one array for one matrix-vector product: input steps x groups of active rows.
    pub fn input_steps(&self) -> u32 {
        match self.timing {
            Timing::BitSerial(_) | Timing::Staged(_) => {
                self.format.input_bits.div_ceil(self.dac_bits) * self.row_steps()
            }
            Timing::Integrated(_) => self.row_steps(),
            Timing::Phased(_) | Timing::None { .. } => 1,
        }
    }

    /// Input steps whose reads one conversion stands for.
    pub fn steps_per_conversion(&self) -> u32 {
        match self.format.partial_sums {
            PartialSums::Digital => 1,
            PartialSums::Analog => self.format.input_bits.div_ceil(self.dac_bits),
        }
    }

    /// Reads that reach all rows of an array.
    pub fn row_steps(&self) -> u32 {
        self.crossbar.rows.div_ceil(self.crossbar.active_rows)
    }

    /// The phase machine, if it is one.
    pub fn phased(&self) -> Option<Phased> {
        match self.timing {
            Timing::Phased(p) => Some(p),
            _ => None,
        }
    }

    /// Ticks the ADCs of a PE need to drain one read of all its arrays; 0 without ADC.
    pub fn drain_ticks(&self) -> u64 {
        match self.adc {
            Adc::None => 0,
            Adc::Sar(c) => {
                let columns = self.crossbar.columns / self.columns_per_conversion();
                // The ADC with the most conversions ends last.
                let samples = (u64::from(columns) * u64::from(self.pe.crossbars))
                    .div_ceil(u64::from(self.pe.adcs));
                // The quotient of two rates may miss an integer by rounding alone; a drain that ends on the tick fits.
                (samples as f64 / c.samples_per_s * self.clock_hz - 1e-6).ceil() as u64
            }
        }
    }

    /// Ticks of one crossbar cycle, the time from one read of an array to the next: the slower of read and drain, their
    /// stages included where these are timed by themselves; on a phased machine the phase, with pulse trains the product.
    pub fn cycle_ticks(&self) -> u64 {
        let (read, drain) = (self.crossbar.read_ticks, self.drain_ticks());
        match &self.timing {
            // Charge added over several steps leaves the converters as many cycles.
            Timing::BitSerial(_) | Timing::None { .. } => {
                read.max(drain.div_ceil(u64::from(self.steps_per_conversion())))
            }
            Timing::Phased(p) => p.phase_ticks,
            Timing::Staged(s) if s.pipelined => s.front(read).max(s.back(drain)),
            Timing::Staged(s) => s.front(read) + s.back(drain),
            Timing::Integrated(t) => t.product_ticks,
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
        u64::from(self.chip.tiles)
    }

    /// Crossbars of one chip.
    pub fn crossbars_per_chip(&self) -> u64 {
        self.crossbars_per_tile() * self.tiles_per_chip()
    }

    /// The mesh parameters, ideal or not.
    pub fn mesh(&self) -> Mesh {
        match self.noc {
            Noc::Ideal(m) | Noc::Mesh(m) | Noc::Torus(m) | Noc::Tree(m) => m,
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
            Level::Router => {
                // No router serves tiles of two chips.
                let per_router = u64::from(self.mesh().tiles_per_router);
                let (full, rest) = (tiles / self.tiles_per_chip(), tiles % self.tiles_per_chip());
                full * self.tiles_per_chip().div_ceil(per_router) + rest.div_ceil(per_router)
            }
            Level::Chip => chips,
        }
    }

    /// Power of one instance when fully busy.
    pub fn full_power_mw(&self, part: &Part) -> f64 {
        // pJ per ns is mW.
        part.static_power_mw + part.energy_pj * part.full_rate / self.cycle_ns()
    }
}
