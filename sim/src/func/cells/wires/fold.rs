//! Folding wires into effective conductances.
//!
//! Unknowns are the voltages of the word-line and the bit-line node of every cell, far too many for a dense solve, but
//! columns touch each other only through word lines. The column is therefore eliminated as a whole: its bit line is a
//! chain (tridiagonal), which leaves an admittance between its word-line nodes, `Y = G - G B^-1 G`. Looking from a
//! column to the right, the rest of the array is an admittance matrix too; adding a column in front of it is
//! `E' = Y + E (1 + E / g)^-1` (the load behind one more wire segment of conductance g). From right to left this gives
//! all loads, and with them the voltage each column sees of the sources, in `columns x rows^3` operations.

use super::dense::inverse;
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, s};

/// Resistance of one segment of wire, between neighbouring cells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wires {
    /// Word lines, ohm.
    pub row_ohm: f64,
    /// Bit lines, ohm.
    pub column_ohm: f64,
}

impl Wires {
    /// Whether wires have no resistance at all.
    pub fn are_ideal(&self) -> bool {
        self.row_ohm == 0.0 && self.column_ohm == 0.0
    }
}

/// Effective conductances (rows x columns, in the unit of `cells`, microsiemens) of an array of `cells`.
///
/// With all inputs at their voltages, the current of column `j` is the sum over rows of voltage times `fold[[i, j]]`.
pub fn fold(cells: ArrayView2<'_, f64>, wires: Wires) -> Array2<f64> {
    if wires.are_ideal() || cells.is_empty() {
        return cells.to_owned();
    }
    let (rows, columns) = cells.dim();
    // The blocks are as high as the array; the network is reciprocal, so source and sense ends may change places, which
    // turns the array by half a turn and transposes it.
    let turn = if wires.row_ohm == 0.0 {
        false
    } else {
        wires.column_ohm == 0.0 || rows > columns
    };
    if turn {
        let turned = cells.slice(s![..;-1, ..;-1]).reversed_axes();
        let turned = columns_first(
            turned,
            Wires {
                row_ohm: wires.column_ohm,
                column_ohm: wires.row_ohm,
            },
        );
        turned.slice(s![..;-1, ..;-1]).reversed_axes().to_owned()
    } else {
        columns_first(cells, wires)
    }
}

/// Microsiemens of a segment.
pub(super) fn conductance(ohm: f64) -> f64 {
    1e6 / ohm
}

fn columns_first(cells: ArrayView2<'_, f64>, wires: Wires) -> Array2<f64> {
    let (rows, columns) = cells.dim();
    let g = conductance(wires.row_ohm);
    // Row k of `reach` belongs to column `columns - 1 - k`: its current per volt at the word-line nodes of the column
    // worked on.
    let mut reach: Array2<f64> = Array2::zeros((columns, rows));
    let mut load: Option<Array2<f64>> = None;
    for j in (0..columns).rev() {
        let chain = BitLine::new(cells.column(j), conductance(wires.column_ohm));
        let k = columns - 1 - j;
        reach.row_mut(k).assign(&chain.sensed());
        if wires.row_ohm == 0.0 {
            continue;
        }
        let mut here = chain.admittance();
        if let Some(load) = load {
            here += &load;
        }
        // The share of the voltage before the segment that remains behind it: (1 + E / g)^-1.
        let mut segment = &here / g;
        segment.diag_mut().mapv_inplace(|v| v + 1.0);
        let behind = inverse(segment.view());
        let seen = reach.slice(s![..=k, ..]).dot(&behind);
        reach.slice_mut(s![..=k, ..]).assign(&seen);
        load = Some(here.dot(&behind));
    }
    reach.slice(s![..;-1, ..]).reversed_axes().to_owned()
}

/// A column's bit line: a chain of segments, grounded below the last row, with a cell to each word-line node.
struct BitLine<'a> {
    cells: ArrayView1<'a, f64>,
    /// Conductance of a segment.
    segment: f64,
    /// Pivots of the factorised chain `B = L D L^T`; the multipliers are `-segment / pivot`.
    pivots: Array1<f64>,
}

impl<'a> BitLine<'a> {
    fn new(cells: ArrayView1<'a, f64>, segment: f64) -> BitLine<'a> {
        // Without resistance every node is at 0 V: nothing to factorise.
        let mut pivots = Array1::zeros(cells.len());
        if segment.is_finite() {
            // A node's pivot less the segment below it: its cell, and what is above through one segment. Written so
            // that a large segment does not swallow a small cell.
            let mut above = 0.0;
            for (pivot, &cell) in pivots.iter_mut().zip(&cells) {
                let alone = cell + above;
                *pivot = alone + segment;
                above = alone * segment / (alone + segment);
            }
        }
        BitLine {
            cells,
            segment,
            pivots,
        }
    }

    fn is_ideal(&self) -> bool {
        !self.segment.is_finite()
    }

    /// Bit-line voltages for unit current into node `k`.
    fn solve(&self, k: usize, v: &mut [f64]) {
        v.fill(0.0);
        v[k] = 1.0;
        for i in k + 1..v.len() {
            v[i] = v[i - 1] * self.segment / self.pivots[i - 1];
        }
        let mut below = 0.0;
        for (v, pivot) in v.iter_mut().zip(&self.pivots).rev() {
            *v = (*v + self.segment * below) / pivot;
            below = *v;
        }
    }

    /// Current out of the column per volt at each of its word-line nodes.
    fn sensed(&self) -> Array1<f64> {
        if self.is_ideal() {
            return self.cells.to_owned();
        }
        let mut v = vec![0.0; self.cells.len()];
        self.solve(self.cells.len() - 1, &mut v);
        Array1::from_iter(
            self.cells
                .iter()
                .zip(&v)
                .map(|(cell, v)| cell * v * self.segment),
        )
    }

    /// Currents into the word-line nodes' cells per volt at each word-line node: `G - G B^-1 G`.
    fn admittance(&self) -> Array2<f64> {
        let mut y = Array2::from_diag(&self.cells);
        if self.is_ideal() {
            return y;
        }
        let mut v = vec![0.0; self.cells.len()];
        for (k, mut row) in y.rows_mut().into_iter().enumerate() {
            self.solve(k, &mut v);
            for ((y, v), cell) in row.iter_mut().zip(&v).zip(&self.cells) {
                *y -= cell * v * self.cells[k];
            }
        }
        y
    }
}

#[cfg(test)]
mod tests;
