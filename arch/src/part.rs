//! Costs: what one instance of a hardware part occupies, leaks and spends per action.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How well a figure is founded.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Read in the cited text or source file.
    Read,
    /// Computed from read figures.
    Derived,
    /// Chosen, or solved for, so that a published figure of the whole comes out. That figure is no test of it.
    Fitted,
    /// Recalled or assumed; no text at hand confirms it.
    Recalled,
}

impl Confidence {
    /// All, the best first.
    pub const ALL: [Confidence; 4] = [
        Confidence::Read,
        Confidence::Derived,
        Confidence::Fitted,
        Confidence::Recalled,
    ];

    /// That of a figure whose text says nothing of it.
    pub(crate) fn unstated() -> Confidence {
        Confidence::Recalled
    }

    /// The name used in TOML and reports.
    pub fn name(self) -> &'static str {
        match self {
            Confidence::Read => "read",
            Confidence::Derived => "derived",
            Confidence::Fitted => "fitted",
            Confidence::Recalled => "recalled",
        }
    }
}

/// The level of the hierarchy at which a part is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Per processing element.
    Pe,
    /// Per tile.
    Tile,
    /// Per router (a router serves `tiles_per_router` tiles).
    Router,
    /// Per chip.
    Chip,
}

impl Level {
    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Level::Pe => "PE",
            Level::Tile => "tile",
            Level::Router => "router",
            Level::Chip => "chip",
        }
    }
}

/// Every kind of part the engines count actions for. The comment states the action.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum PartKind {
    /// Cell array. Action: one read of one array (one input step; one VMM phase on a phased machine), whatever it drives
    /// and reads out; what depends on that is counted as the next three.
    Crossbar,
    /// Share of a read. Action: one cell in use, in a driven row and a column in use, for one read.
    CrossbarCells,
    /// Share of a read. Action: one row driven for one read, along the whole array.
    CrossbarRows,
    /// Share of a read. Action: one column sensed in one read, along the whole array.
    CrossbarColumns,
    /// A crossbar used as partial-sum adder (VVA mode). Action: one phase.
    ReduceMode,
    /// A crossbar used as buffer, copy or pool (VB mode). Action: one phase.
    BufferMode,
    /// Row driver. Action: one row driven for one input step.
    Dac,
    /// Sample-and-hold. Action: one column sampled.
    SampleHold,
    /// Analog-to-digital converter. Action: one conversion.
    Adc,
    /// Shift-and-add of the PE. Action: one converted sample merged.
    ShiftAdd,
    /// Input register of the PE. Action: one PE active for one input step.
    InputRegister,
    /// Output register of the PE. Action: one PE active for one input step.
    OutputRegister,
    /// Control, instruction memory, vector units and whatever else of the PE is no part of its own. Nothing it does is
    /// counted: its power is static.
    PeControl,
    /// Tile buffer (eDRAM or SRAM). Action: one byte read or written.
    Buffer,
    /// Bus between tile buffer and PEs. Action: one byte moved.
    Bus,
    /// Adder of partial sums outside the PE. Action: one addition.
    TileShiftAdd,
    /// Output register of the tile. Action: one byte written.
    TileRegister,
    /// Activation unit. Action: one value.
    Activation,
    /// Pooling and element-wise unit. Action: one input value consumed.
    Pool,
    /// Control, instruction memory, receive buffers and whatever else of the tile is no part of its own. Nothing it does
    /// is counted: its power is static.
    TileControl,
    /// Router. Action: one flit through one router.
    Router,
    /// Link between chips. Action: one byte.
    ChipLink,
    /// Memory outside the chips, with the links to it. Action: one byte that enters or leaves the machine: of an input image,
    /// of results, of weights that are loaded.
    Dram,
}

impl PartKind {
    /// The level of the hierarchy at which the part is counted.
    pub fn level(self) -> Level {
        use PartKind::*;
        match self {
            Crossbar | CrossbarCells | CrossbarRows | CrossbarColumns | ReduceMode | BufferMode
            | Dac | SampleHold | Adc | ShiftAdd | InputRegister | OutputRegister | PeControl => {
                Level::Pe
            }
            Buffer | Bus | TileShiftAdd | TileRegister | Activation | Pool | TileControl => {
                Level::Tile
            }
            Router => Level::Router,
            ChipLink | Dram => Level::Chip,
        }
    }

    /// Whether it is a share of the energy of a read. `[cost.crossbar]` states all of them together.
    pub fn is_share_of_a_read(self) -> bool {
        use PartKind::*;
        matches!(self, CrossbarCells | CrossbarRows | CrossbarColumns)
    }

