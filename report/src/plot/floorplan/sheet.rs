//! Where chips and tiles are on the sheet.

use crosscut_arch::Grid;

/// Room the chips may take.
const WIDTH: f64 = 1240.0;
const HEIGHT: f64 = 780.0;
const LARGEST_TILE: f64 = 40.0;
const SMALLEST_TILE: f64 = 3.0;
/// Around everything.
pub const MARGIN: f64 = 24.0;
/// Mean width of a character over the size of its font.
pub const CHARACTER: f64 = 0.58;
/// Above a chip, for its name.
const HEAD: f64 = 20.0;
/// Title, subtitle.
const TOP: f64 = 84.0;

/// Sizes in pixels.
pub struct Sheet {
    /// Side of a tile.
    pub tile: f64,
    /// Between tiles.
    pub gap: f64,
    /// Between routers, beside the gap.
    pub router_gap: f64,
    /// Side by side and one below the other.
    chips_across: u64,
    chips_down: u64,
    /// Tiles of a chip, as drawn.
    pub chip_tiles: (u64, u64),
    router_tiles: (u64, u64),
}

impl Sheet {
    /// The largest tiles with which all chips fit, chips in reading order.
    pub fn new(grid: &Grid, chips: u64) -> Sheet {
        let router_tiles = grid.tiles_of_router();
        let chip_tiles = (0..grid.tiles_per_chip()).fold((0, 0), |(w, h), slot| {
            let (x, y) = grid.tile_of_slot(slot);
            (w.max(x + 1), h.max(y + 1))
        });
        let sheet = |chips_across: u64, tile: f64| {
            let gap = (tile * 0.08).clamp(0.4, 2.0);
            Sheet {
                tile,
                gap,
                router_gap: if router_tiles == (1, 1) {
                    0.0
                } else {
                    (tile * 0.22).max(1.0)
                },
                chips_across,
                chips_down: chips.div_ceil(chips_across),
                chip_tiles,
                router_tiles,
            }
        };
        let fits = |s: &Sheet| {
            let (w, h) = s.size();
            w <= WIDTH + 2.0 * MARGIN && h <= HEIGHT + TOP
        };
        let mut best = sheet(chips.clamp(1, 12), SMALLEST_TILE);
        for across in 1..=chips.max(1) {
            let mut tile = LARGEST_TILE;
            while tile > best.tile && !fits(&sheet(across, tile)) {
                tile -= 0.5;
            }
            if tile > best.tile {
                best = sheet(across, tile);
            }
        }
        best
    }

    /// Width and height of a chip's tiles.
    pub fn chip(&self) -> (f64, f64) {
        let (x, y) = (self.chip_tiles.0 - 1, self.chip_tiles.1 - 1);
        let (right, bottom) = self.in_chip((x, y));
        (right + self.tile, bottom + self.tile)
    }

    /// Room around a chip.
    fn frame(&self) -> f64 {
        self.tile.clamp(4.0, 10.0)
    }

    fn pitch(&self) -> (f64, f64) {
        let ((w, h), frame) = (self.chip(), 2.0 * self.frame());
        let between = self.tile.clamp(6.0, 26.0);
        (w + frame + between, h + frame + HEAD + between * 0.6)
    }

    /// Width, and height down to the end of the chips.
    pub fn size(&self) -> (f64, f64) {
        let (w, h) = self.pitch();
        (
            2.0 * MARGIN + w * self.chips_across as f64,
            TOP + h * self.chips_down as f64,
        )
    }

    fn in_chip(&self, (x, y): (u64, u64)) -> (f64, f64) {
        let at = |n: u64, of_router: u64| {
            n as f64 * (self.tile + self.gap) + (n / of_router) as f64 * self.router_gap
        };
        (at(x, self.router_tiles.0), at(y, self.router_tiles.1))
    }

    /// Upper left corner of a chip's first tile.
    fn chip_at(&self, chip: u64) -> (f64, f64) {
        let (w, h) = self.pitch();
        let (column, row) = (chip % self.chips_across, chip / self.chips_across);
        let frame = self.frame();
        (
            MARGIN + frame + column as f64 * w,
            TOP + HEAD + frame + row as f64 * h,
        )
    }

    /// Frame of a chip: left, top, width, height.
    pub fn chip_frame(&self, chip: u64) -> [f64; 4] {
        let ((x, y), (w, h), frame) = (self.chip_at(chip), self.chip(), self.frame());
        [x - frame, y - frame, w + 2.0 * frame, h + 2.0 * frame]
    }

    /// Upper left corner of a tile.
    pub fn at(&self, chip: u64, tile: (u64, u64)) -> (f64, f64) {
        let ((x, y), (dx, dy)) = (self.chip_at(chip), self.in_chip(tile));
        (x + dx, y + dy)
    }

    /// Whether chips are drawn in more than one row.
    pub fn wraps(&self) -> bool {
        self.chips_down > 1
    }
}
