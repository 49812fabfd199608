//! The integer product over live (row, output) pairs.

use ndarray::{Array2, ArrayView2};

/// Weights of one channel group: outputs x rows, zero where a row group does not serve an output.
pub struct Matrix {
    /// Row-major weights.
    pub weights: Array2<i32>,
    /// Whether 32 bits hold any sum of products with codes of `input_bits`.
    narrow: bool,
}

impl Matrix {
    /// Prepares weights for codes of at most `input_bits` bits.
    pub fn new(weights: Array2<i32>, input_bits: u32) -> Matrix {
        let largest = weights
            .rows()
            .into_iter()
            .map(|r| r.iter().map(|&w| i64::from(w.abs())).sum::<i64>())
            .max();
        let narrow = largest.unwrap_or(0) << input_bits <= i64::from(i32::MAX);
        Matrix { weights, narrow }
    }

    /// positions x K times K x outputs.
    pub fn product(&self, patches: ArrayView2<'_, i32>) -> Array2<i64> {
        Array2::from_shape_fn((patches.nrows(), self.weights.nrows()), |(p, o)| {
            let (x, w) = (patches.row(p), self.weights.row(o));
            let (x, w) = (
                x.to_slice().expect("patches are row-major"),
                w.to_slice().expect("weights are row-major"),
            );
            if self.narrow {
                i64::from(x.iter().zip(w).map(|(&a, &b)| a * b).sum::<i32>())
            } else {
                x.iter()
                    .zip(w)
                    .map(|(&a, &b)| i64::from(a) * i64::from(b))
                    .sum()
            }
        })
    }
}
