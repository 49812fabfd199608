//! Blocks: what is known of a block of cells before its levels are laid out, and how its reads become accumulators.

use crate::func::cells::encode::Encoding;
use crate::func::cells::samples::BlockSamples;
use crate::func::cells::selection::Selection;

/// Where rows that one read drives together sit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlockPlace {
    /// Row group of the layer.
    pub row_group: usize,
    /// First of the rows within the row group.
    pub first_row: usize,
    /// Outputs one array holds.
    pub outputs_per_array: usize,
}

/// The outputs of a row group that one of its arrays holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArrayOutputs {
    /// Number of the array within its row group.
    pub number: u64,
    /// First output, among those of the row group.
    pub first: usize,
    /// Outputs.
    pub width: usize,
}

/// A block of cells: the rows of one row group that one read drives together.
#[derive(Debug, Clone)]
pub struct Block {
    /// Channel group of the layer.
    pub channel_group: usize,
    /// Where the cells are.
    pub place: BlockPlace,
    /// Rows within the channel group's im2col rows.
    pub rows: Selection,
    /// Outputs within the channel group.
    pub outputs: Selection,
    /// Columns stored inverted (flip encoding), weight slices x outputs.
    pub flipped: Vec<bool>,
    /// Smallest and largest sum a column can give in one read, by weight slice.
    pub sum_bounds: Vec<(i64, i64)>,
    /// What its reads sample.
    pub samples: BlockSamples,
    /// Sum of the weights of each output over the rows, for inputs that are shifted to be non-negative.
    pub weight_sums: Vec<i64>,
}

impl Block {
    /// Columns: weight slices x outputs.
    pub fn columns(&self) -> usize {
        self.flipped.len()
    }

    /// Samples beside those of its own columns in the products of `count` positions from `first` on.
    pub fn idle_samples(&self, e: &Encoding, first: u64, count: usize) -> u64 {
        self.samples.idle(first, count) * e.conversions as u64
    }

    /// The arrays of the row group.
    pub fn arrays(&self) -> impl Iterator<Item = ArrayOutputs> + use<> {
        let (outputs, per) = (self.outputs.len(), self.place.outputs_per_array.max(1));
        let firsts = (0..outputs).step_by(per).enumerate();
        firsts.map(move |(number, first)| ArrayOutputs {
            number: number as u64,
            first,
            width: per.min(outputs - first),
        })
    }

    /// Puts the accumulators of one position together and adds them to `out`, the outputs of the channel group. `values`
    /// gives one value per output for a weight slice (its reads, shifted and added over the input steps). `input_sum` is the
    /// sum of the inputs, which the unit column measures and which is taken as exact.
    #[inline(always)]
    pub(in crate::func) fn merge<'v, V: Copy + Into<i64> + 'v>(
        &self,
        e: &Encoding,
        values: impl Fn(usize) -> &'v [V],
        input_sum: i64,
        out: &mut [i64],
        sums: &mut Vec<i64>,
    ) {
        let outputs = self.outputs.len();
        sums.clear();
        sums.resize(outputs, -e.bias() * input_sum);
        for weight_slice in 0..e.weight_slices {
            let weight = e.slice_weight(weight_slice);
            let values = values(weight_slice).iter().map(|&v| v.into());
            if e.flips() {
                // Steps add up before an inversion is undone: both are linear.
                let flipped = &self.flipped[weight_slice * outputs..][..outputs];
                for ((sum, v), &flip) in sums.iter_mut().zip(values).zip(flipped) {
                    *sum += weight * if flip { e.top() * input_sum - v } else { v };
                }
            } else {
                for (sum, v) in sums.iter_mut().zip(values) {
                    *sum += weight * v;
                }
            }
        }
        if e.shifted() {
            let shift = 1i64 << (e.input_bits - 1);
            for (sum, w) in sums.iter_mut().zip(&self.weight_sums) {
                *sum -= shift * w;
            }
        }
        match self.outputs.start() {
            Some(first) => {
                let out = out[first..][..outputs].iter_mut();
                for (out, sum) in out.zip(&*sums) {
                    *out += sum;
                }
            }
            None => {
                for (&o, sum) in self.outputs.indices().iter().zip(&*sums) {
                    out[o] += sum;
                }
            }
        }
    }
}

/// Blocks of one row group together; they come in order.
pub fn by_row_group(blocks: &[Block]) -> Vec<&[Block]> {
    let same = |a: &Block, b: &Block| a.place.row_group == b.place.row_group;
    blocks.chunk_by(same).collect()
}
