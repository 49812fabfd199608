//! Why a network cannot be run in groups.

use crate::cycle::CycleError;
use crate::graph::GraphError;
use crate::map::MapError;
use crosscut_arch::Arch;

/// Why weights cannot be reloaded. The user's input is at fault, except for `Graph`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ReloadError {
    /// The network cannot be mapped at all as asked.
    #[error(transparent)]
    Map(#[from] MapError),
    /// The machine cannot run a group.
    #[error(transparent)]
    Cycle(#[from] CycleError),
    /// A part has no valid dataflow graph.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// The machine does not say how its cells are written.
    #[error(
        "weights cannot be reloaded: machine `{machine}` does not say how its cells are written\n  give `[device.{device}.write]`: `pulse`, `energy`, `source` and `confidence` at least, as in `crosscut arch show isaac-ce`"
    )]
    NoWrite {
        /// Machine.
        machine: String,
        /// Kind of its cells.
        device: String,
    },
    /// A single layer is larger than what there is.
    #[error(
        "layer `{layer}` alone needs {needs}, more than {limit}; it cannot be cut into pieces that fit"
    )]
    LayerTooLarge {
        /// Layer.
        layer: String,
        /// What it needs.
        needs: String,
        /// What there is.
        limit: String,
    },
    /// The memory outside cannot hold weights and values.
    #[error(
        "the memory outside holds {capacity} bytes, but the weights take {weights} and the values of {images} {values} more: raise `dram.capacity`{hint}"
    )]
    DramTooSmall {
        /// Bytes there are.
        capacity: u64,
        /// Bytes of weights.
        weights: u64,
        /// `one image`, or a number of images.
        images: String,
        /// Bytes of the values of these images at their most.
        values: u64,
        /// What else would help.
        hint: String,
    },
}

impl ReloadError {
    /// Without the table that says how cells are written there is nothing to reload with.
    pub(super) fn no_write(arch: &Arch) -> ReloadError {
        ReloadError::NoWrite {
            machine: arch.name.clone(),
            device: arch.device.kind.clone(),
        }
    }
}
