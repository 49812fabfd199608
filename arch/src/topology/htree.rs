//! H-tree: routers of a chip's grid joined two by two, side by side and one below the other in turn.
//!
//! As NeuroSim wires tiles (`HTree.cpp` of DNN+NeuroSim V1.4): every other level joins four squares to one twice as wide, and
//! a message goes up to the smallest square that holds both ends, and down. Where one side of the grid is used up, the levels
//! left over join along the other. Roots of neighbouring chips are joined. A router is (number, level); on each level numbers
//! go through the rows of a chip, and through the chips.

use super::grid::Grid;
use super::route::{Router, Step, Topology};
use super::table::NocParams;
use super::tree::over_the_common_parent;

/// Routers of an H-tree.
#[derive(Debug, Clone)]
pub struct Htree {
    grid: Grid,
    /// Routers of one chip at each level, across and down; one by one at the last.
    levels: Vec<[u64; 2]>,
}

impl Htree {
    /// The routers of a machine's chips.
    pub fn new(grid: Grid, _: &NocParams) -> Htree {
        let mut levels = vec![[grid.columns(), grid.rows()]];
        let mut side = 0;
        while let Some(&[across, down]) = levels.last().filter(|l| **l != [1, 1]) {
            let mut above = [across, down];
            if above[side] == 1 {
                side = 1 - side;
            }
            above[side] = above[side].div_ceil(2);
            levels.push(above);
            side = 1 - side;
        }
        Htree { grid, levels }
    }

    fn number(&self, chip: u64, [x, y]: [u64; 2], level: usize) -> Router {
        let [across, down] = self.levels[level];
        ((chip * down + y) * across + x, level as u64)
    }

    fn place(&self, (number, level): Router) -> (u64, [u64; 2]) {
        let [across, down] = self.levels[level as usize];
        let local = number % (across * down);
        (number / (across * down), [local % across, local / across])
    }

    fn parent(&self, router: Router) -> Router {
        let (chip, place) = self.place(router);
        let level = router.1 as usize;
        let (here, above) = (self.levels[level], self.levels[level + 1]);
        let joined = [0, 1].map(|side| place[side] / if here[side] == above[side] { 1 } else { 2 });
        self.number(chip, joined, level + 1)
    }
}

impl Topology for Htree {
    fn router(&self, slot: u64) -> Router {
        let chip = self.grid.chip_of_slot(slot);
        let (x, y) = self.grid.router(slot);
        self.number(chip, [x % self.grid.columns(), y], 0)
    }

    fn route(&self, from: Router, to: Router) -> Vec<Step> {
        let root = self.levels.len() as u64 - 1;
        let chip = |router| self.place(router).0;
        over_the_common_parent(from, to, root, |r| self.parent(r), chip)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn htree(x: u32, y: u32) -> Htree {
        let set = [
            "noc=htree".to_string(),
            "noc.htree.tiles_per_router=1".to_string(),
            format!("chip.tiles_x={x}"),
            format!("chip.tiles_y={y}"),
        ];
        let arch = crate::load("reram-64", &set).expect("valid");
        Htree::new(arch.grid(), &arch.noc.params)
    }

    #[test]
    fn squares_of_four_are_two_levels_and_the_way_leads_over_the_smallest_square() {
        let tree = htree(4, 4);
        assert_eq!(tree.levels, [[4, 4], [2, 4], [2, 2], [1, 2], [1, 1]]);
        let links = |from: (u64, u64), to: (u64, u64)| {
            let [from, to] = [from, to].map(|(x, y)| tree.number(0, [x, y], 0));
            tree.route(from, to).len()
        };
        // Side by side within a square, one below the other, and across the middle of the chip.
        assert_eq!(links((0, 0), (1, 0)), 2);
        assert_eq!(links((0, 0), (0, 1)), 4);
        assert_eq!(links((1, 0), (2, 0)), 6);
        assert_eq!(links((0, 0), (3, 3)), 8);
        assert_eq!(links((0, 1), (0, 2)), 8);
        assert_eq!(links((2, 2), (2, 2)), 0);
    }

    #[test]
    fn long_chips_go_on_along_their_longer_side() {
        assert_eq!(htree(6, 1).levels, [[6, 1], [3, 1], [2, 1], [1, 1]]);
        assert_eq!(htree(2, 5).levels, [[2, 5], [1, 5], [1, 3], [1, 2], [1, 1]]);
        // A chip of one router is its own root.
        assert_eq!(htree(1, 1).levels, [[1, 1]]);
    }

    #[test]
    fn chips_are_joined_at_their_roots() {
        let tree = htree(2, 2);
        // Up two levels, two links between three chips, down two levels.
        let steps = tree.route(tree.router(0), tree.router(11));
        assert_eq!(steps.len(), 6);
        assert!(steps[2..4].iter().all(|s| s.chip_link));
        assert_eq!((steps[2].from, steps[3].to), ((0, 2), (2, 2)));
    }
}
