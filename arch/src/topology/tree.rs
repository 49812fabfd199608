//! Tree of routers: up to the first common router, and down.
//!
//! The lowest routers serve the tiles, in the order of their slots; each higher one joins `radix` of them. Roots of
//! neighbouring chips are joined. A router is (number, level), numbered through the chips at each level.

use super::grid::Grid;
use super::route::{Router, Step, Topology};
use super::table::NocParams;

/// Routers of a tree.
#[derive(Debug, Clone)]
pub struct Tree {
    grid: Grid,
    radix: u64,
    /// Routers of one chip at each level, one at the last.
    levels: Vec<u64>,
}

impl Tree {
    /// The routers of a machine's chips.
    pub fn new(grid: Grid, params: &NocParams) -> Tree {
        let radix = u64::from(params.radix);
        let mut levels = vec![grid.routers_per_chip()];
        while levels.last() != Some(&1) {
            let below = levels[levels.len() - 1];
            levels.push(below.div_ceil(radix));
        }
        Tree {
            grid,
            radix,
            levels,
        }
    }

    fn chip(&self, (number, level): Router) -> u64 {
        number / self.levels[level as usize]
    }

    fn parent(&self, (number, level): Router) -> Router {
        let here = self.levels[level as usize];
        let above = self.levels[level as usize + 1];
        let (chip, local) = (number / here, number % here);
        (chip * above + local / self.radix, level + 1)
    }
}

impl Topology for Tree {
    fn router(&self, slot: u64) -> Router {
        let (chip, local) = (
            slot / self.grid.tiles_per_chip(),
            slot % self.grid.tiles_per_chip(),
        );
        (
            chip * self.levels[0] + local / self.grid.tiles_per_router(),
            0,
        )
    }

    fn route(&self, from: Router, to: Router) -> Vec<Step> {
        let root = self.levels.len() as u64 - 1;
        over_the_common_parent(from, to, root, |r| self.parent(r), |r| self.chip(r))
    }
}

/// Up from both ends to the first common router, and down; between chips over their roots, which stand in a line. A router
/// is (number, level), roots are of level `root`.
pub(super) fn over_the_common_parent(
    from: Router,
    to: Router,
    root: u64,
    parent: impl Fn(Router) -> Router,
    chip: impl Fn(Router) -> u64,
) -> Vec<Step> {
    let (mut up, mut down) = (vec![from], vec![to]);
    let (mut at, mut end) = (from, to);
    while at != end && at.1 < root {
        (at, end) = (parent(at), parent(end));
        up.push(at);
        down.push(end);
    }
    // Roots of different chips: along the chips.
    while at != end {
        at.0 = if end.0 > at.0 { at.0 + 1 } else { at.0 - 1 };
        up.push(at);
    }
    up.extend(down.into_iter().rev().skip(1));
    let step = |pair: &[Router]| Step {
        from: pair[0],
        to: pair[1],
        class: 0,
        chip_link: chip(pair[0]) != chip(pair[1]),
    };
    up.windows(2).map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn up_to_the_common_router_and_down() {
        // 64 tiles, one a router, radix 4: 64, 16, 4, 1 routers.
        let set = ["noc.mesh.tiles_per_router=1".to_string()];
        let arch = crate::load("reram-64", &set).expect("valid");
        let tree = Tree::new(arch.grid(), &arch.noc.params);
        assert_eq!(tree.levels, [64, 16, 4, 1]);
        let route = |from: u64, to: u64| -> Vec<Router> {
            let steps = tree.route(tree.router(from), tree.router(to));
            steps.iter().map(|s| s.to).collect()
        };
        // Siblings: over their parent. Tiles 0 and 63: over the root.
        assert_eq!(route(4, 6), [(1, 1), (6, 0)]);
        assert_eq!(
            route(0, 63),
            [(0, 1), (0, 2), (0, 3), (3, 2), (15, 1), (63, 0)]
        );
        // Tile 64 is the first of the next chip: root to root between.
        let steps = tree.route(tree.router(0), tree.router(64));
        assert_eq!(steps.len(), 7);
        assert_eq!(steps.iter().filter(|s| s.chip_link).count(), 1);
        assert_eq!((steps[3].from, steps[3].to), ((0, 3), (1, 3)));
    }
}
