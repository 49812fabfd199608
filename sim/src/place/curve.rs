//! Orders in which the slots of a chip may be filled: snakes along bands of rows or columns of routers.
//!
//! A run of slots along a wide band is a compact block, along a band one router wide a line.

use crosscut_arch::Grid;

/// A snake over one chip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Snake {
    /// Routers across a band.
    pub band: u64,
    /// Bands lie side by side from left to right instead of one below the other.
    pub upright: bool,
    /// Every second chip is filled bottom up.
    pub mirrored: bool,
}

impl Snake {
    /// All different snakes of `tiles` tiles on a grid; the first is the numbering of the routers.
    ///
    /// Bands wider than the routers in question begin alike, and only a second chip is mirrored.
    pub fn all(grid: &Grid, tiles: u64) -> Vec<Snake> {
        let routers = tiles.div_ceil(grid.tiles_per_router()).max(1);
        let flat = (1..=grid.rows().min(routers)).map(|band| (band, false));
        let upright = (1..=grid.columns().min(routers)).map(|band| (band, true));
        let mirrors: &[bool] = if tiles > grid.tiles_per_chip() {
            &[false, true]
        } else {
            &[false]
        };
        let snakes = flat.chain(upright);
        snakes
            .flat_map(|(band, upright)| {
                mirrors.iter().map(move |&mirrored| Snake {
                    band,
                    upright,
                    mirrored,
                })
            })
            .collect()
    }

    /// The first `tiles` slots of chip 0 in filling order (all of them if it has fewer), for even and for odd chips.
    pub fn slots(self, grid: &Grid, tiles: u64) -> [Vec<u32>; 2] {
        let tiles = tiles.min(grid.tiles_per_chip()) as usize;
        let even = self.fill(grid, tiles, false);
        let odd = if self.mirrored {
            self.fill(grid, tiles, true)
        } else {
            even.clone()
        };
        [even, odd]
    }

    fn fill(self, grid: &Grid, tiles: usize, bottom_up: bool) -> Vec<u32> {
        let (columns, rows) = (grid.columns(), grid.rows());
        // (across the bands, along them)
        let (across, along) = if self.upright {
            (columns, rows)
        } else {
            (rows, columns)
        };
        let mut out = Vec::with_capacity(tiles);
        let mut forth = true;
        for (n, first) in (0..across).step_by(self.band as usize).enumerate() {
            let last = (first + self.band).min(across);
            for step in 0..along {
                let v = if n % 2 == 0 { step } else { along - 1 - step };
                for k in 0..last - first {
                    let u = if forth { first + k } else { last - 1 - k };
                    let (x, y) = if self.upright { (u, v) } else { (v, u) };
                    let y = if bottom_up { rows - 1 - y } else { y };
                    out.extend(grid.slots_of_router(x, y).map(|s| s as u32));
                    if out.len() >= tiles {
                        out.truncate(tiles);
                        return out;
                    }
                }
                forth = !forth;
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_snake_fills_every_slot_once_and_the_first_in_order() {
        // 5 x 3 tiles, 2 a router: a grid with a corner without routers, and a router with one tile.
        let set = [
            "chip.tiles_x=5".into(),
            "chip.tiles_y=3".into(),
            "noc.mesh.tiles_per_router=2".into(),
        ];
        let grid = crosscut_arch::load("reram-64", &set)
            .expect("preset")
            .grid();
        let in_order: Vec<u32> = (0..15).collect();
        let snakes = Snake::all(&grid, 16);
        // Two rows and five columns of routers, each plain and mirrored.
        assert_eq!(snakes.len(), 2 * (2 + 5));
        assert_eq!(snakes[0].slots(&grid, 15)[0], in_order);
        for snake in snakes {
            for mut slots in snake.slots(&grid, 15) {
                slots.sort_unstable();
                assert_eq!(slots, in_order, "{snake:?}");
            }
        }
    }

    #[test]
    fn few_tiles_on_a_huge_chip_take_few_snakes() {
        let set = ["chip.tiles_x=4096".into(), "chip.tiles_y=4096".into()];
        let grid = crosscut_arch::load("reram-64", &set)
            .expect("preset")
            .grid();
        // Four tiles a router: six tiles sit on two, in a row or in a column.
        let snakes = Snake::all(&grid, 6);
        assert_eq!(snakes.len(), 2 * 2);
        for snake in snakes {
            let [even, odd] = snake.slots(&grid, 6);
            assert_eq!((even.len(), odd.len()), (6, 6), "{snake:?}");
            assert_eq!(even[..4], [0, 1, 2, 3], "{snake:?}");
        }
    }
}
