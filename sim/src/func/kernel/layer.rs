//! What every kernel is: a programmed layer that multiplies.

use crate::func::adc::stats::LayerStats;
use ndarray::{Array2, ArrayView2};
use std::any::Any;

/// Which reads a product stands for; random numbers of reads are keyed by it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReadAt {
    /// Image.
    pub image: u64,
    /// Output position of the first patch.
    pub first_position: u64,
}

impl ReadAt {
    /// The same, `positions` further on.
    pub fn after(self, positions: usize) -> ReadAt {
        ReadAt {
            first_position: self.first_position + positions as u64,
            ..self
        }
    }
}

/// Working memory that a thread keeps between products: one piece per kind of kernel, made when that kernel first runs.
#[derive(Debug, Default)]
pub struct Scratch(Vec<Box<dyn Any + Send>>);

impl Scratch {
    /// The piece of that type.
    pub(super) fn of<T: Any + Send + Default>(&mut self) -> &mut T {
        let at = self.0.iter().position(|piece| piece.is::<T>());
        let at = at.unwrap_or_else(|| {
            self.0.push(Box::<T>::default());
            self.0.len() - 1
        });
        self.0[at].downcast_mut().expect("found by its type")
    }
}

/// A programmed layer that multiplies.
pub trait LayerKernel: Send + Sync {
    /// Name for reports.
    fn name(&self) -> &'static str;

    /// Accumulators (positions x outputs of the channel group) of `patches` (positions x rows of the channel group,
    /// input codes). Adds what the converters see to `stats`, every sample
    /// counted as it is taken.
    fn multiply(
        &self,
        channel_group: usize,
        patches: ArrayView2<'_, i32>,
        at: ReadAt,
        scratch: &mut Scratch,
        stats: &mut LayerStats,
    ) -> Array2<i64>;
}