    /// Whether it acts once or more in every input step of a read.
    pub fn acts_by_input_step(self) -> bool {
        use PartKind::*;
        matches!(
            self,
            Crossbar
                | CrossbarCells
                | CrossbarRows
                | CrossbarColumns
                | Dac
                | SampleHold
                | Adc
                | ShiftAdd
                | InputRegister
                | OutputRegister
        )
    }

    /// All kinds, in the order reports use.
    pub const ALL: [PartKind; 23] = [
        PartKind::Crossbar,
        PartKind::CrossbarCells,
        PartKind::CrossbarRows,
        PartKind::CrossbarColumns,
        PartKind::ReduceMode,
        PartKind::BufferMode,
        PartKind::Dac,
        PartKind::SampleHold,
        PartKind::Adc,
        PartKind::ShiftAdd,
        PartKind::InputRegister,
        PartKind::OutputRegister,
        PartKind::PeControl,
        PartKind::Buffer,
        PartKind::Bus,
        PartKind::TileShiftAdd,
        PartKind::TileRegister,
        PartKind::Activation,
        PartKind::Pool,
        PartKind::TileControl,
        PartKind::Router,
        PartKind::ChipLink,
        PartKind::Dram,
    ];

    /// The name used in TOML, reports and plots.
    pub fn name(self) -> &'static str {
        match self {
            PartKind::Crossbar => "crossbar",
            PartKind::CrossbarCells => "crossbar-cells",
            PartKind::CrossbarRows => "crossbar-rows",
            PartKind::CrossbarColumns => "crossbar-columns",
            PartKind::ReduceMode => "reduce-mode",
            PartKind::BufferMode => "buffer-mode",
            PartKind::Dac => "dac",
            PartKind::SampleHold => "sample-hold",
            PartKind::Adc => "adc",
            PartKind::ShiftAdd => "shift-add",
            PartKind::InputRegister => "input-register",
            PartKind::OutputRegister => "output-register",
            PartKind::PeControl => "pe-control",
            PartKind::Buffer => "buffer",
            PartKind::Bus => "bus",
            PartKind::TileShiftAdd => "tile-shift-add",
            PartKind::TileRegister => "tile-register",
            PartKind::Activation => "activation",
            PartKind::Pool => "pool",
            PartKind::TileControl => "tile-control",
            PartKind::Router => "router",
            PartKind::ChipLink => "chip-link",
            PartKind::Dram => "dram",
        }
    }
}

/// When the static power of a part is switched off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Gate {
    /// Never: all instances on the chips in use draw it.
    Never,
    /// Where nothing is mapped: instances of tiles in use draw it, and links of a chip that talks to another.
    #[default]
    Unused,
    /// Whenever the part does not act: it draws the power for the time its actions take.
    Idle,
}

impl Gate {
    /// The name used in TOML and reports.
    pub fn name(self) -> &'static str {
        match self {
            Gate::Never => "never",
            Gate::Unused => "unused",
            Gate::Idle => "idle",
        }
    }
}

/// How the energy of an action of a part goes by values.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct ByValues {
    /// Share in proportion to the driven rows that carry something.
    pub inputs: f64,
    /// Whether that share goes by the conductance of the cells, too.
    pub cells: bool,
    /// Share in proportion to the code of a conversion.
    pub codes: f64,
}

impl ByValues {
    /// Whether it does not.
    pub fn is_none(&self) -> bool {
        *self == ByValues::default()
    }
}

/// One kind of part of a machine: how many there are and what each costs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// What it is; fixes the action that is counted.
    pub kind: PartKind,
    /// The level `count` refers to.
    pub level: Level,
    /// Instances per unit of `level`.
    pub count: u64,
    /// Area of one instance.
    pub area_um2: f64,
    /// Power of one instance that is drawn whether it acts or not.
    pub static_power_mw: f64,
    /// When that power is switched off.
    #[serde(default)]
    pub gate: Gate,
    /// Energy of one action.
    pub energy_pj: f64,
    /// Actions of one instance per crossbar cycle when the machine is fully busy (for peak power).
    pub full_rate: f64,
    /// Paper and table, or the named law, that the figures come from.
    pub source: String,
    /// How well the figures are founded.
    pub confidence: Confidence,
    /// How the energy of an action goes by values.
    #[serde(default, skip_serializing_if = "ByValues::is_none")]
    pub by_values: ByValues,
    /// Technology node the figures hold at, where a law or a scaling says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node_nm: Option<f64>,
}
