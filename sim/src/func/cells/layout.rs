//! Weights in cells: what each column of each array holds.
//!
//! A row group is one set of rows; its live outputs are its logical columns, each cut into weight slices. Which array of
//! the group a column sits in does not matter for the value of an ideal one, so columns of all arrays of a group are
//! kept together.
//!
//! Levels take more memory than some kernels need in the end, so that they are never held for a whole layer: first every
//! block is gone through for what is known of it ([`Frame`]), then each kernel has the levels of one block after the other.

use crate::func::cells::block::{Frame, Place};
use crate::func::cells::encode::Encoding;
use crate::func::cells::selection::Selection;
use crate::map::{LayerMap, RowGroup};
use crosscut_arch::Arch;
use crosscut_traces::QuantLayer;
use rayon::prelude::*;

/// A layer whose cells can be programmed block by block.
pub struct Program<'a> {
    weights: &'a QuantLayer,
    /// How weights are cut.
    pub encoding: Encoding,
    /// Its blocks in array order.
    pub frames: Vec<Frame>,
}

/// Cell levels of one block.
#[derive(Debug, Clone)]
pub struct Levels {
    rows: usize,
    outputs: usize,
    /// Slices x outputs x rows.
    plus: Vec<u16>,
    /// Levels of the negative columns of differential pairs; empty otherwise.
    minus: Vec<u16>,
}

impl<'a> Program<'a> {
    /// Cuts a mapped layer into blocks.
    pub fn new(map: &LayerMap, q: &'a QuantLayer, arch: &Arch, e: Encoding) -> Program<'a> {
        let active = arch.crossbar.active_rows as usize;
        let outputs_per_array = map.kout(arch, 1);
        let rows_per = map.geometry.rows() / q.groups;
        let groups: Vec<&RowGroup> = map.row_groups.iter().collect();
        let frames = groups
            .par_iter()
            .enumerate()
            .flat_map_iter(|(row_group, group)| {
                let rows: Vec<usize> = group.rows.iter().collect();
                let parts = rows.chunks(active).enumerate().map(|(i, rows)| {
                    let place = Place {
                        row_group,
                        first_row: i * active,
                        outputs_per_array,
                    };
                    let rows = rows.iter().map(|r| r - group.group * rows_per).collect();
                    frame(group, place, rows, q, &e)
                });
                let parts: Vec<Frame> = match group.outputs.is_empty() {
                    true => Vec::new(),
                    false => parts.collect(),
                };
                parts
            });
        Program {
            frames: frames.collect(),
            weights: q,
            encoding: e,
        }
    }

    /// The levels of a block.
    pub fn levels(&self, frame: &Frame) -> Levels {
        let e = &self.encoding;
        let (rows, outputs) = (frame.rows.len(), frame.outputs.len());
        let cells = e.slices * outputs * rows;
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
                frame.channel_group,
                &frame.rows,
                frame.outputs.indices()[o],
                &mut weights,
            );
            for slice in 0..e.slices {
                let column = slice * outputs + o;
                let first = column * rows;
                let plus = &mut l.plus[first..first + rows];
                if e.pairs() {
                    let cells = plus.iter_mut().zip(&mut l.minus[first..first + rows]);
                    for ((plus, minus), &w) in cells.zip(&weights) {
                        (*plus, *minus) = e.levels(w, slice);
                    }
                } else {
                    let flip = frame.flipped[column];
                    for (plus, &w) in plus.iter_mut().zip(&weights) {
                        let level = e.levels(w, slice).0;
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
    pub fn column(&self, slice: usize, o: usize) -> (&[u16], &[u16]) {
        let at = (slice * self.outputs + o) * self.rows;
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

/// Goes through one block.
fn frame(group: &RowGroup, place: Place, rows: Vec<usize>, q: &QuantLayer, e: &Encoding) -> Frame {
    let per = q.weights.nrows() / q.groups;
    let outputs = group
        .outputs
        .iter()
        .map(|o| o - group.group * per)
        .collect();
    let (rows, outputs) = (Selection::new(rows), Selection::new(outputs));
    let mut f = Frame {
        channel_group: group.group,
        place,
        flipped: vec![false; e.slices * outputs.len()],
        reach: vec![(0, 0); e.slices],
        weight_sums: vec![0; outputs.len()],
        rows,
        outputs,
    };
    let full = e.top() * f.rows.len() as i64;
    let mut weights = Vec::new();
    for (o, &output) in f.outputs.indices().iter().enumerate() {
        gather(q, group.group, &f.rows, output, &mut weights);
        f.weight_sums[o] = weights.iter().map(|&w| i64::from(w)).sum();
        for slice in 0..e.slices {
            let (mut plus, mut minus) = (0u32, 0u32);
            for &w in &weights {
                let (p, m) = e.levels(w, slice);
                plus += u32::from(p);
                minus += u32::from(m);
            }
            let (mut plus, minus) = (i64::from(plus), i64::from(minus));
            if e.flips() && 2 * plus > full {
                f.flipped[slice * f.outputs.len() + o] = true;
                plus = full - plus;
            }
            let reach = &mut f.reach[slice];
            reach.0 = reach.0.min(-minus * e.largest_input);
            reach.1 = reach.1.max(plus * e.largest_input);
        }
    }
    f
}
