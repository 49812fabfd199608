//! What the user may choose about pruning.

use crate::select::grain::Grain;
use crate::select::solve::Solver;
use crosscut_sim::map::Adders;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use strum::{Display, EnumIter, EnumMessage, IntoStaticStr};

/// Order in which the input feature maps of a layer are cut into row groups.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    Serialize,
    Deserialize,
    Display,
    EnumIter,
    EnumMessage,
    IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Order {
    /// As in the network.
    #[default]
    AsIs,
    /// Published: by the signed sum of what a feature map adds over all outputs, points and images, largest first.
    ///
    /// Signed on purpose: a large positive and a large negative map in one group would cancel.
    SignedSum,
    /// Feature maps that matter to the same outputs together.
    ///
    /// An output then loses little with each row group it gives up.
    Alike,
}

/// Where the ratio of a layer applies.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    Serialize,
    Deserialize,
    Display,
    EnumIter,
    EnumMessage,
    IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Budget {
    /// Every output keeps the same number of row groups (the published method).
    #[default]
    PerOutput,
    /// The layer keeps that share of its pairs, at least one per output.
    PerLayer,
}

/// Pruning choices.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PruneOptions {
    /// What one mask bit stands for.
    pub grain: Grain,
    /// Neighbouring output feature maps of a convolution that share a mask at column grain (the published Kout).
    pub kout: usize,
    /// The same for fully connected layers (published: 8).
    pub gemm_kout: usize,
    /// Order in which input feature maps are cut into row groups.
    pub order: Order,
    /// Share of pairs to remove from every layer, in `0..1`.
    pub ratio: f64,
    /// Ratios of single layers by name; they win over `ratio`, `keep_first` and `keep_last`.
    pub ratios: BTreeMap<String, f64>,
    /// Where the ratio applies.
    pub budget: Budget,
    /// How masks are found under a budget per output; a budget per layer is always met by backward elimination.
    pub solver: Solver,
    /// Whether array columns that a group of pairs leaves empty are filled with the best of the removed pairs.
    /// They cost no crossbar, but are converted and added like any other column (column grain only).
    pub fill: bool,
    /// Whether the outputs of every row group are brought to a multiple of what an array holds: of up to half an
    /// array's worth beyond it, the pairs that matter least go; then columns are filled as by `fill` (column grain
    /// only). Outputs keep at least one row group, but no longer all the same number.
    pub balance: bool,
    /// Whether weights and bias are fitted once more.
    pub refit: bool,
    /// Pull of the refit towards the original weights, relative to the mean squared input of a row.
    pub ridge: f64,
    /// What reduce crossbars are sized for after pruning.
    pub adders: Adders,
    /// Whether slice widths are chosen again for what is left (narrower ones only; the row groups stay).
    pub reslice: bool,
    /// Whether feature maps that became constant zero or that nobody reads any more are taken out, in every layer.
    pub dead: bool,
    /// Number of calibration images to use, from the front of those given.
    pub images: usize,
    /// Output positions per image whose sums the masks are chosen on.
    pub points: usize,
    /// How many of those positions the refit uses.
    pub refit_points: usize,
    /// Seed of the choice of positions and of randomised solvers.
    pub seed: u64,
    /// Leave the first compute layer as it is.
    pub keep_first: bool,
    /// Leave the last compute layer as it is.
    pub keep_last: bool,
}

impl Default for PruneOptions {
    fn default() -> Self {
        PruneOptions {
            grain: Grain::Column,
            kout: 1,
            gemm_kout: 1,
            order: Order::AsIs,
            ratio: 0.5,
            ratios: BTreeMap::new(),
            budget: Budget::PerOutput,
            solver: Solver::Greedy,
            fill: false,
            balance: false,
            refit: true,
            ridge: 1e-2,
            adders: Adders::Dense,
            reslice: false,
            dead: false,
            images: 256,
            points: 10,
            refit_points: 10,
            seed: 0,
            keep_first: true,
            keep_last: true,
        }
    }
}
