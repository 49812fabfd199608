//! The result of a pruning.

use crate::masks::Masks;
use crate::provenance::Provenance;
use crosscut_sim::map::Mapping;
use crosscut_traces::Network;

/// A pruned network.
#[derive(Debug, Clone)]
pub struct Pruned {
    /// The network: removed weights are zero, the others refitted.
    pub network: Network,
    /// Its mapping.
    pub mapping: Mapping,
    /// The weights that may differ from zero: what fine-tuning holds to.
    pub masks: Masks,
    /// What was asked and done.
    pub provenance: Provenance,
}
