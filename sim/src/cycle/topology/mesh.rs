//! Two-dimensional mesh, XY routing (x first). Several tiles on one router make it a concentrated mesh.
//!
//! Routers are numbered in a snake over a chip's grid, so that neighbouring tiles have neighbouring routers; chips stand
//! side by side and the grid goes on from one to the next.

use super::{Router, Step, Topology};
use crosscut_arch::Arch;

/// Routers of a mesh.
#[derive(Debug, Clone)]
pub struct Mesh {
    columns: u64,
    tiles_per_router: u64,
    tiles_per_chip: u64,
}

impl Mesh {
    /// Router grid of a machine's chips.
    pub fn new(arch: &Arch) -> Mesh {
        let per_router = u64::from(arch.mesh().tiles_per_router);
        let across = per_router.isqrt().max(1);
        Mesh {
            columns: u64::from(arch.chip.tiles_x).div_ceil(across),
            tiles_per_router: per_router,
            tiles_per_chip: arch.tiles_per_chip(),
        }
    }

    fn chip(&self, router: Router) -> u64 {
        router.0 / self.columns
    }
}

impl Topology for Mesh {
    fn router(&self, tile: u64) -> Router {
        // No router serves tiles of two chips, even if the tiles of one do not fill its routers.
        let (chip, local) = (
            tile / self.tiles_per_chip,
            tile % self.tiles_per_chip / self.tiles_per_router,
        );
        let (y, along) = (local / self.columns, local % self.columns);
        let x = if y % 2 == 0 {
            along
        } else {
            self.columns - 1 - along
        };
        (chip * self.columns + x, y)
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
                chip_link: self.chip(at) != self.chip(next),
            });
            at = next;
        }
        steps
    }
}

/// One hop of XY routing.
fn toward(at: Router, goal: Router) -> Router {
    let closer = |a: u64, b: u64| if b > a { a + 1 } else { a - 1 };
    if at.0 != goal.0 {
        (closer(at.0, goal.0), at.1)
    } else {
        (at.0, closer(at.1, goal.1))
    }
}
