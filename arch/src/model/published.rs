//! What others print of a machine.

use crate::claim::Claim;
use crate::part::Confidence;
use serde::{Deserialize, Serialize};

/// A published figure of a machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Published {
    /// The figure.
    pub claim: Claim,
    /// Where it is printed.
    pub source: String,
    /// How well it is founded.
    pub confidence: Confidence,
    /// Why the machine misses it, where that is known; empty if nothing is said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}
