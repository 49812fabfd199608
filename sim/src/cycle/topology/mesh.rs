//! Two-dimensional mesh, XY routing (x first). Several tiles on one router make it a concentrated mesh.
//!
//! Routers are numbered in a snake over a chip's grid, so that neighbouring tiles have neighbouring routers; chips stand
//! side by side and the grid goes on from one to the next.

use super::{Router, Step, Topology};
use crate::map::Grid;

/// Routers of a mesh.
#[derive(Debug, Clone)]
pub struct Mesh {
    grid: Grid,
}

impl Mesh {
    /// The routers of a machine's chips, with tiles where they sit.
    pub fn new(grid: Grid) -> Mesh {
        Mesh { grid }
    }
}

impl Topology for Mesh {
    fn router(&self, tile: u64) -> Router {
        self.grid.router(tile)
    }

    fn way(&self, from: Router, to: Router) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut at = from;
        while at != to {
            let next = toward(at, to);
            steps.push(Step {
                from: at,
                to: next,
                class: 0,
                chip_link: self.grid.chip(at) != self.grid.chip(next),
            });
            at = next;
        }
        steps
    }
}

/// One hop of XY routing.
pub(super) fn toward(at: Router, goal: Router) -> Router {
    let closer = |a: u64, b: u64| if b > a { a + 1 } else { a - 1 };
    if at.0 != goal.0 {
        (closer(at.0, goal.0), at.1)
    } else {
        (at.0, closer(at.1, goal.1))
    }
}
