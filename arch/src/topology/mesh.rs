//! Two-dimensional mesh, XY routing (x first). Several tiles on one router make it a concentrated mesh.
//!
//! Routers are numbered in a snake over a chip's grid, so that neighbouring tiles have neighbouring routers; chips stand
//! side by side and the grid goes on from one to the next.

use super::grid::Grid;
use super::route::{CountLinks, Router, Step, Topology};
use super::table::NocParams;
use super::xy::XyLinks;

/// Routers of a mesh.
#[derive(Debug, Clone)]
pub struct Mesh {
    grid: Grid,
}

impl Mesh {
    /// The routers of a machine's chips.
    pub fn new(grid: Grid, _: &NocParams) -> Mesh {
        Mesh { grid }
    }
}

impl Topology for Mesh {
    fn router(&self, slot: u64) -> Router {
        self.grid.router(slot)
    }

    fn route(&self, from: Router, to: Router) -> Vec<Step> {
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

    fn counter(&self, slots: u64) -> Option<Box<dyn CountLinks>> {
        Some(Box::new(XyLinks::new(&self.grid, slots)))
    }
}

/// One hop of XY routing.
pub(super) fn toward(at: Router, to: Router) -> Router {
    let closer = |a: u64, b: u64| if b > a { a + 1 } else { a - 1 };
    if at.0 != to.0 {
        (closer(at.0, to.0), at.1)
    } else {
        (at.0, closer(at.1, to.1))
    }
}
