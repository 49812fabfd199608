//! Rows that one read drives together and the outputs they serve: what is known of a block of cells before its levels are
//! laid out, and how its reads become accumulators.

use crate::func::cells::encode::Encoding;
use crate::func::cells::selection::Selection;

/// Where rows that one read drives together sit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Row group of the layer.
    pub row_group: usize,
    /// First of the rows within the array.
    pub first_row: usize,
    /// Outputs one array holds.
    pub outputs_per_array: usize,
}

/// A block of cells: the rows of one row group that one read drives together.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Channel group of the layer.
    pub channel_group: usize,
    /// Where the cells are.
    pub place: Place,
    /// Rows within the channel group's im2col rows.
    pub rows: Selection,
    /// Outputs within the channel group.
    pub outputs: Selection,
    /// Columns stored inverted (flip encoding), slices x outputs.
    pub flipped: Vec<bool>,
    /// Smallest and largest sum a column can give in one read, by slice.
    pub reach: Vec<(i64, i64)>,
    /// Sum of the weights of each output over the rows, for inputs that are shifted to be non-negative.
    pub weight_sums: Vec<i64>,
}

impl Frame {
    /// Columns: slices x outputs.
    pub fn columns(&self) -> usize {
        self.flipped.len()
    }

    /// Number, first output and outputs of every array of the row group.
    pub fn arrays(&self) -> impl Iterator<Item = (u64, usize, usize)> + use<> {
        let (outputs, per) = (self.outputs.len(), self.place.outputs_per_array.max(1));
        let firsts = (0..outputs).step_by(per).enumerate();
        firsts.map(move |(number, first)| (number as u64, first, per.min(outputs - first)))
    }

    /// Puts the accumulators of one position together and adds them to `out`, the outputs of the channel group. `values`
    /// gives one value per output for a weight slice (its reads, shifted and added over the input steps). `driven` is the
    /// sum of the driven values, which the unit column measures and which is taken as exact.
    #[inline(always)]
    pub(in crate::func) fn merge<'v, V: Copy + Into<i64> + 'v>(
        &self,
        e: &Encoding,
        values: impl Fn(usize) -> &'v [V],
        driven: i64,
        out: &mut [i64],
        sums: &mut Vec<i64>,
    ) {
        let outputs = self.outputs.len();
        sums.clear();
        sums.resize(outputs, -e.bias() * driven);
        for slice in 0..e.slices {
            let weight = e.slice_weight(slice);
            let values = values(slice).iter().map(|&v| v.into());
            if e.flips() {
                // Steps add up before an inversion is undone: both are linear.
                let flipped = &self.flipped[slice * outputs..][..outputs];
                for ((sum, v), &flip) in sums.iter_mut().zip(values).zip(flipped) {
                    *sum += weight * if flip { e.top() * driven - v } else { v };
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
pub fn by_row_group(frames: &[Frame]) -> Vec<&[Frame]> {
    let same = |a: &Frame, b: &Frame| a.place.row_group == b.place.row_group;
    frames.chunk_by(same).collect()
}
