//! Number formats as written.

use super::{At, NoKeys};
use crate::model::{PartialSums, WeightValues};
use schemars::JsonSchema;
use serde::Deserialize;

/// `[format]`: number formats.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FormatTable {
    /// Bits of a weight, sign included (1 to 16).
    pub weight_bits: At<u32>,
    /// Bits of an activation on the rows (1 to 16).
    pub input_bits: At<u32>,
    /// How negative weights are stored.
    pub signed: At<SignedKind>,
    /// Which values weights take. Default: integers.
    pub weights: Option<At<WeightValues>>,
    /// Where the reads of an input's steps are added. Default: digitally, every read being converted.
    pub partial_sums: Option<At<PartialSums>>,
}

/// `[format.signed.*]`: how negative weights are stored.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SignedKind {
    /// Weight + 2^(bits-1), corrected digitally by the sum of inputs.
    Offset(OffsetTable),
    /// Positive and negative parts on two columns.
    Differential(NoKeys),
    /// The top slice carries the sign.
    TwosComplement(NoKeys),
}

/// `[format.signed.offset]`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OffsetTable {
    /// A column of ones measures the sum of inputs.
    pub unit_column: bool,
    /// Columns with large sums are stored inverted, which halves the ADC range.
    pub flip: bool,
}
