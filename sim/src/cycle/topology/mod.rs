//! Shapes of the network between tiles: which links lie on the way from router to router.

mod mesh;
mod torus;
mod tree;

pub use mesh::Mesh;
pub use torus::Torus;
pub use tree::Tree;

use crate::map::{Grid, Mapping};
use crosscut_arch::{Arch, Noc};

/// A router: (x, y) on a grid, (number, level) on a tree.
pub type Router = (u64, u64);

/// One link on a way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    /// Router before.
    pub from: Router,
    /// Router behind.
    pub to: Router,
    /// Which of the queues behind the link a packet takes: ways that could wait for each other in a ring use
    /// different ones.
    pub class: u32,
    /// Whether it joins two chips.
    pub chip_link: bool,
}

/// A shape of the network.
pub trait Topology {
    /// Router of a tile; tiles are numbered through the chips.
    fn router(&self, tile: u64) -> Router;
    /// Links from one router to another, in order.
    fn way(&self, from: Router, to: Router) -> Vec<Step>;
}

/// The topology of a machine, with the tiles where the mapping has put them.
pub fn of(arch: &Arch, mapping: &Mapping) -> Box<dyn Topology> {
    let grid = Grid::placed(arch, mapping);
    match arch.noc {
        Noc::Ideal(_) | Noc::Mesh(_) => Box::new(Mesh::new(grid)),
        Noc::Torus(_) => Box::new(Torus::new(grid)),
        Noc::Tree(m) => Box::new(Tree::new(grid, u64::from(m.radix))),
    }
}
