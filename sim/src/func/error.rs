//! What can be wrong with a functional run.

use crosscut_traces::exec::ExecError;

/// A network, mapping and machine that cannot be executed together.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FuncError {
    /// The network's integers are wider than the machine's.
    #[error(
        "the network has {network}-bit {what}, but the machine `{arch}` takes {machine}-bit ones"
    )]
    Format {
        /// `weights` or `inputs`.
        what: &'static str,
        /// Bits of the network.
        network: u32,
        /// Bits of the machine.
        machine: u32,
        /// Machine name.
        arch: String,
    },
    /// A weight slice of several bits cannot carry a sign through a converter.
    #[error(
        "two's complement weights behind an ADC need 1-bit cells, but the machine's have {cell_bits} bits; use offset or differential weights"
    )]
    SignSlice {
        /// Bits of a cell.
        cell_bits: u32,
    },
    /// Mapping and integer network do not belong together.
    #[error("layer `{layer}`: {fault}")]
    Mapping {
        /// Layer.
        layer: String,
        /// What does not fit.
        fault: String,
    },
    /// No image, or not one label per image.
    #[error(
        "there are {images} images and {labels} labels; one label per image and at least one image are needed"
    )]
    Labels {
        /// Images given.
        images: usize,
        /// Labels given.
        labels: usize,
    },
    /// An image does not fit the network.
    #[error(transparent)]
    Exec(#[from] ExecError),
}
