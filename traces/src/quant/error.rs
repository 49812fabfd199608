//! What is wrong with a quantisation.

use super::weights::WeightRule;
use crate::exec::ExecError;

/// Why a network cannot be quantised.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum QuantError {
    /// A weight or bias is NaN or infinite.
    #[error("layer `{layer}` has a weight or bias that is not a finite number")]
    NotFinite {
        /// Layer.
        layer: String,
    },
    /// A width that the integer formats do not have.
    #[error(
        "{rule} weights of {weight} bits and inputs of {input} bits: such weights take {} to {} bits, inputs 1 to 16",
        rule.widths().start(),
        rule.widths().end()
    )]
    Bits {
        /// Bits of a weight.
        weight: u32,
        /// Bits of an input.
        input: u32,
        /// Rule for weights.
        rule: WeightRule,
    },
    /// A calibration percentile outside (0, 1].
    #[error("calibration share {0} is not above 0 and at most 1")]
    Percentile(f64),
    /// No image to calibrate on.
    #[error("calibration needs at least one image")]
    NoImages,
    /// An image does not fit.
    #[error(transparent)]
    Exec(#[from] ExecError),
}
