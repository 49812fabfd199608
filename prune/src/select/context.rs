//! Where a pruning method works: one mapped layer with its weights and the moments of its inputs.

use crate::matrix::LayerMatrix;
use crate::stats::LayerMoments;
use crosscut_arch::Arch;
use crosscut_sim::map::LayerMap;
use crosscut_traces::random::Key;

/// One layer to be pruned.
#[derive(Debug, Clone, Copy)]
pub struct LayerContext<'a> {
    /// As mapped.
    pub layer: &'a LayerMap,
    /// The machine.
    pub arch: &'a Arch,
    /// Its weights.
    pub matrix: &'a LayerMatrix,
    /// Its inputs and the sums it should give.
    pub moments: &'a LayerMoments,
    /// Key of everything random here.
    pub key: Key,
}
