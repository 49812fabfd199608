//! Which column sums the codes of a converter stand for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumMessage, IntoStaticStr};

/// Which column sums the codes of an ADC stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AdcRange {
    /// One code per unit of column sum; sums beyond the last code saturate (clip).
    UnitStep,
    /// The codes span the largest sum the array can give; one code stands for 2^k units, rounded, never clipped.
    Full,
    /// Per layer and weight slice, the codes span what real inputs give; one code stands for 2^k units.
    Calibrated,
    /// First code and step are given.
    Fixed,
}

/// How the limits of a calibrated converter are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RangeCalibration {
    /// Rule.
    pub rule: RangeRule,
    /// Per cent of the samples that the rule `percentile` keeps unclipped.
    pub percentile: f64,
}

/// Rule of a calibrated range. Steps are powers of two in units of column sum.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    JsonSchema,
    Display,
    EnumIter,
    EnumMessage,
    IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum RangeRule {
    /// The step and first code with the smallest mean squared error, rounding and clipping together.
    LeastError,
    /// The smallest step with which no more than a given share of the samples clips.
    Percentile,
}

/// A given range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FixedRange {
    /// Column sum of the lowest code.
    pub lowest: i64,
    /// Column sum per code, a power of two.
    pub step: i64,
}

/// Whether columns without weights are converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UnusedColumns {
    /// Every column of an active array is converted (ISAAC).
    Convert,
    /// Only columns that hold weights are converted.
    Skip,
}
