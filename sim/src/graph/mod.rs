//! The dataflow graph of a mapped network: what the cycle engine moves through time.
//!
//! Nodes are stations: the source, one per compute layer (all its blocks, all replicas in lock-step), one per pool,
//! add or other digital layer. Edges are streams of tokens. Layers that work on one value at a time (activation,
//! batch norm) or only rename values (flatten) are fused into the station before them.

mod blocks;
mod build;
mod check;
mod claims;
mod copies;
mod demand;
mod fit;
mod kind;
mod layout;
mod mapped;
mod meet;
mod messages;
mod part;
mod sums;
mod takers;
mod tiles;
mod window;

pub use blocks::{BlockClass, Blocks, ByClass};
pub use check::GraphError;
pub use claims::{Claim, Claims, Short, running_bytes};
pub use fit::fit;
pub use kind::StationKind;
pub use mapped::Mapped;
pub use messages::{Message, Messages};
pub use part::Crossing;
pub use window::Window;

use crate::map::{LayerMap, Mapping};
use crosscut_traces::{LayerId, Shape};
use petgraph::graph::{DiGraph, NodeIndex};

/// A node.
#[derive(Debug, Clone, PartialEq)]
pub struct Station {
    /// Name of the layer.
    pub name: String,
    /// What it does.
    pub kind: StationKind,
    /// The layer it stands for.
    pub layer: LayerId,
    /// Shape of its output.
    pub output: Shape,
    /// Blocks of output positions, one per firing.
    pub blocks: Blocks,
    /// Input values one output position takes (window x channels), for digital units.
    pub inputs_per_position: u64,
    /// Input values one firing takes at most. A pool that adds up its input as it comes takes a block of its producer at a
    /// time; any other station the values of all its output positions.
    pub inputs_per_firing: u64,
    /// Activations applied in its tail.
    pub activations: u64,
    /// Names of the layers fused into it.
    pub fused: Vec<String>,
}

impl Station {
    /// Whether it is a pool over the whole map, which takes up its input as it comes: all but its last firing yield nothing.
    pub fn adds_up(&self) -> bool {
        self.kind == StationKind::Pool && self.blocks.lead > 0
    }

    /// The mapped layer of a compute station; nothing for any other.
    pub fn layer_map<'m>(&self, mapping: &'m Mapping) -> Option<&'m LayerMap> {
        match self.kind {
            StationKind::Compute => mapping.layer(self.layer),
            _ => None,
        }
    }
}

/// An edge: values of one station to another.
#[derive(Debug, Clone, PartialEq)]
pub struct Stream {
    /// Values of one image.
    pub values: u64,
    /// Bits of one value.
    pub bits: u32,
    /// Which producer firings a consumer firing needs.
    pub window: Window,
}

/// The graph. Node indices are in network order.
#[derive(Debug, Clone)]
pub struct DataflowGraph {
    /// Nodes and edges.
    pub graph: DiGraph<Station, Stream>,
    /// The station whose last output ends an image.
    pub sink: NodeIndex,
}
