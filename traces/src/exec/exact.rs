//! Exact integer products: the oracle.

use crate::network::LayerId;
use crate::quant::{Accumulate, QuantLayer, QuantNetwork};
use ndarray::{Array2, ArrayView2, s};

/// Multiplies exactly.
#[derive(Debug, Clone, Copy)]
pub struct ExactAccumulator<'a> {
    network: &'a QuantNetwork,
}

impl<'a> ExactAccumulator<'a> {
    /// For a network.
    pub fn new(network: &'a QuantNetwork) -> Self {
        ExactAccumulator { network }
    }
}

impl Accumulate for ExactAccumulator<'_> {
    fn accumulate(
        &mut self,
        layer: LayerId,
        group: usize,
        patches: ArrayView2<'_, i32>,
    ) -> Array2<i64> {
        product(&self.network.layers[&layer], group, patches)
    }
}

/// patches (positions x K) times the weights of one channel group.
pub fn product(layer: &QuantLayer, group: usize, patches: ArrayView2<'_, i32>) -> Array2<i64> {
    let outputs = layer.weights.nrows() / layer.groups;
    let weights = layer
        .weights
        .slice(s![group * outputs..(group + 1) * outputs, ..]);
    Array2::from_shape_fn((patches.nrows(), outputs), |(p, o)| {
        dot(patches.row(p), weights.row(o))
    })
}

/// Sum of products: codes and weights have at most 17 bits, so 2^30 terms fit 64 bits.
fn dot(a: ndarray::ArrayView1<'_, i32>, b: ndarray::ArrayView1<'_, i32>) -> i64 {
    let wide = |a: &[i32], b: &[i32]| {
        a.iter()
            .zip(b)
            .map(|(&x, &y)| i64::from(x) * i64::from(y))
            .sum()
    };
    match (a.as_slice(), b.as_slice()) {
        (Some(a), Some(b)) => wide(a, b),
        _ => a
            .iter()
            .zip(b)
            .map(|(&x, &y)| i64::from(x) * i64::from(y))
            .sum(),
    }
}
