//! A published figure with its conditions, as a file states it.

use crosscut_arch::{Confidence, Mark};
use serde::Deserialize;

/// `[[point]]` of a file. What it lacks makes its row say so; only what cannot be read at all is an error.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Point {
    /// Number and unit; the unit says what is measured.
    pub value: Option<String>,
    /// Where it is printed, with table or figure.
    pub source: Option<String>,
    /// How well it is founded. Default: recalled.
    pub confidence: Option<Confidence>,
    /// Under which conditions it holds, in words.
    #[serde(default)]
    pub conditions: String,
    /// Machine, if it is not that of the chip.
    pub machine: Option<String>,
    /// What is changed of the machine, as `--set` takes it.
    #[serde(default)]
    pub set: Vec<String>,
    /// Network: built in, an ONNX file, or one that the file describes. Without it the figure is that of the machine at peak.
    pub network: Option<String>,
    /// Slices of the mapping: `fewest` (default) or `published`.
    #[serde(default)]
    pub slices: Slices,
    /// Copies of layers: `fill` (default) or `one`.
    #[serde(default)]
    pub copies: CopyRule,
    /// What is measured, where the unit leaves it open.
    pub figure: Option<Which>,
    /// The part of the machine whose energy it is.
    pub part: Option<String>,
    /// Share of the crossbar cycles in which arrays work, of power and efficiency without a network. Default: 1.
    pub busy: Option<f64>,
    /// What the figure was used for in the machine. Default: predicted.
    #[serde(default)]
    pub mark: Mark,
    /// The constant that was derived from it.
    #[serde(default)]
    pub fitted: String,
    /// Largest deviation that is accepted, as a share. Default: 0.2.
    pub tolerance: Option<f64>,
    /// Why the machine misses it, where that is known.
    #[serde(default)]
    pub note: String,
    /// Why it cannot be simulated; the row is listed and not compared.
    pub cannot: Option<String>,
}

/// Rule of slices.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Slices {
    /// The fewest crossbars.
    #[default]
    Fewest,
    /// The table published for the network.
    Published,
}

/// Rule of copies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CopyRule {
    /// As many as find room.
    #[default]
    Fill,
    /// One of each layer.
    One,
}

/// What is measured, where the unit leaves it open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Which {
    /// Time of one image alone.
    Latency,
    /// Time from one image to the next.
    Interval,
    /// Crossbars that hold weights.
    Compute,
    /// Energy of actions, without static power.
    Actions,
    /// Flits that routers pass.
    Flits,
}
