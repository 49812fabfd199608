//! The machine itself.

use super::activity::Activity;
use super::array::{Crossbar, Device};
use super::chip::{Chip, ChipLinks, Chips, Pe, Roles, Tile};
use super::dram::Dram;
use super::format::Format;
use super::mapping::MappingRules;
use super::published::Published;
use super::timing::Timing;
use crate::adc::{AdcErrors, Converter};
use crate::part::{Confidence, Part};
use crate::topology::Noc;
use serde::{Deserialize, Serialize};

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
    /// Whether a read ends with the last input step in which one of its rows carries something. Energy by measured values goes
    /// by it; time and counts do not.
    #[serde(default)]
    pub skips_zeros: bool,
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
    /// Memory outside the chips; absent where the description does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dram: Option<Dram>,
    /// Who does the work beside matrix-vector products.
    pub roles: Roles,
    /// The pipeline around a crossbar.
    pub timing: Timing,
    /// Default mapping rules of this machine.
    pub mapping: MappingRules,
    /// What is assumed of values where nothing measured them.
    #[serde(default)]
    pub activity: Activity,
    /// Changes of the machine that no cost answers, one sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unpriced: Vec<String>,
    /// Parts with their costs, one entry per kind, in `PartKind::ALL` order.
    pub parts: Vec<Part>,
    /// What others print of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub published: Vec<Published>,
}
