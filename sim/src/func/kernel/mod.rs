//! Kernels: how the accumulators of a layer are computed. All stand behind [`LayerKernel`] and give the same integers
//! where their domains overlap.

mod active_rows;
pub mod analog;
pub mod exact;
mod input;
pub mod nodal;
pub mod planes;
pub mod popcount;
mod rows;
#[cfg(target_arch = "x86_64")]
mod vnni;

use crate::func::adc::stats::LayerStats;
use ndarray::{Array2, ArrayView2};

/// Which reads a product stands for; random numbers of reads are keyed by it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReadAt {
    /// Image.
    pub image: u64,
    /// Output position of the first patch.
    pub first_position: u64,
}

/// Working memory that a thread keeps between products.
#[derive(Debug, Default)]
pub struct Scratch {
    /// Bit planes of inputs.
    pub(super) planes: Vec<u64>,
    /// Values of columns.
    pub(super) columns: Vec<i64>,
    /// Values of columns from analog sums.
    totals: Vec<f64>,
    /// Driven rows.
    driven: active_rows::Driven,
    /// Counts of column sums.
    tally: rows::Tally,
    /// Shifted and added reads of a block of positions.
    reads: Vec<i32>,
    /// Accumulators of one position of a row group.
    sums: Vec<i64>,
    /// The network of one read.
    nodal: nodal::Work,
}

/// A programmed layer that multiplies.
pub trait LayerKernel: Send + Sync {
    /// Name for reports.
    fn name(&self) -> &'static str;

    /// Accumulators (positions x outputs of the channel group) of `patches` (positions x rows of the channel group,
    /// input codes). Adds what the converters see to `stats`, the number of conversions excepted, which the caller knows.
    fn multiply(
        &self,
        channel_group: usize,
        patches: ArrayView2<'_, i32>,
        at: ReadAt,
        scratch: &mut Scratch,
        stats: &mut LayerStats,
    ) -> Array2<i64>;
}
