//! What a pruning method decides for a layer.

use crate::outcome::LayerOutcome;
use crosscut_sim::map::{LayerMap, RowGroup};
use ndarray::Array2;

/// What stays of a layer. The row groups *are* the mask: a (row group, output) pair stays if the group lists the output.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Row groups with the outputs that stay.
    pub row_groups: Vec<RowGroup>,
    /// Single weights that stay within them, outputs x rows of a channel group; `None`: all.
    pub weights: Option<Array2<bool>>,
    /// Outputs that are given up altogether: their bias goes too, so that they are exactly 0.
    pub silent: Vec<usize>,
    /// What becomes of the layer.
    pub outcome: LayerOutcome,
    /// Order of the input feature maps, if it was changed.
    pub order: Option<Vec<usize>>,
    /// What the partial sums of each row group are worth, if the method looked at that.
    pub shares: Vec<GroupShare>,
}

/// Squares of the partial sums of a row group, relative to those of the complete sums.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct GroupShare {
    /// Of all its pairs.
    pub all: f64,
    /// Of the removed pairs.
    pub removed: f64,
}

impl Decision {
    /// The layer stays as it is, for the reason given.
    pub fn keep(layer: &LayerMap, outcome: LayerOutcome) -> Decision {
        Decision {
            outcome,
            ..Decision::prune(layer.row_groups.clone())
        }
    }

    /// The layer is pruned to these row groups.
    pub fn prune(row_groups: Vec<RowGroup>) -> Decision {
        Decision {
            row_groups,
            weights: None,
            silent: Vec::new(),
            outcome: LayerOutcome::Pruned,
            order: None,
            shares: Vec::new(),
        }
    }

    /// Whether anything was removed or changed.
    pub fn changes(&self) -> bool {
        self.outcome == LayerOutcome::Pruned
    }
}
