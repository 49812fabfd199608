//! Mapping rules as written.

use super::At;
use crate::model::{ChannelGroups, Fold, Packing};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// `[mapping]`: default mapping rules, and choices for single layers.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MappingTable {
    /// Row packing.
    pub packing: Packing,
    /// Folding.
    pub fold: Fold,
    /// Whether channel groups of a grouped convolution share arrays. Default `share`.
    pub channel_groups: Option<ChannelGroups>,
    /// Whether weights are written in groups of layers, one after the other, where a network is larger than the machine.
    /// Default false.
    pub reload: Option<bool>,
    /// Choices for single layers, by layer name; they win over the rules.
    #[serde(default)]
    pub layer: BTreeMap<String, LayerChoice>,
}

/// `[mapping.layer.NAME]`: how one layer is mapped. What is left out follows from the rules.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LayerChoice {
    /// w: neighbouring output columns one array computes at once (slice width).
    pub unroll: Option<At<u32>>,
    /// `[rx, ry]`: copies along an output row and on different output rows.
    pub replicas: Option<At<[u32; 2]>>,
    /// Row packing of this layer.
    pub packing: Option<Packing>,
}
