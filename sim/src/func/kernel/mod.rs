//! Kernels: how the accumulators of a layer are computed. All stand behind [`LayerKernel`] and give the same integers
//! where their domains overlap.
//!
//! | kernel | for | sums by |
//! |---|---|---|
//! | [`exact`] | ideal cells, and converters that change no sum | one integer product |
//! | [`planes`] | ideal cells, and converters that clip or round | adding rows of levels (`rows`), or counting bits (`popcount`) |
//! | [`analog`] | cells that scatter, drift, stick or are noisy, folded wires, converters that differ | adding rows of conductances |
//! | [`nodal`] | wires and read noise together | solving the network of every read |
//!
//! Reading order: `layer` (what a kernel is), `input` and `active_rows` (what a read drives), then the kernels.

mod active_rows;
pub mod analog;
pub mod exact;
mod input;
mod layer;
pub mod nodal;
pub mod planes;
pub mod popcount;
mod rows;
#[cfg(target_arch = "x86_64")]
mod vnni;

pub use layer::{LayerKernel, ReadAt, Scratch};
