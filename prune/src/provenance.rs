//! Where a pruned network comes from: what was asked, what was done, what it cost on the calibration images.

use crate::options::PruneOptions;
use crate::outcome::LayerOutcome;
use crate::refit::RefitMethod;
use crate::train::{EpochRecord, Evaluation, TrainOptions};
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
    /// Fine-tuning after it, if there was any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finetune: Option<FinetuneRecord>,
}

impl Provenance {
    /// Whether somebody asked to stop before every layer had its turn.
    pub fn is_partial(&self) -> bool {
        let kept = |l: &LayerProvenance| l.outcome == LayerOutcome::KeptInterrupted;
        self.layers.iter().any(kept)
    }
}

/// Record of fine-tuning, without times of the clock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FinetuneRecord {
    /// Data set.
    pub data: String,
    /// Images trained on.
    pub train_images: usize,
    /// Images held back to measure on.
    pub held_back_images: usize,
    /// Every option, defaults included.
    pub options: TrainOptions,
    /// Whether batch norms were put in meanwhile.
    pub added_norms: bool,
    /// Weights there are.
    pub weights: u64,
    /// Weights that may differ from zero.
    pub weights_kept: u64,
    /// On the held-back images before the first step.
    pub before: Option<Evaluation>,
    /// Epochs.
    pub epochs: Vec<EpochRecord>,
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
    pub outcome: LayerOutcome,
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
    pub refit_method: Option<RefitMethod>,
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
