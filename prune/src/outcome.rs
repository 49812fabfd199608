//! What became of a layer.

use serde::{Deserialize, Serialize};

/// What became of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LayerOutcome {
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
    /// Kept: somebody asked to stop before its turn.
    KeptInterrupted,
}

impl std::fmt::Display for LayerOutcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            LayerOutcome::Pruned => "pruned",
            LayerOutcome::KeptFirst => "kept: first layer",
            LayerOutcome::KeptLast => "kept: last layer",
            LayerOutcome::KeptOneRowGroup => "kept: one row group",
            LayerOutcome::KeptRatioTooSmall => "kept: ratio removes nothing",
            LayerOutcome::OnlyDeadMaps => "only dead maps went",
            LayerOutcome::KeptInterrupted => "kept: interrupted",
        })
    }
}
