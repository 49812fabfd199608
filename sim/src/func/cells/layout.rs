//! Weights in cells: what each column of each array holds.
//!
//! A row group is one set of rows; its live outputs are its logical columns, each cut into weight slices. Which array of
//! the group a column sits in does not matter for the value of an ideal one, so columns of all arrays of a group are
//! kept together.
//!
//! Levels take more memory than some kernels need in the end, so they are never held for a whole layer: every block is first
//! surveyed ([`Block`]), then each kernel asks for the levels of one block after the other.

use crate::func::cells::block::{Block, BlockPlace};
use crate::func::cells::encode::Encoding;
use crate::func::cells::samples::{BlockSamples, LayerSamples};
use crate::func::cells::selection::Selection;
use crate::map::{LayerMap, RowGroup};
use crosscut_arch::Arch;
use crosscut_traces::QuantLayer;
use rayon::prelude::*;

/// A layer whose cells can be programmed block by block.
pub struct Layout<'a> {
    weights: &'a QuantLayer,
    /// How weights are cut.
    pub encoding: Encoding,
    /// Its blocks in array order.
    pub blocks: Vec<Block>,
}

/// Cell levels of one block.
#[derive(Debug, Clone)]
pub struct Levels {
    rows: usize,
    outputs: usize,
    /// Weight slices x outputs x rows.
    plus: Vec<u16>,
    /// Levels of the negative columns of differential pairs; empty otherwise.
    minus: Vec<u16>,
}

impl<'a> Layout<'a> {
    /// Cuts a mapped layer into blocks.
    pub fn new(map: &LayerMap, q: &'a QuantLayer, arch: &Arch, e: Encoding) -> Layout<'a> {
        let outputs_per_array = map.kout(arch, 1);
        let rows_per = map.geometry.rows() / q.groups;
        let samples = LayerSamples::new(map, arch);
        let groups: Vec<&RowGroup> = map.row_groups.iter().collect();
        let blocks = groups
            .par_iter()
            .enumerate()
            .flat_map_iter(|(row_group, group)| {
                let reads = map.rows_by_read(row_group, arch);
                let (used, steps) = (reads.len(), map.reads_of_group(row_group, arch));
                let mut below = 0;
                let parts = reads.into_iter().enumerate().map(|(i, rows)| {
                    let last = i + 1 == used;
                    let first_row = below;
                    below += rows.len();
                    let empty_reads = if last { steps.saturating_sub(used) } else { 0 };
                    let place = BlockPlace {
                        row_group,
                        first_row,
                        outputs_per_array,
                    };
                    let samples = samples.of_block(row_group, empty_reads);
                    let rows = rows.iter().map(|r| r - group.group * rows_per).collect();
                    survey(group, place, samples, rows, q, &e)
                });
                if !group.is_live() {
                    Vec::new()
                } else {
                    parts.collect::<Vec<Block>>()
                }
            });
        Layout {
            blocks: blocks.collect(),
            weights: q,
            encoding: e,
        }
    }

    /// The levels of a block.
    pub fn levels(&self, block: &Block) -> Levels {
        let e = &self.encoding;
        let (rows, outputs) = (block.rows.len(), block.outputs.len());
        let cells = e.weight_slices * outputs * rows;
        let mut l = Levels {
            rows,
            outputs,
            plus: vec![0; cells],
            minus: vec![0; if e.pairs() { cells } else { 0 }],
        };
        let mut weights = Vec::new();
        for o in 0..outputs {
            gather(
                self.weights,
                block.channel_group,
                &block.rows,
                block.outputs.indices()[o],
                &mut weights,
            );
            for weight_slice in 0..e.weight_slices {
                let column = weight_slice * outputs + o;
                let first = column * rows;
                let plus = &mut l.plus[first..first + rows];
                if e.pairs() {
                    let cells = plus.iter_mut().zip(&mut l.minus[first..first + rows]);
                    for ((plus, minus), &w) in cells.zip(&weights) {
                        (*plus, *minus) = e.levels(w, weight_slice);
                    }
                } else {
                    let flip = block.flipped[column];
                    for (plus, &w) in plus.iter_mut().zip(&weights) {
                        let level = e.levels(w, weight_slice).0;
                        *plus = if flip { e.top() as u16 - level } else { level };
                    }
                }
            }
        }
        l
    }
}

impl Levels {
    /// The levels of one column, and those of its negative partner if there is one.
    pub fn column(&self, weight_slice: usize, o: usize) -> (&[u16], &[u16]) {
        let at = (weight_slice * self.outputs + o) * self.rows;
        let minus = if self.minus.is_empty() {
            &[][..]
        } else {
            &self.minus[at..at + self.rows]
        };
        (&self.plus[at..at + self.rows], minus)
    }
}

/// The weights of one output in those rows.
fn gather(q: &QuantLayer, group: usize, rows: &Selection, output: usize, to: &mut Vec<i32>) {
    let output = group * (q.weights.nrows() / q.groups) + output;
    let row = q.weights.row(output);
    to.clear();
    match (row.as_slice(), rows.start()) {
        (Some(row), Some(start)) => to.extend_from_slice(&row[start..][..rows.len()]),
        _ => to.extend(rows.indices().iter().map(|&r| row[r])),
    }
}

/// Goes through the weights of one block.
fn survey(
    group: &RowGroup,
    place: BlockPlace,
    samples: BlockSamples,
    rows: Vec<usize>,
    q: &QuantLayer,
    e: &Encoding,
) -> Block {
    let per = q.weights.nrows() / q.groups;
    let outputs = group
        .outputs
        .iter()
        .map(|o| o - group.group * per)
        .collect();
    let (rows, outputs) = (Selection::new(rows), Selection::new(outputs));
    let mut f = Block {
        channel_group: group.group,
        place,
        samples,
        flipped: vec![false; e.weight_slices * outputs.len()],
        sum_bounds: vec![(0, 0); e.weight_slices],
        weight_sums: vec![0; outputs.len()],
        rows,
        outputs,
    };
    let full = e.top() * f.rows.len() as i64;
    let mut weights = Vec::new();
    for (o, &output) in f.outputs.indices().iter().enumerate() {
        gather(q, group.group, &f.rows, output, &mut weights);
        f.weight_sums[o] = weights.iter().map(|&w| i64::from(w)).sum();
        for weight_slice in 0..e.weight_slices {
            let (mut plus, mut minus) = (0u32, 0u32);
            for &w in &weights {
                let (p, m) = e.levels(w, weight_slice);
                plus += u32::from(p);
                minus += u32::from(m);
            }
            let (mut plus, minus) = (i64::from(plus), i64::from(minus));
            if e.flips() && 2 * plus > full {
                f.flipped[weight_slice * f.outputs.len() + o] = true;
                plus = full - plus;
            }
            let bounds = &mut f.sum_bounds[weight_slice];
            bounds.0 = bounds.0.min(-minus * e.largest_input);
            bounds.1 = bounds.1.max(plus * e.largest_input);
        }
    }
    f
}
