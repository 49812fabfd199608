//! The integer product over live (row, output) pairs.

use super::isa::Work;
#[cfg(target_arch = "x86_64")]
use super::vnni::Bytes;
use super::{Isa, LayerKernel, ReadAt, Scratch};
use crate::func::stats::LayerStats;
use ndarray::{Array2, ArrayView2};

/// Weights of one channel group: outputs x rows, zero where a row group does not serve an output.
pub struct Matrix {
    /// Row-major weights.
    pub weights: Array2<i32>,
    /// Whether 32 bits hold any sum of products with codes of `input_bits`.
    narrow: bool,
    /// The same weights for dot-product instructions, where they fit.
    #[cfg(target_arch = "x86_64")]
    bytes: Option<Bytes>,
}

impl Matrix {
    /// Prepares weights for codes of at most `input_bits` bits.
    pub fn new(weights: Array2<i32>, input_bits: u32, signed: bool) -> Matrix {
        let largest = weights
            .rows()
            .into_iter()
            .map(|r| r.iter().map(|&w| i64::from(w.abs())).sum::<i64>())
            .max();
        let narrow = largest.unwrap_or(0) << input_bits <= i64::from(i32::MAX);
        Matrix {
            narrow,
            #[cfg(target_arch = "x86_64")]
            bytes: Bytes::new(&weights, input_bits).map(|b| b.with_signed(signed)),
            weights,
        }
    }

    /// positions x K times K x outputs.
    pub fn product(&self, isa: Isa, patches: ArrayView2<'_, i32>) -> Array2<i64> {
        let patches = patches.as_standard_layout();
        let mut out = Array2::zeros((patches.nrows(), self.weights.nrows()));
        if self.weights.ncols() == 0 {
            return out;
        }
        #[cfg(target_arch = "x86_64")]
        if let (Isa::Avx512(_), Some(bytes)) = (isa, &self.bytes) {
            // SAFETY: an `Isa` exists only where the processor has its features.
            unsafe { bytes.product(patches.view(), &mut out) };
            return out;
        }
        let weights = self
            .weights
            .as_slice()
            .expect("weights were made row-major");
        isa.run(Products {
            narrow: self.narrow,
            weights,
            k: self.weights.ncols(),
            patches: patches.as_slice().expect("standard layout"),
            out: out.as_slice_mut().expect("fresh arrays are contiguous"),
        });
        out
    }
}

/// Dot products of every position with every row of `weights`.
struct Products<'a> {
    narrow: bool,
    weights: &'a [i32],
    k: usize,
    patches: &'a [i32],
    out: &'a mut [i64],
}

impl Work for Products<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let outputs = self.weights.len() / self.k;
        let positions = self.patches.chunks_exact(self.k);
        for (x, out) in positions.zip(self.out.chunks_exact_mut(outputs)) {
            for (w, out) in self.weights.chunks_exact(self.k).zip(out) {
                let pairs = x.iter().zip(w);
                *out = if self.narrow {
                    i64::from(pairs.map(|(&a, &b)| a * b).sum::<i32>())
                } else {
                    pairs.map(|(&a, &b)| i64::from(a) * i64::from(b)).sum()
                };
            }
        }
    }
}

/// The integer product as a layer's kernel, where no converter can change a sum.
pub struct Exact {
    isa: Isa,
    /// By channel group.
    matrices: std::sync::Arc<Vec<Matrix>>,
}

impl Exact {
    /// Multiplies with `matrices`, one per channel group.
    pub fn new(isa: Isa, matrices: std::sync::Arc<Vec<Matrix>>) -> Exact {
        Exact { isa, matrices }
    }
}

impl LayerKernel for Exact {
    fn name(&self) -> &'static str {
        "exact-integer"
    }

    fn multiply(
        &self,
        channel_group: usize,
        patches: ArrayView2<'_, i32>,
        _at: ReadAt,
        _scratch: &mut Scratch,
        _stats: &mut LayerStats,
    ) -> Array2<i64> {
        self.matrices[channel_group].product(self.isa, patches)
    }
}
