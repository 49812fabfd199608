//! What lies around the arrays: PE, tile, chip, network, links, and who does the work beside products.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Processing element: crossbars with shared periphery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pe {
    /// Crossbars in one PE.
    pub crossbars: u32,
    /// ADCs in one PE (0 without ADC).
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
