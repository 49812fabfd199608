//! The integer product over live (row, output) pairs.

use super::layer::{LayerKernel, ReadAt, Scratch};
#[cfg(target_arch = "x86_64")]
use super::vnni::Bytes;
use crate::func::adc::stats::LayerStats;
use crate::func::cells::layout::Layout;
use crate::func::cells::samples::BlockSamples;
use crate::func::isa::{Isa, Work};
use ndarray::{Array2, ArrayView1, ArrayView2};
use std::sync::Arc;

/// Weights of one channel group: outputs x rows, zero where a row group does not serve an output.
pub enum Matrix {
    /// For dot-product instructions.
    #[cfg(target_arch = "x86_64")]
    Bytes(Bytes),
    /// For any.
    Words {
        /// Instructions to multiply with.
        isa: Isa,
        /// Row-major weights.
        weights: Array2<i32>,
        /// Whether 32 bits hold any sum of products.
        narrow: bool,
    },
}

impl Matrix {
    /// Prepares weights for codes of at most `input_bits` bits.
    pub fn new(weights: Array2<i32>, input_bits: u32, signed: bool, isa: Isa) -> Matrix {
        #[cfg(target_arch = "x86_64")]
        if let Isa::Avx512(_) = isa
            && !weights.is_empty()
            && let Some(bytes) = Bytes::new(&weights, input_bits, signed)
        {
            return Matrix::Bytes(bytes);
        }
        let sum = |r: ArrayView1<'_, i32>| r.iter().map(|&w| i64::from(w.abs())).sum::<i64>();
        let largest = weights.rows().into_iter().map(sum).max().unwrap_or(0);
        Matrix::Words {
            isa,
            narrow: largest << input_bits <= i64::from(i32::MAX),
            weights,
        }
    }

    /// positions x K times K x outputs.
    pub fn product(&self, patches: ArrayView2<'_, i32>) -> Array2<i64> {
        let patches = patches.as_standard_layout();
        match self {
            // SAFETY: this matrix is only made for an `Isa` that exists only where the processor has its features.
            #[cfg(target_arch = "x86_64")]
            Matrix::Bytes(bytes) => unsafe { bytes.product(patches.view()) },
            Matrix::Words {
                isa,
                weights,
                narrow,
            } => {
                let mut out = Array2::zeros((patches.nrows(), weights.nrows()));
                if weights.is_empty() {
                    return out;
                }
                isa.run(Products {
                    narrow: *narrow,
                    weights: weights.as_slice().expect("made row-major"),
                    k: weights.ncols(),
                    patches: patches.as_slice().expect("standard layout"),
                    out: out.as_slice_mut().expect("fresh arrays are contiguous"),
                });
                out
            }
        }
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

/// The integer product as a layer's kernel, where no converter can change a sum: one matrix per channel group.
///
/// It forms no column sums. Where the machine has ADCs it still walks over blocks and positions and counts what their reads
/// would sample.
pub struct Exact {
    matrices: Arc<Vec<Matrix>>,
    /// Blocks by channel group; none on machines without ADC.
    blocks: Vec<Vec<BlockSamples>>,
    /// Conversions of a column in one product.
    conversions: u64,
}

impl Exact {
    /// Multiplies with `matrices`, one per channel group.
    pub fn new(matrices: Arc<Vec<Matrix>>, layout: &Layout<'_>, converted: bool) -> Exact {
        let mut blocks = vec![Vec::new(); matrices.len()];
        for block in layout.blocks.iter().filter(|_| converted) {
            blocks[block.channel_group].push(block.samples);
        }
        Exact {
            matrices,
            blocks,
            conversions: layout.encoding.conversions as u64,
        }
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
        at: ReadAt,
        _scratch: &mut Scratch,
        stats: &mut LayerStats,
    ) -> Array2<i64> {
        let positions = patches.nrows();
        for samples in &self.blocks[channel_group] {
            for seen in &mut stats.weight_slices {
                seen.conversions += (samples.outputs * positions) as u64 * self.conversions;
            }
            stats.idle += samples.idle(at.first_position, positions) * self.conversions;
        }
        self.matrices[channel_group].product(patches)
    }
}
