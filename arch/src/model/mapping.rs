//! Default mapping rules of a machine, and choices for single layers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How im2col rows are packed into arrays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Packing {
    /// Rows are cut every N rows.
    Dense,
    /// Whole input feature maps per array.
    FeatureMap,
}

/// How output columns of a feature map are unrolled over arrays by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fold {
    /// One output position per firing (w = rx = ry = 1).
    Full,
    /// Width cut into slices, rows streamed (SemiMap): w = slice width, rx = number of slices.
    Semi,
}

/// Whether the channel groups of a grouped (or depthwise) convolution share arrays.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ChannelGroups {
    /// Small groups sit block-diagonally in one array; cells off the diagonal stay at the lowest level. With offset
    /// weights and a unit column every group beyond the first takes one more column, for its own sum of inputs.
    #[default]
    Share,
    /// Every group has arrays of its own.
    Apart,
}

/// Default mapping rules of a machine, and choices for single layers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappingRules {
    /// Row packing.
    pub packing: Packing,
    /// Folding.
    pub fold: Fold,
    /// Whether channel groups share arrays.
    #[serde(default)]
    pub channel_groups: ChannelGroups,
    /// Whether weights are written in groups of layers, one after the other, where a network is larger than the machine.
    #[serde(default)]
    pub reload: bool,
    /// Choices for single layers, by layer name. The machine does not know which layers there are.
    #[serde(default)]
    pub layers: BTreeMap<String, LayerRules>,
}

/// How one layer is mapped; what is absent follows from the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LayerRules {
    /// w: neighbouring output columns one array computes at once.
    pub unroll: Option<u32>,
    /// rx, ry: copies along an output row and on different output rows.
    pub replicas: Option<[u32; 2]>,
    /// Row packing.
    pub packing: Option<Packing>,
}
