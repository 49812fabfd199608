//! Weights in cells: what each column of each array holds.
//!
//! A row group is one set of rows; its live outputs are its logical columns, each cut into weight slices of
//! `cell_bits`. Which array of the group a column sits in does not matter for its value, so columns of all arrays of a
//! group are kept together. Cell levels are stored as bit-planes, one 64-row word of one plane for eight columns at a time.

use super::adc::Codes;
use super::kernel::popcount::{LANES, Word};
use crate::map::{LayerMap, RowGroup};
use crosscut_arch::{Arch, SignedWeights};
use crosscut_traces::QuantLayer;

/// Programmed cells of one row group.
#[derive(Debug, Clone)]
pub struct GroupProgram {
    /// Channel group of the layer.
    pub channel_group: usize,
    /// Rows within the channel group's im2col rows.
    pub rows: Vec<usize>,
    /// Outputs within the channel group.
    pub outputs: Vec<usize>,
    /// 64-row words.
    pub words: usize,
    /// Columns: weight slices x outputs, slice-major.
    pub columns: usize,
    /// Blocks of eight columns x signs (two for differential pairs) x cell bits x words. Columns beyond `columns` hold
    /// zeros, which read zero and never clip.
    pub cells: Vec<Word>,
    /// Columns stored inverted (flip encoding).
    pub flipped: Vec<bool>,
    /// Largest sum any column can give in one read.
    pub largest: i64,
    /// Sum of the weights of each output over the rows, for inputs that are shifted to be non-negative.
    pub weight_sums: Vec<i64>,
}

/// One cell level per (row, column): the part of the weight that this slice holds, and for pairs its negative part.
fn levels(weight: i32, slice: u32, arch: &Arch) -> (u32, u32) {
    let cell = arch.device.cell_bits;
    let cut = |v: u32| (v >> (slice * cell)) & ((1 << cell) - 1);
    match arch.format.signed_weights {
        SignedWeights::Offset { .. } => (
            cut((weight + (1 << (arch.format.weight_bits - 1))) as u32),
            0,
        ),
        SignedWeights::Differential => (cut(weight.max(0) as u32), cut((-weight).max(0) as u32)),
        SignedWeights::TwosComplement => (cut(weight as u32), 0),
    }
}

impl GroupProgram {
    /// Programs one row group of a layer.
    pub fn new(group: &RowGroup, map: &LayerMap, layer: &QuantLayer, arch: &Arch) -> GroupProgram {
        let (rows_per, outputs_per) = (
            map.geometry.rows() / layer.groups,
            layer.weights.nrows() / layer.groups,
        );
        let rows: Vec<usize> = group
            .rows
            .iter()
            .map(|r| r - group.group * rows_per)
            .collect();
        let outputs: Vec<usize> = group
            .outputs
            .iter()
            .map(|q| q - group.group * outputs_per)
            .collect();
        let (slices, cell) = (arch.weight_slices() as usize, arch.device.cell_bits);
        let (words, columns) = (rows.len().div_ceil(64), slices * outputs.len());
        let top = (1i64 << cell) - 1;
        let pairs = arch.format.signed_weights == SignedWeights::Differential;
        let flips = matches!(
            arch.format.signed_weights,
            SignedWeights::Offset { flip: true, .. }
        );
        let signs = if pairs { 2 } else { 1 };
        let blocks = columns.div_ceil(LANES);
        let mut p = GroupProgram {
            channel_group: group.group,
            words,
            columns,
            cells: vec![[0; LANES]; blocks * signs * cell as usize * words],
            flipped: vec![false; columns],
            largest: 0,
            weight_sums: vec![0; outputs.len()],
            rows,
            outputs,
        };
        for o in 0..p.outputs.len() {
            let q = group.group * outputs_per + p.outputs[o];
            let weights: Vec<i32> = p.rows.iter().map(|&r| layer.weights[[q, r]]).collect();
            p.weight_sums[o] = weights.iter().map(|&w| i64::from(w)).sum();
            for slice in 0..slices {
                let column = slice * p.outputs.len() + o;
                let mut sums = [0i64; 2];
                let cells: Vec<(u32, u32)> = weights
                    .iter()
                    .map(|&w| levels(w, slice as u32, arch))
                    .collect();
                cells.iter().for_each(|c| {
                    sums[0] += i64::from(c.0);
                    sums[1] += i64::from(c.1);
                });
                let flip = flips && 2 * sums[0] > top * cells.len() as i64;
                if flip {
                    p.flipped[column] = true;
                    sums[0] = top * cells.len() as i64 - sums[0];
                }
                p.largest = p
                    .largest
                    .max(sums[0].max(sums[1]) * ((1 << arch.dac_bits) - 1));
                for (r, &(plus, minus)) in cells.iter().enumerate() {
                    let level = if flip { top as u32 - plus } else { plus };
                    p.set(column, r, level, cell as usize, (signs, 0));
                    if pairs {
                        p.set(column, r, minus, cell as usize, (signs, 1));
                    }
                }
            }
        }
        p
    }

    /// Programs one cell of sign `sign` of `signs`.
    fn set(
        &mut self,
        column: usize,
        row: usize,
        level: u32,
        cell_bits: usize,
        (signs, sign): (usize, usize),
    ) {
        for bit in 0..cell_bits {
            let plane = (column / LANES * signs + sign) * cell_bits + bit;
            let word = &mut self.cells[plane * self.words + row / 64][column % LANES];
            *word |= u64::from(level >> bit & 1) << (row % 64);
        }
    }

    /// Whether no read of this group can lose anything in the converter.
    pub fn cannot_clip(&self, codes: Option<Codes>) -> bool {
        codes.is_none_or(|c| c.is_exact_up_to(self.largest))
    }
}
