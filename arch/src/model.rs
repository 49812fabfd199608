//! The resolved machine: every default written out, every quantity a plain number with its unit in the name.
//!
//! Hierarchy: cell -> crossbar -> PE -> tile -> chip -> system. Time is counted in *ticks* of the
//! digital clock; a *crossbar cycle* is one input step (read, and drain of the read by the ADCs).

use crate::adc::{AdcErrors, Converter, Work};
use crate::device::{CellPhysics, WireResistance};
use crate::part::{Confidence, Level, Part, PartKind};
use crate::write::CellWrite;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

mod chip;
mod mapping;
mod timing;

pub use chip::{Chip, ChipLinks, Chips, Mesh, Noc, Pe, Ports, Roles, Tile, Worker};
pub use mapping::{ChannelGroups, Fold, LayerRules, MappingRules, Packing};
pub use timing::{BitSerial, Integrated, Phased, Staged, Timing};

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
    /// Column converters; `None` with digital cells, whose columns are summed exactly.
    #[serde(with = "crate::adc::json")]
    pub adc: Option<Converter>,
    /// Where column converters depart from a straight line.
    #[serde(default)]
    pub adc_errors: AdcErrors,
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
    /// How it is written; absent where the description does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub write: Option<CellWrite>,
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

    /// How often all columns of an array are converted for one product; 0 without ADC.
    pub fn array_conversions(&self) -> u64 {
        let Some(adc) = self.adc else { return 0 };
        match adc.conversions_per_output {
            Some(n) => u64::from(n),
            None => u64::from(
                self.format.input_bits.div_ceil(self.dac_bits) * self.row_steps()
                    / self.steps_per_conversion(),
            ),
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

    /// Logical columns one array holds.
    pub fn outputs_per_crossbar(&self) -> u64 {
        u64::from(self.crossbar.columns / self.columns_per_weight())
    }

    /// Ticks the ADCs of a PE need to drain one read of all its arrays; 0 without ADC.
    pub fn drain_ticks(&self) -> u64 {
        let Some(adc) = &self.adc else { return 0 };
        let arrays = u64::from(self.pe.crossbars);
        let ticks = |columns: u64, times: u64| {
            let rounds = adc.rounds(&Work {
                conversions: columns * arrays * times,
                arrays: arrays * times,
                adcs: u64::from(self.pe.adcs),
            });
            // The quotient of two rates may miss an integer by rounding alone; a drain that ends on the tick fits.
            (rounds as f64 / adc.rounds_per_s() * self.clock_hz - 1e-6).ceil() as u64
        };
        match adc.conversions_per_output {
            None => ticks(self.converted_columns(), 1),
            // Those of a product, spread over its reads.
            Some(n) => ticks(self.outputs_per_crossbar(), u64::from(n))
                .div_ceil(u64::from(self.input_steps())),
        }
    }

    /// Columns of an array that are converted one by one: a differential pair is one.
    pub fn converted_columns(&self) -> u64 {
        u64::from(self.crossbar.columns / self.columns_per_conversion())
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
