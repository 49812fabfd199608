//! The quantised network and who multiplies for it.

use super::grid::code_range;
use crate::net::{LayerId, Network};
use crate::shape::Tensor;
use ndarray::{Array1, Array2, Array3, ArrayView2};
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

impl QuantLayer {
    /// Input codes: x / scale rounded half to even, plus the code of 0, limited to the code range. NaN becomes 0.
    pub fn codes(&self, x: &Tensor, input_bits: u32) -> Array3<i32> {
        let (lo, hi) = code_range(input_bits, self.input_signed);
        let code = self.limited_to(lo, hi);
        x.mapv(|v| code(v) as i32)
    }

    /// Number of values whose code lies outside the code range, so that [`QuantLayer::codes`] limits them.
    pub fn saturated(&self, x: &Tensor, input_bits: u32) -> u64 {
        let (lo, hi) = code_range(input_bits, self.input_signed);
        // One code beyond either end tells all that are outside.
        let code = self.limited_to(lo - 1, hi + 1);
        let outside = |v: &&f32| {
            let code = code(**v);
            code < lo as f32 || code > hi as f32
        };
        x.iter().filter(outside).count() as u64
    }

    /// The code of a value, limited.
    fn limited_to(&self, lo: i32, hi: i32) -> impl Fn(f32) -> f32 {
        // Limits are whole numbers, so that limiting first changes nothing; below 2^22 adding and taking away 1.5 x 2^23
        // rounds half to even, which needs no call where the processor's baseline has no such instruction.
        const ROUND: f32 = 12_582_912.0;
        let (scale, zero) = (self.input_scale, self.input_zero as f32);
        let (lo, hi) = (lo as f32 - zero, hi as f32 - zero);
        move |v| ((v / scale).clamp(lo, hi) + ROUND) - ROUND + zero
    }
}
