//! What messages pass for a given order of tiles.

use crate::map::grid::Grid;
use crate::map::traffic::Message;
use serde::{Deserialize, Serialize};
use std::ops::{AddAssign, SubAssign};

/// Traffic of one image.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traffic {
    /// Flits x routers they pass: one router per link and the first; between tiles of one router that router.
    pub flit_hops: u64,
    /// Flits x links between chips.
    pub chip_flits: u64,
}

impl Traffic {
    /// The quantity that placement lowers.
    pub fn cost(self, chip_weight: u64) -> u64 {
        self.flit_hops + chip_weight * self.chip_flits
    }

    /// Whether neither figure is above that of `other`.
    pub fn within(self, other: Traffic) -> bool {
        self.flit_hops <= other.flit_hops && self.chip_flits <= other.chip_flits
    }
}

impl AddAssign for Traffic {
    fn add_assign(&mut self, o: Self) {
        self.flit_hops += o.flit_hops;
        self.chip_flits += o.chip_flits;
    }
}

impl SubAssign for Traffic {
    fn sub_assign(&mut self, o: Self) {
        self.flit_hops -= o.flit_hops;
        self.chip_flits -= o.chip_flits;
    }
}

/// Measures messages; counts its own work so that a search can stop after so much of it.
pub(super) struct Meter {
    /// Router of each slot.
    routers: Vec<[u32; 2]>,
    /// Routers across one chip.
    columns: u32,
    /// Least and greatest row of the goals in each column, valid where the stamp is the current one.
    reach: Vec<[u32; 2]>,
    stamps: Vec<u32>,
    stamp: u32,
    used: Vec<u32>,
    /// Goals looked at so far.
    pub work: u64,
}

impl Meter {
    pub fn new(grid: &Grid, slots: u64) -> Meter {
        let routers: Vec<[u32; 2]> = (0..slots)
            .map(|s| {
                let (x, y) = grid.router_of_slot(s);
                [x as u32, y as u32]
            })
            .collect();
        let width = routers.iter().map(|r| r[0] as usize + 1).max().unwrap_or(0);
        Meter {
            routers,
            columns: grid.columns() as u32,
            reach: vec![[0; 2]; width],
            stamps: vec![0; width],
            stamp: 0,
            used: Vec::new(),
            work: 0,
        }
    }

    /// Router of a slot.
    pub fn router(&self, slot: u32) -> [u32; 2] {
        self.routers[slot as usize]
    }

    /// A message along the tree of XY paths (x first): along the row of its source from the leftmost to the rightmost
    /// goal, and in each column from that row to the goals.
    pub fn measure(&mut self, order: &[u32], message: &Message) -> Traffic {
        let source = self.router(order[message.from as usize]);
        let goals = &order[message.to.start as usize..message.to.end as usize];
        self.work += goals.len() as u64 + 1;
        self.stamp += 1;
        self.used.clear();
        for &slot in goals {
            let [x, y] = self.router(slot);
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
        links += right - left;
        let routers = match links {
            // Within a tile nothing passes a router.
            0 => {
                u64::from(message.to.end - message.to.start > 1 || message.to.start != message.from)
            }
            links => u64::from(links) + 1,
        };
        let chip_links = u64::from(right / self.columns - left / self.columns);
        Traffic {
            flit_hops: message.flits * routers,
            chip_flits: message.flits * chip_links,
        }
    }
}
