//! What every kernel keeps of a row group beside its cells, and how reads become accumulators.

use crate::func::encode::Encoding;
use crate::func::program::GroupCells;
use crate::func::selection::Selection;

/// The rows that one read drives and the outputs they serve.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub channel_group: usize,
    /// Rows within the channel group's im2col rows.
    pub rows: Selection,
    /// Outputs within the channel group.
    pub outputs: Selection,
    /// Columns stored inverted, slices x outputs.
    flipped: Vec<bool>,
    /// Sum of the weights of each output over the rows.
    weight_sums: Vec<i64>,
}

impl Frame {
    pub fn of(g: &GroupCells) -> Frame {
        Frame {
            channel_group: g.channel_group,
            rows: Selection::new(g.rows.clone()),
            outputs: Selection::new(g.outputs.clone()),
            flipped: g.flipped.clone(),
            weight_sums: g.weight_sums.clone(),
        }
    }

    /// Puts the accumulators of one position together and adds them to `out`, the outputs of the channel group. `values`
    /// gives one value per output for a weight slice (its reads, shifted and added over the input steps). `driven` is the
    /// sum of the driven values, which the unit column measures and which is taken as exact.
    #[inline(always)]
    pub fn merge<'v, V: Copy + Into<i64> + 'v>(
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
            let weights = self.weight_sums.iter();
            sums.iter_mut()
                .zip(weights)
                .for_each(|(sum, w)| *sum -= shift * w);
        }
        match self.outputs.start() {
            Some(first) => out[first..][..outputs]
                .iter_mut()
                .zip(&*sums)
                .for_each(|(out, sum)| *out += sum),
            None => {
                for (&o, sum) in self.outputs.indices().iter().zip(&*sums) {
                    out[o] += sum;
                }
            }
        }
    }
}
