//! Topologies: shapes of the network between tiles, one file each.
//!
//! A new topology is a new file that implements [`Topology`], and a line in the list below: its doc comment, its name in TOML,
//! and how it is made from the slots of the chips and the keys of its table. The schema, the checks, placement and the cycle
//! engine know it by that line alone.

mod grid;
mod htree;
mod mesh;
mod ring;
mod route;
mod table;
mod torus;
mod tree;
mod xy;

pub use grid::{Grid, Point};
pub use route::{CountLinks, LinkCount, Router, Step, Topology};
pub use table::{NocParams, NocTable};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

macro_rules! topologies {
    ($( $(#[$doc:meta])* $kind:ident $name:tt $([$own_key:tt])? => $make:expr; )*) => {
        /// `[noc.*]`: network between tiles.
        #[derive(Debug, Clone, Deserialize, JsonSchema)]
        pub enum NocKind {
            $( $(#[$doc])* #[serde(rename = $name)] $kind(NocTable), )*
        }

        /// A topology of the list.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum TopologyKind {
            $( $(#[$doc])* #[serde(rename = $name)] $kind, )*
        }

        impl NocKind {
            /// Which topology the table is of.
            pub fn kind(&self) -> TopologyKind {
                match self {
                    $( NocKind::$kind(_) => TopologyKind::$kind, )*
                }
            }

            /// Routers and links.
            pub fn table(&self) -> &NocTable {
                match self {
                    $( NocKind::$kind(table) => table, )*
                }
            }
        }

        impl TopologyKind {
            /// All topologies, in the order of the list.
            pub const ALL: &[TopologyKind] = &[$( TopologyKind::$kind, )*];

            /// Name in the description.
            pub fn name(self) -> &'static str {
                match self {
                    $( TopologyKind::$kind => $name, )*
                }
            }

            /// Whether its table may hold `key`, which not all tables may.
            pub(crate) fn has_own_key(self, key: &str) -> bool {
                match self {
                    $( TopologyKind::$kind => [$($own_key,)? ""].contains(&key), )*
                }
            }

            fn make(self, grid: Grid, params: &NocParams) -> Box<dyn Topology> {
                match self {
                    $( TopologyKind::$kind => Box::new($make(grid, params)), )*
                }
            }
        }
    };
}

topologies! {
    /// No delay, no contention: what the published closed forms assume. Flits are still counted as on a mesh.
    Ideal "ideal" => mesh::Mesh::new;
    /// Two-dimensional mesh, XY routing, every link a server.
    Mesh "mesh" => mesh::Mesh::new;
    /// The same with rows and columns of each chip closed to rings.
    Torus "torus" => torus::Torus::new;
    /// Ring of routers on each chip, the shorter way round; chips joined at their first routers.
    Ring "ring" => ring::Ring::new;
    /// Tree of routers over the tiles of each chip; chips joined at their roots.
    Tree "tree" ["radix"] => tree::Tree::new;
    /// H-tree over the grid of each chip: routers joined two by two, along x and y in turn; chips joined at their roots.
    Htree "htree" => htree::Htree::new;
}

/// Network between tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Tagged", try_from = "Tagged")]
pub struct Noc {
    /// Its shape.
    pub kind: TopologyKind,
    /// Its routers and links.
    pub params: NocParams,
}

impl Noc {
    /// Whether messages take time.
    pub fn is_ideal(&self) -> bool {
        self.kind == TopologyKind::Ideal
    }

    /// The topology over the slots of chips.
    pub fn topology(&self, grid: Grid) -> Box<dyn Topology> {
        self.kind.make(grid, &self.params)
    }
}

/// As written: the parameters under the name of the topology.
type Tagged = BTreeMap<TopologyKind, NocParams>;

impl From<Noc> for Tagged {
    fn from(noc: Noc) -> Tagged {
        Tagged::from([(noc.kind, noc.params)])
    }
}

impl TryFrom<Tagged> for Noc {
    type Error = &'static str;

    fn try_from(tagged: Tagged) -> Result<Noc, Self::Error> {
        let mut entries = tagged.into_iter();
        match (entries.next(), entries.next()) {
            (Some((kind, params)), None) => Ok(Noc { kind, params }),
            _ => Err("a network between tiles has one topology"),
        }
    }
}
