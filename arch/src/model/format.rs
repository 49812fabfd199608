//! Number formats of weights and inputs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Number formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Format {
    /// Bits of a weight, sign included.
    pub weight_bits: u32,
    /// Bits of an activation on the crossbar's rows.
    pub input_bits: u32,
    /// How negative weights are stored.
    pub signed_weights: SignedWeights,
    /// Which values weights take.
    #[serde(default)]
    pub weights: WeightValues,
    /// Where the reads of an input's steps are added.
    #[serde(default)]
    pub partial_sums: PartialSums,
}

/// Which values weights take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WeightValues {
    /// Integers of `weight_bits`, symmetric around 0.
    #[default]
    Integer,
    /// -1 and 1, times a scale per output channel (`weight_bits = 1`).
    Binary,
    /// -1, 0 and 1, times a scale per output channel (`weight_bits = 2`).
    Ternary,
}

/// Where the reads of an input's steps are added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PartialSums {
    /// Every read is converted; shift-and-add is digital.
    #[default]
    Digital,
    /// The charge of all steps is added with its power of two and converted once per product.
    Analog,
}

/// How negative weights are stored in cells that hold only non-negative levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignedWeights {
    /// Weight + 2^(bits-1) is stored; the surplus, 2^(bits-1) x sum of inputs, is subtracted digitally.
    Offset {
        /// A column with every cell at one measures the sum of inputs (not converted per slice, never clipped).
        unit_column: bool,
        /// A column whose cell sum exceeds half its maximum is stored inverted (ISAAC), which halves the ADC range.
        flip: bool,
    },
    /// Positive and negative parts on two columns, subtracted before the ADC.
    Differential,
    /// Top slice carries the sign; needs 1-bit cells or digital cells.
    TwosComplement,
}
