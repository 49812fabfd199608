//! How often each column sum of a block occurs: from the counts follows all that is recorded beside clips.

use super::lanes::{Columns, Reads};
use crate::func::adc::codes::Codes;
use crate::func::adc::stats::LayerStats;
use crate::func::cells::block::Block;
use crate::func::options::Detail;

/// Counts by weight slice and column sum.
#[derive(Debug, Default)]
pub(in crate::func::kernel) struct Tally {
    /// Smallest sum that any column can give.
    first: i64,
    /// Sums of a weight slice.
    span: usize,
    counts: Vec<u64>,
}

impl Tally {
    /// Nothing counted yet of the columns of `block`.
    pub fn begin(&mut self, block: &Block) {
        let ends = |(a, b): (i64, i64), &(least, most): &(i64, i64)| (a.min(least), b.max(most));
        let (least, most) = block.sum_bounds.iter().fold((0, 0), ends);
        self.first = least;
        self.span = (most - least + 1) as usize;
        self.counts.clear();
        self.counts.resize(block.sum_bounds.len() * self.span, 0);
    }

    /// Counts the reads of one position of a tile.
    pub(super) fn see(&mut self, t: &Columns, reads: &Reads, steps: usize) {
        for sums in &reads.sums[..steps] {
            for (&sum, &weight_slice) in sums.iter().zip(&t.weight_slice) {
                let at = weight_slice * self.span + (i64::from(sum) - self.first) as usize;
                self.counts[at] += 1;
            }
        }
    }

    /// Records what was counted.
    pub fn record(&self, codes: &[Codes], stats: &mut LayerStats) {
        let weight_slices = self.counts.chunks_exact(self.span).zip(codes);
        for ((counts, codes), s) in weight_slices.zip(&mut stats.weight_slices) {
            for (sum, &n) in (self.first..).zip(counts).filter(|(_, n)| **n > 0) {
                let error = codes.convert(sum).value.abs_diff(sum);
                s.sum += i128::from(sum) * i128::from(n);
                s.squares += u128::from(sum.unsigned_abs()).pow(2) * u128::from(n);
                s.error += u128::from(error) * u128::from(n);
                if stats.detail == Detail::Histogram {
                    s.histogram.add(sum, n);
                }
            }
        }
    }
}
