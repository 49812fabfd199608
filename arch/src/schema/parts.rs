//! PE, tile, chip, system, network, roles and basis as written.

use super::{At, ChipCount};
use crate::model::Worker;
use crate::units::{Capacity, Time};
use schemars::JsonSchema;
use serde::Deserialize;

/// `[pe]`: crossbars with shared periphery.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeTable {
    /// Crossbars in one PE.
    pub crossbars: At<u32>,
    /// ADCs in one PE (0 with `[adc.none]`).
    pub adcs: At<u32>,
}

/// `[tile]`: PEs around one buffer.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TileTable {
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
pub struct ChipTable {
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
pub struct SystemTable {
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
pub struct RolesTable {
    /// Adding partial sums.
    pub reduce: Worker,
    /// Holding input rows.
    pub buffer: Worker,
    /// Pooling.
    pub pool: Worker,
}

/// `[basis]`: conditions under which published powers hold.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BasisTable {
    /// The crossbar cycle that `full_rate` counts actions in.
    pub cycle: At<Time>,
}
