//! Partial sums of a layer, and how many crossbars add those of a slice by either reading of [`Adders`].

use super::adders::Adders;
use super::indices::Indices;
use super::layer::LayerMap;

/// Adders of one slice whose outputs take `width` columns each, if one adder takes `packets` packets and has
/// `columns` columns: `ceil(Q / floor(min(N, floor(CAP / I)) / width))`, none if one group holds all rows.
pub(super) fn dense(layer: &LayerMap, width: usize, columns: usize, packets: usize) -> u64 {
    let groups = layer.dense_row_groups / layer.geometry.groups;
    if groups <= 1 {
        return 0;
    }
    let neurons = columns.min(packets / groups);
    let fms = (neurons / width).max(1);
    layer.geometry.output.c.div_ceil(fms) as u64
}

/// The same for the partial sums that arrive. Outputs go into adders by falling number of partial sums, the next adder
/// being begun when columns or packets are used up; for equal numbers r this is the formula above with r for I.
pub(super) fn arriving(layer: &LayerMap, width: usize, columns: usize, packets: usize) -> u64 {
    let mut sums = layer.sums_by_output();
    sums.retain(|&r| r > 1);
    sums.sort_unstable_by(|a, b| b.cmp(a));
    let (mut adders, mut free, mut room) = (0, 0, 0);
    for r in sums {
        let needs = r.saturating_mul(width);
        if width > free || needs > room {
            adders += 1;
            (free, room) = (columns, packets);
        }
        free = free.saturating_sub(width);
        room = room.saturating_sub(needs);
    }
    adders
}

impl LayerMap {
    /// Partial sums that arrive for each output: the row groups it keeps.
    pub fn sums_by_output(&self) -> Vec<usize> {
        // Ranges by their ends, so that a dense layer costs no more than its groups and outputs.
        let mut sums = vec![0usize; self.geometry.output.c];
        let mut begins = vec![0isize; sums.len() + 1];
        for group in &self.row_groups {
            match &group.outputs {
                Indices::Range { start, end } => {
                    begins[*start as usize] += 1;
                    begins[*end as usize] -= 1;
                }
                list => list.iter().for_each(|q| sums[q] += 1),
            }
        }
        let mut covering = 0isize;
        for (sum, begin) in sums.iter_mut().zip(begins) {
            covering += begin;
            *sum += covering.unsigned_abs();
        }
        sums
    }

    /// Partial sums that arrive for the output with the most, by how its adders are sized.
    pub fn added(&self) -> usize {
        match self.adders {
            Adders::Dense => self.dense_row_groups / self.geometry.groups,
            Adders::Arriving => self.sums_by_output().into_iter().max().unwrap_or(0),
        }
    }
}
