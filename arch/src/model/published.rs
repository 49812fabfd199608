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
    /// What the figure was used for in the description.
    #[serde(default)]
    pub mark: Mark,
    /// The constant that was derived from it; empty unless it is fitted.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub fitted: String,
    /// How far the machine may be from it, as a share.
    #[serde(default = "Published::tolerance")]
    pub tolerance: f64,
}

impl Published {
    /// How far a machine may be from a figure whose description does not say: the aim of docs/validation.md.
    pub fn tolerance() -> f64 {
        0.2
    }
}

/// What a published figure was used for in the description of its machine.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// For nothing: no constant of the machine was set with it.
    #[default]
    Predicted,
    /// It follows from the structure that the text gives, such as counts or operations a cycle.
    Structural,
    /// A constant of the machine was set with it.
    Fitted,
}

impl Mark {
    /// The name used in TOML and reports.
    pub fn name(self) -> &'static str {
        match self {
            Mark::Predicted => "predicted",
            Mark::Structural => "structural",
            Mark::Fitted => "fitted",
        }
    }
}
