//! Where a method works: one mapped layer with its weights and the moments of its inputs. And what it decides there.

use crate::error::PruneError;
use crate::matrix::LayerMatrix;
use crate::options::PruneOptions;
use crate::provenance::Outcome;
use crate::stats::LayerStats;
use crosscut_arch::Arch;
use crosscut_sim::map::{LayerMap, RowGroup};
use ndarray::Array2;

/// One layer to be pruned.
#[derive(Debug, Clone, Copy)]
pub struct Site<'a> {
    /// As mapped.
    pub layer: &'a LayerMap,
    /// The machine.
    pub arch: &'a Arch,
    /// Its weights.
    pub matrix: &'a LayerMatrix,
    /// Its inputs and the sums it should give.
    pub stats: &'a LayerStats,
    /// Key of everything random here.
    pub seed: u64,
}

/// What stays of a layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    /// Row groups with the outputs that stay.
    pub row_groups: Vec<RowGroup>,
    /// Weights that stay within them, outputs x rows of a channel group; `None`: all.
    pub elements: Option<Array2<bool>>,
    /// Outputs that are given up altogether: their bias goes too, so that they are exactly 0.
    pub silent: Vec<usize>,
    /// What became of the layer.
    pub outcome: Outcome,
    /// Order of the input feature maps, if it was changed.
    pub order: Option<Vec<usize>>,
    /// Per row group, the share of the complete sums' squares that its partial sums are: of all pairs, of those removed.
    pub weight: Vec<[f64; 2]>,
}

impl Selection {
    /// A layer that stays as it is.
    pub fn all(layer: &LayerMap, outcome: Outcome) -> Selection {
        Selection {
            row_groups: layer.row_groups.clone(),
            elements: None,
            silent: Vec::new(),
            outcome,
            order: None,
            weight: Vec::new(),
        }
    }

    /// These row groups.
    pub fn of(row_groups: Vec<RowGroup>) -> Selection {
        Selection {
            row_groups,
            elements: None,
            silent: Vec::new(),
            outcome: Outcome::Pruned,
            order: None,
            weight: Vec::new(),
        }
    }

    /// Whether anything was removed or changed.
    pub fn changes(&self) -> bool {
        self.outcome == Outcome::Pruned
    }
}

/// A way to choose what stays. Pure: the same site and ratio give the same selection.
pub trait Method: Sync {
    /// Name, as on the command line.
    fn name(&self) -> String;

    /// What stays when about this share of the layer is removed (`0 <= ratio < 1`; 0 keeps all).
    ///
    /// # Errors
    /// A ratio that the method cannot carry out on this layer.
    fn select(&self, site: &Site<'_>, ratio: f64) -> Result<Selection, PruneError>;

    /// The options, if it chooses pairs by them.
    fn pairs(&self) -> Option<&PruneOptions> {
        None
    }
}
