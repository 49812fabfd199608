//! Where a pruned network comes from: what was asked, what was done, what it cost on the calibration images.

use crate::options::PruneOptions;
use crate::refit::Method;
use serde::{Deserialize, Serialize};

/// Record of one pruning.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// Network that was pruned.
    pub network: String,
    /// Machine it was mapped on.
    pub machine: String,
    /// Every option, defaults included.
    pub options: PruneOptions,
    /// Compute layers, in network order.
    pub layers: Vec<LayerProvenance>,
}

/// What became of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Pruned.
    Pruned,
    /// Kept as the first compute layer.
    KeptFirst,
    /// Kept as the last compute layer.
    KeptLast,
    /// Kept: every output has one row group only.
    KeptOneRowGroup,
    /// Kept: the ratio asked is 0 or removes less than one row group.
    KeptRatioTooSmall,
    /// Kept but for feature maps that became constant zero or that nobody reads any more, because of other layers.
    OnlyDeadMaps,
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Outcome::Pruned => "pruned",
            Outcome::KeptFirst => "kept: first layer",
            Outcome::KeptLast => "kept: last layer",
            Outcome::KeptOneRowGroup => "kept: one row group",
            Outcome::KeptRatioTooSmall => "kept: ratio removes nothing",
            Outcome::OnlyDeadMaps => "only dead maps went",
        })
    }
}

/// Record of one row group.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GroupProvenance {
    /// Rows.
    pub rows: usize,
    /// Outputs that keep it.
    pub outputs_kept: usize,
    /// Squares of its partial sums relative to those of the complete sums, all outputs together; `None` if the method
    /// does not look at them. They need not add up to 1, since partial sums cancel.
    pub weight: Option<f64>,
    /// Of that, what the removed pairs held: why they went.
    pub weight_removed: Option<f64>,
}

/// Record of one layer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerProvenance {
    /// Layer name.
    pub layer: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Row groups that had outputs (I).
    pub row_groups: usize,
    /// Row groups that still have outputs.
    pub row_groups_live: usize,
    /// Output feature maps (Q).
    pub outputs: usize,
    /// (row group, output) pairs before.
    pub pairs_before: usize,
    /// Pairs kept.
    pub pairs_kept: usize,
    /// Share of pairs asked to remove; 0 for layers kept as first or last.
    pub ratio_asked: f64,
    /// Share of pairs removed.
    pub ratio_achieved: f64,
    /// Name of the method that chose, where several were at hand.
    pub way: Option<String>,
    /// Sample rows the masks and the refit rest on; 0 for layers that were kept.
    pub samples: usize,
    /// Error after masking with the original weights: `sum (Y - Y')^2 / sum Y^2`, with Y the sums of the dense
    /// network. Measured on every fifth image, which the refit does not see (with fewer than five images, on all).
    pub residual_masked: Option<f64>,
    /// The same after the refit; `None` without refit.
    pub residual_refitted: Option<f64>,
    /// Outputs whose refit did not lower that error and which keep their original weights.
    pub refits_rejected: usize,
    /// How the refit was solved.
    pub refit_method: Option<Method>,
    /// Order of the input feature maps in the row groups, if it was changed.
    pub order: Option<Vec<usize>>,
    /// Row groups after the choice, in order.
    pub groups: Vec<GroupProvenance>,
    /// Slice width before.
    pub unroll_before: usize,
    /// Slice width after.
    pub unroll_after: usize,
    /// Compute crossbars before.
    pub compute_before: u64,
    /// Compute crossbars after.
    pub compute_after: u64,
    /// Crossbars of all roles before.
    pub total_before: u64,
    /// Crossbars of all roles after.
    pub total_after: u64,
}
