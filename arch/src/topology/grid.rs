//! The slots of the chips, in which tiles sit, and where each slot is.
//!
//! Routers are numbered in a snake over a chip's grid, `tiles_per_router` slots each, so that neighbouring slots have
//! neighbouring routers; chips stand side by side.

use crate::model::Chip;
use std::ops::Range;

/// Coordinates of a router; x runs on through the chips.
pub type Point = (u64, u64);

/// The slots of a machine's chips.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grid {
    columns: u64,
    tiles_per_router: u64,
    tiles_per_chip: u64,
}

impl Grid {
    /// The slots of chips of one kind, `tiles_per_router` (1 or more) on a router.
    pub fn new(chip: &Chip, tiles_per_router: u32) -> Grid {
        let tiles_per_router = u64::from(tiles_per_router);
        Grid {
            columns: u64::from(chip.tiles_x).div_ceil(across(tiles_per_router)),
            tiles_per_router,
            tiles_per_chip: u64::from(chip.tiles),
        }
    }

    /// Coordinates of the router of a slot.
    pub fn router(&self, slot: u64) -> Point {
        // No router serves tiles of two chips, even if the tiles of one do not fill its routers.
        let local = slot % self.tiles_per_chip / self.tiles_per_router;
        self.router_at(slot / self.tiles_per_chip, local)
    }

    /// Coordinates of router `n` of a chip.
    pub fn router_at(&self, chip: u64, n: u64) -> Point {
        let (y, along) = (n / self.columns, n % self.columns);
        (chip * self.columns + self.turned(y, along), y)
    }

    /// Chip of a router, and its number there.
    pub fn number(&self, (x, y): Point) -> (u64, u64) {
        let along = self.turned(y, x % self.columns);
        (x / self.columns, y * self.columns + along)
    }

    /// Place along the snake from place in the row, and the other way round: every second row runs back.
    fn turned(&self, y: u64, place: u64) -> u64 {
        if y.is_multiple_of(2) {
            place
        } else {
            self.columns - 1 - place
        }
    }

    /// Routers of one chip.
    pub fn routers_per_chip(&self) -> u64 {
        self.tiles_per_chip.div_ceil(self.tiles_per_router)
    }

    /// Slots of a router of the first chip; none where the grid has a corner without routers.
    pub fn slots_of_router(&self, x: u64, y: u64) -> Range<u64> {
        let first = self.number((x, y)).1 * self.tiles_per_router;
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

    /// How many routers serve the given slots.
    pub fn routers(&self, slots: &[u32]) -> u64 {
        let routers = slots.iter().map(|&s| self.router(u64::from(s)));
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
        self.routers_per_chip().div_ceil(self.columns)
    }

    /// Place of a slot among the tiles of its chip, as drawn: the tiles of a router stand together.
    pub fn tile_of_slot(&self, slot: u64) -> Point {
        let (x, y) = self.router(slot);
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
