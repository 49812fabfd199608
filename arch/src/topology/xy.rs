//! Links of messages on a mesh, counted without walking routes.
//!
//! XY routes from one router share the row of the source: a message passes that row from its leftmost to its rightmost
//! destination, and each column from that row to the destinations in it.

use super::grid::Grid;
use super::route::{CountLinks, LinkCount};

/// Counts links of XY routes.
pub(super) struct XyLinks {
    /// Router of each slot.
    routers: Vec<[u32; 2]>,
    /// Routers across one chip.
    columns: u32,
    /// Least and greatest row of the destinations in each column, valid where the stamp is the current one.
    reach: Vec<[u32; 2]>,
    stamps: Vec<u32>,
    stamp: u32,
    used: Vec<u32>,
}

impl XyLinks {
    /// Between the first `slots` slots.
    pub fn new(grid: &Grid, slots: u64) -> XyLinks {
        let router = |slot| {
            let (x, y) = grid.router(slot);
            [x as u32, y as u32]
        };
        let routers: Vec<[u32; 2]> = (0..slots).map(router).collect();
        let width = routers.iter().map(|r| r[0] as usize + 1).max().unwrap_or(0);
        XyLinks {
            routers,
            columns: grid.columns() as u32,
            reach: vec![[0; 2]; width],
            stamps: vec![0; width],
            stamp: 0,
            used: Vec::new(),
        }
    }
}

impl CountLinks for XyLinks {
    fn count(&mut self, from: u32, to: &[u32]) -> LinkCount {
        let source = self.routers[from as usize];
        self.stamp += 1;
        self.used.clear();
        for &slot in to {
            let [x, y] = self.routers[slot as usize];
            let column = x as usize;
            if self.stamps[column] == self.stamp {
                let [low, high] = &mut self.reach[column];
                *low = y.min(*low);
                *high = y.max(*high);
            } else {
                self.stamps[column] = self.stamp;
                self.reach[column] = [source[1].min(y), source[1].max(y)];
                self.used.push(x);
            }
        }
        let (mut left, mut right) = (source[0], source[0]);
        let mut links = 0;
        for &x in &self.used {
            let [low, high] = self.reach[x as usize];
            links += high - low;
            left = left.min(x);
            right = right.max(x);
        }
        LinkCount {
            links: u64::from(links + right - left),
            chip_links: u64::from(right / self.columns - left / self.columns),
        }
    }
}
