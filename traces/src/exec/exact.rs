//! Exact integer products: the oracle.

use crate::net::LayerId;
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

/// Positions from which a matrix product pays for turning the weights into floats.
const BLOCKED_FROM: usize = 8;

/// patches (positions x K) times the weights of one channel group.
///
/// Large products run through a 64-bit float matrix product. That is exact whenever no sum of magnitudes passes
/// 2^53: every product and every partial sum, in whatever order, is then an integer that a double holds.
pub fn product(layer: &QuantLayer, group: usize, patches: ArrayView2<'_, i32>) -> Array2<i64> {
    let outputs = layer.weights.nrows() / layer.groups;
    let weights = layer
        .weights
        .slice(s![group * outputs..(group + 1) * outputs, ..]);
    if patches.nrows() >= BLOCKED_FROM && fits_double(patches, weights) {
        let product = patches.mapv(f64::from).dot(&weights.mapv(f64::from).t());
        return product.mapv(|v| v as i64);
    }
    direct(patches, weights)
}

/// Whether the sum of magnitudes of any row-by-row product stays within 2^53.
fn fits_double(a: ArrayView2<'_, i32>, b: ArrayView2<'_, i32>) -> bool {
    let largest = |m: ArrayView2<'_, i32>| m.iter().map(|v| v.unsigned_abs()).max().unwrap_or(0);
    u128::from(largest(a)) * u128::from(largest(b)) * a.ncols() as u128 <= 1 << 53
}

/// One dot product per position and output.
fn direct(patches: ArrayView2<'_, i32>, weights: ArrayView2<'_, i32>) -> Array2<i64> {
    let outputs = weights.nrows();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Key;

    fn matrix(seed: u64, rows: usize, cols: usize, lo: i64, hi: i64) -> Array2<i32> {
        let span = (hi - lo + 1) as u64;
        Array2::from_shape_fn((rows, cols), |(r, c)| {
            (lo + (Key::new(seed).bits((r * cols + c) as u64) % span) as i64) as i32
        })
    }

    #[test]
    fn matrix_product_equals_dot_products_up_to_the_widest_codes() {
        for (bits, k) in [(8, 4608), (16, 300), (1, 9)] {
            let hi = (1i64 << bits) - 1;
            let (patches, weights) = (
                matrix(1, 20, k, 0, hi),
                matrix(2, 7, k, -(hi >> 1).max(1), (hi >> 1).max(1)),
            );
            assert!(fits_double(patches.view(), weights.view()));
            let layer = QuantLayer {
                weights: weights.clone(),
                weight_scale: ndarray::Array1::ones(7),
                input_scale: 1.0,
                input_signed: false,
                input_zero: 0,
                bias: ndarray::Array1::zeros(7),
                groups: 1,
            };
            assert_eq!(
                product(&layer, 0, patches.view()),
                direct(patches.view(), weights.view())
            );
        }
    }

    #[test]
    fn sums_beyond_doubles_stay_exact() {
        // (2^31 - 1)^2 is odd and above 2^53: a double would round it.
        let a = Array2::from_elem((BLOCKED_FROM, 1), i32::MAX);
        let layer = QuantLayer {
            weights: Array2::from_elem((1, 1), i32::MAX),
            weight_scale: ndarray::Array1::ones(1),
            input_scale: 1.0,
            input_signed: true,
            input_zero: 0,
            bias: ndarray::Array1::zeros(1),
            groups: 1,
        };
        let sums = product(&layer, 0, a.view());
        assert!(sums.iter().all(|&s| s == 4_611_686_014_132_420_609));
    }
}
