//! A whole machine as written.

use super::{
    ActivityTable, At, BasisTable, ChipTable, Costs, CrossbarTable, DacTable, DeviceKind,
    DramTable, FormatTable, MappingTable, PeTable, PublishedTable, RolesTable, SystemTable,
    TileTable, TimingKind,
};
use crate::adc::AdcKind;
use crate::part::Confidence;
use crate::topology::NocKind;
use crate::units::{Frequency, Length};
use schemars::JsonSchema;
use serde::Deserialize;

/// A machine as described in TOML.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    /// Preset or file whose description is taken over where this one says nothing.
    pub extends: Option<String>,
    /// Short name.
    pub name: String,
    /// One sentence on what the machine is.
    pub description: String,
    /// Where the structure comes from.
    pub source: String,
    /// How well the structure (not the costs) is founded.
    pub confidence: Confidence,
    /// Technology node.
    pub technology: At<Length>,
    /// Frequency of the digital clock; one tick is its period.
    pub clock: At<Frequency>,
    /// Number formats of weights and inputs.
    pub format: At<FormatTable>,
    /// The memory cell.
    pub device: At<DeviceKind>,
    /// The cell array.
    pub crossbar: At<CrossbarTable>,
    /// Row drivers.
    pub dac: At<DacTable>,
    /// Column converters.
    pub adc: At<AdcKind>,
    /// Processing element: crossbars with shared periphery.
    pub pe: At<PeTable>,
    /// Tile: PEs around one buffer.
    pub tile: At<TileTable>,
    /// Chip: tiles on a grid.
    pub chip: At<ChipTable>,
    /// System: how many chips.
    pub system: At<SystemTable>,
    /// Network between tiles.
    pub noc: At<NocKind>,
    /// Memory outside the chips. Without it the links to it are not bounded.
    pub dram: Option<At<DramTable>>,
    /// Who does the work beside matrix-vector products.
    pub roles: At<RolesTable>,
    /// The pipeline around a crossbar.
    pub timing: At<TimingKind>,
    /// Default mapping rules.
    pub mapping: At<MappingTable>,
    /// What is assumed of values where nothing measured them.
    pub activity: Option<At<ActivityTable>>,
    /// Conditions under which published powers hold.
    pub basis: Option<At<BasisTable>>,
    /// Area, power and energy of each part.
    pub cost: At<Costs>,
    /// What others print of this machine. A machine that extends another does not inherit it.
    #[serde(default)]
    pub published: Vec<PublishedTable>,
}
