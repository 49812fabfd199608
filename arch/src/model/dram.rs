//! Memory outside the chips and the links to it.

use crate::part::Confidence;
use serde::{Deserialize, Serialize};

/// Memory outside the chips: input images come from it, results go to it, weights are loaded from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dram {
    /// Bytes per second that the links of one chip move, in and out together; absent where they are not known to bound
    /// anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes_per_s: Option<f64>,
    /// Bytes it holds; absent where it is never full.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity_bytes: Option<u64>,
    /// Where the figures come from.
    pub source: String,
    /// How well they are founded.
    pub confidence: Confidence,
}
