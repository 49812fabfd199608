//! The quantised network: integer weights and input scales for every compute layer.
//!
//! Only matrix products are integer: the input of a compute layer is rounded to `input_bits`
//! codes, multiplied with `weight_bits` integer weights and accumulated exactly; the
//! accumulator times `input_scale x weight_scale` plus bias is the layer's float output. All
//! other layers work on these floats. An accumulator is therefore the one place where an ideal
//! crossbar and the reference must agree bit for bit.

use crate::network::{LayerId, Network};
use ndarray::{Array1, Array2, ArrayView2};
use std::collections::BTreeMap;

/// Integer form of one compute layer. `K` indexes im2col rows: `(p * kh + ky) * kw + kx` within
/// the layer's channel group; for a Gemm, the flattened input.
#[derive(Debug, Clone, PartialEq)]
pub struct QuantLayer {
    /// `Q x K` integers in `-(2^(b-1)-1) ..= 2^(b-1)-1`; with one bit -1 and 1.
    pub weights: Array2<i32>,
    /// Real value of one weight step, per output channel.
    pub weight_scale: Array1<f32>,
    /// Real value of one input step.
    pub input_scale: f32,
    /// Whether inputs can be negative (codes in two's complement) or not (plain binary codes).
    pub input_signed: bool,
    /// Code of the value 0: not 0 only where the network's own quantiser has it so. Padding takes it too, and
    /// `input_zero` x (sum of the output's weights) is subtracted from each accumulator.
    pub input_zero: i32,
    /// Bias in real units, one per output channel.
    pub bias: Array1<f32>,
    /// Channel groups of the convolution (1 otherwise).
    pub groups: usize,
}

/// A network with integer compute layers.
#[derive(Debug, Clone)]
pub struct QuantNetwork {
    /// The float network (batch norm folded) that the rest of the layers come from.
    pub network: Network,
    /// Bits of a weight.
    pub weight_bits: u32,
    /// Bits of a compute layer's input.
    pub input_bits: u32,
    /// One entry per compute layer.
    pub layers: BTreeMap<LayerId, QuantLayer>,
}

/// Whoever multiplies for the integer executor: the exact reference, or simulated crossbars.
pub trait Accumulate {
    /// Accumulators of one channel group: `patches` is positions x K (integer codes), the result positions x Q/groups.
    fn accumulate(
        &mut self,
        layer: LayerId,
        group: usize,
        patches: ArrayView2<'_, i32>,
    ) -> Array2<i64>;
}

mod calibrate;
mod grid;
mod weights;

pub use calibrate::{
    Calibration, QuantError, QuantSpec, quantise, quantise_seeded, quantise_weights, quantise_with,
};
pub use weights::WeightRule;
