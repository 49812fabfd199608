//! A pruned network: what was asked, what was done, and the crossbars it takes now.

use super::about::About;
use super::kind::Kind;
use super::map::MapReport;
use crosscut_prune::Provenance;
use serde::{Deserialize, Serialize};

/// A pruning.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PruneReport {
    /// [`Kind::Prune`].
    pub kind: Kind,
    /// The network before, the machine, the seed.
    #[serde(flatten)]
    pub about: About,
    /// Every option, and what became of every layer.
    pub provenance: Provenance,
    /// The pruned network on the machine.
    pub mapping: MapReport,
}

impl PruneReport {
    /// Of a pruning of the network that `about` describes.
    pub fn new(about: About, provenance: Provenance, mapping: MapReport) -> PruneReport {
        PruneReport {
            kind: Kind::Prune,
            about,
            provenance,
            mapping,
        }
    }
}
