//! In which slots of the chips the tiles of a mapping sit.
//!
//! PEs and tiles are numbered in network order, layers without weights last, each layer on fresh PEs ([`super::Place`]).
//! A mapping is built with tile n in slot n; the module `place` looks for better slots.

use crosscut_arch::{Arch, Grid};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use strum::{Display, EnumIter, EnumMessage, IntoStaticStr};

/// How tiles are put into slots.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    Serialize,
    Deserialize,
    Display,
    EnumIter,
    EnumMessage,
    IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum PlacementMethod {
    /// Network order along the snake of routers, chip after chip: tile n in slot n.
    #[default]
    InOrder,
    /// Tiles permuted so that messages pass fewer routers.
    Optimised,
}

impl PlacementMethod {
    /// Name as in options and reports.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// Where the tiles of a mapping sit.
#[derive(Debug, Clone, PartialEq)]
pub struct Placement {
    /// How the slots were chosen.
    pub method: PlacementMethod,
    /// Slot of each tile; slots are numbered chip after chip, router after router ([`Grid`]).
    pub tile_order: Arc<[u32]>,
    /// Routers with at least one tile in use.
    pub routers: u64,
}

impl Placement {
    /// Tile n in slot n.
    pub fn in_order(arch: &Arch, tiles: u64) -> Placement {
        let tile_order = (0..tiles as u32).collect();
        Placement::new(PlacementMethod::InOrder, &arch.grid(), tile_order)
    }

    /// Tiles in the given slots.
    pub fn new(method: PlacementMethod, grid: &Grid, tile_order: Arc<[u32]>) -> Placement {
        Placement {
            method,
            routers: grid.routers(&tile_order),
            tile_order,
        }
    }

    /// Slot of a tile; a tile beyond those in use sits in the slot of its own number.
    pub fn slot(&self, tile: u64) -> u64 {
        let slot = self.tile_order.get(tile as usize);
        slot.map_or(tile, |&s| u64::from(s))
    }
}
