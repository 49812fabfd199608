//! Weights in cells: what each column of each array holds.
//!
//! A row group is one set of rows; its live outputs are its logical columns, each cut into weight slices. Which array of
//! the group a column sits in does not matter for the value of an ideal one, so columns of all arrays of a group are
//! kept together.

use super::encode::Encoding;
use crate::map::{LayerMap, RowGroup};
use crosscut_traces::QuantLayer;

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

/// Cell levels of the rows of one row group that one read drives together.
#[derive(Debug, Clone)]
pub struct GroupCells {
    /// Channel group of the layer.
    pub channel_group: usize,
    /// Where the cells are.
    pub place: Place,
    /// Rows within the channel group's im2col rows.
    pub rows: Vec<usize>,
    /// Outputs within the channel group.
    pub outputs: Vec<usize>,
    /// Levels, slices x outputs x rows.
    pub plus: Vec<u16>,
    /// Levels of the negative columns of differential pairs; empty otherwise.
    pub minus: Vec<u16>,
    /// Columns stored inverted (flip encoding), slices x outputs.
    pub flipped: Vec<bool>,
    /// Smallest and largest sum a column can give in one read, by slice.
    pub reach: Vec<(i64, i64)>,
    /// Sum of the weights of each output over the rows, for inputs that are shifted to be non-negative.
    pub weight_sums: Vec<i64>,
}

impl GroupCells {
    /// Programs one row group (or the part of it that one read drives) of a layer.
    pub fn new(
        group: &RowGroup,
        place: Place,
        map: &LayerMap,
        layer: &QuantLayer,
        e: &Encoding,
    ) -> GroupCells {
        let (rows_per, outputs_per) = (
            map.geometry.rows() / layer.groups,
            layer.weights.nrows() / layer.groups,
        );
        let within = |i: &mut dyn Iterator<Item = usize>, per: usize| -> Vec<usize> {
            i.map(|v| v - group.group * per).collect()
        };
        let rows = within(&mut group.rows.iter(), rows_per);
        let outputs = within(&mut group.outputs.iter(), outputs_per);
        let columns = e.slices * outputs.len();
        let cells = columns * rows.len();
        let mut p = GroupCells {
            channel_group: group.group,
            place,
            plus: vec![0; cells],
            minus: vec![0; if e.pairs() { cells } else { 0 }],
            flipped: vec![false; columns],
            reach: vec![(0, 0); e.slices],
            weight_sums: vec![0; outputs.len()],
            rows,
            outputs,
        };
        for o in 0..p.outputs.len() {
            let q = group.group * outputs_per + p.outputs[o];
            let weights: Vec<i32> = p.rows.iter().map(|&r| layer.weights[[q, r]]).collect();
            p.weight_sums[o] = weights.iter().map(|&w| i64::from(w)).sum();
            for slice in 0..e.slices {
                p.column(slice, o, &weights, e);
            }
        }
        p
    }

    fn column(&mut self, slice: usize, o: usize, weights: &[i32], e: &Encoding) {
        let column = slice * self.outputs.len() + o;
        let first = column * weights.len();
        let (mut plus, mut minus) = (0i64, 0i64);
        for (i, &w) in weights.iter().enumerate() {
            let (p, m) = e.levels(w, slice);
            self.plus[first + i] = p;
            if e.pairs() {
                self.minus[first + i] = m;
            }
            plus += i64::from(p);
            minus += i64::from(m);
        }
        let full = e.top() * weights.len() as i64;
        if e.flips() && 2 * plus > full {
            self.flipped[column] = true;
            let cells = &mut self.plus[first..first + weights.len()];
            cells.iter_mut().for_each(|c| *c = e.top() as u16 - *c);
            plus = full - plus;
        }
        let reach = &mut self.reach[slice];
        reach.0 = reach.0.min(-minus * e.largest_input());
        reach.1 = reach.1.max(plus * e.largest_input());
    }

    /// The levels of one column, and those of its negative partner if there is one.
    pub fn levels(&self, slice: usize, o: usize) -> (&[u16], &[u16]) {
        let n = self.rows.len();
        let at = (slice * self.outputs.len() + o) * n;
        let minus = if self.minus.is_empty() {
            &[][..]
        } else {
            &self.minus[at..at + n]
        };
        (&self.plus[at..at + n], minus)
    }
}
