//! Where tiles sit: the slots of the chips, and the router of each slot.
//!
//! Routers are numbered in a snake over a chip's grid, `tiles_per_router` slots each; chips stand side by side.

use super::Mapping;
use crosscut_arch::Arch;
use std::ops::Range;
use std::sync::Arc;

/// Coordinates of a router; x runs on through the chips.
pub type Point = (u64, u64);

/// The slots of a machine and the tiles that sit in them.
#[derive(Debug, Clone)]
pub struct Grid {
    columns: u64,
    tiles_per_router: u64,
    tiles_per_chip: u64,
    /// Slot of each tile; a tile beyond the list sits in the slot of its own number.
    slots: Arc<[u32]>,
}

impl Grid {
    /// Tile n sits in slot n.
    pub fn new(arch: &Arch) -> Grid {
        let per_router = u64::from(arch.mesh().tiles_per_router);
        Grid {
            columns: u64::from(arch.chip.tiles_x).div_ceil(across(per_router)),
            tiles_per_router: per_router,
            tiles_per_chip: arch.tiles_per_chip(),
            slots: Arc::new([]),
        }
    }

    /// Tiles sit where the mapping has put them.
    pub fn placed(arch: &Arch, mapping: &Mapping) -> Grid {
        Grid::with_slots(arch, mapping.placement.tile_order.clone())
    }

    /// Tiles sit in the given slots.
    pub fn with_slots(arch: &Arch, slots: Arc<[u32]>) -> Grid {
        Grid {
            slots,
            ..Grid::new(arch)
        }
    }

    /// Slot of a tile.
    pub fn slot(&self, tile: u64) -> u64 {
        self.slots
            .get(tile as usize)
            .map_or(tile, |&s| u64::from(s))
    }

    /// Coordinates of the router of a tile.
    pub fn router(&self, tile: u64) -> Point {
        self.router_of_slot(self.slot(tile))
    }

    /// Coordinates of the router of a slot.
    pub fn router_of_slot(&self, slot: u64) -> Point {
        // No router serves tiles of two chips, even if the tiles of one do not fill its routers.
        let (chip, local) = (
            slot / self.tiles_per_chip,
            slot % self.tiles_per_chip / self.tiles_per_router,
        );
        let (y, along) = (local / self.columns, local % self.columns);
        let x = if y % 2 == 0 {
            along
        } else {
            self.columns - 1 - along
        };
        (chip * self.columns + x, y)
    }

    /// Slots of a router of the first chip; none where the grid has a corner without routers.
    pub fn slots_of_router(&self, x: u64, y: u64) -> Range<u64> {
        let along = if y.is_multiple_of(2) {
            x
        } else {
            self.columns - 1 - x
        };
        let first = (y * self.columns + along) * self.tiles_per_router;
        let end = (first + self.tiles_per_router).min(self.tiles_per_chip);
        first.min(end)..end
    }

    /// Chip of a router.
    pub fn chip(&self, router: Point) -> u64 {
        router.0 / self.columns
    }

    /// Chip of a slot.
    pub fn chip_of_slot(&self, slot: u64) -> u64 {
        slot / self.tiles_per_chip
    }

    /// Tiles of one chip.
    pub fn tiles_per_chip(&self) -> u64 {
        self.tiles_per_chip
    }

    /// Slots of one router.
    pub fn tiles_per_router(&self) -> u64 {
        self.tiles_per_router
    }

    /// Routers that serve the given slots.
    pub fn routers(&self, slots: &[u32]) -> u64 {
        let routers = slots.iter().map(|&s| self.router_of_slot(u64::from(s)));
        let mut routers: Vec<Point> = routers.collect();
        routers.sort_unstable();
        routers.dedup();
        routers.len() as u64
    }

    /// Routers across one chip.
    pub fn columns(&self) -> u64 {
        self.columns
    }

    /// Routers down one chip.
    pub fn rows(&self) -> u64 {
        self.tiles_per_chip
            .div_ceil(self.tiles_per_router)
            .div_ceil(self.columns)
    }

    /// Place of a slot among the tiles of its chip, as drawn: the tiles of a router stand together.
    pub fn tile_of_slot(&self, slot: u64) -> Point {
        let (x, y) = self.router_of_slot(slot);
        let across = across(self.tiles_per_router);
        let (down, n) = (
            self.tiles_per_router.div_ceil(across),
            slot % self.tiles_per_chip % self.tiles_per_router,
        );
        (
            x % self.columns * across + n % across,
            y * down + n / across,
        )
    }

    /// Tiles that a router serves, across and down.
    pub fn tiles_of_router(&self) -> Point {
        let across = across(self.tiles_per_router);
        (across, self.tiles_per_router.div_ceil(across))
    }
}

/// Tiles of a router side by side.
fn across(tiles_per_router: u64) -> u64 {
    tiles_per_router.isqrt().max(1)
}
