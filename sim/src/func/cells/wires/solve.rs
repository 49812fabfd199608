//! One read of an array with wires: column currents for one set of row voltages, where cells change with every read and
//! folding would not pay.
//!
//! The circuit of [`super`]. Word-line nodes are eliminated, each word line being a chain: with `W` and `B` the nodal
//! matrices of word and bit lines (cells included) and `G` the cells, the bit-line voltages solve
//! `(B - G W^-1 G) b = G W^-1 s`, `s` being what the sources drive. Conjugate gradients with `B` as preconditioner: one
//! pass over all word lines and one over all bit lines a turn. Eigenvalues of the preconditioned matrix lie in (0, 1], at
//! 1 for wires that conduct well beside their cells, so that few turns do.
//!
//! Plain 64-bit operations in a fixed order: the same bits on every machine and thread.

use super::fold::{Wires, conductance, fold};
use ndarray::ArrayView2;

/// Largest residual against the first, in the norm of the preconditioner.
const RESIDUAL: f64 = 1e-12;

/// Turns after which the array is folded instead, which needs none.
const TURNS: usize = 500;

/// Solves reads; keeps its working memory.
#[derive(Debug, Default)]
pub struct Solver {
    word: Chains,
    bit: Chains,
    x: Vec<f64>,
    residual: Vec<f64>,
    z: Vec<f64>,
    direction: Vec<f64>,
    /// `B` times the direction.
    pushed: Vec<f64>,
    image: Vec<f64>,
}

/// Factorised chains of one kind: `L D L^T` of every line.
#[derive(Debug, Default)]
struct Chains {
    /// Inverse pivots, cell by cell.
    inverse: Vec<f64>,
    /// Segment over pivot.
    share: Vec<f64>,
}

impl Solver {
    /// Column currents (microsiemens times the unit of `volts`) of `cells` (rows x columns, microsiemens, in standard
    /// layout), with every row at its voltage. At least one kind of wire must have resistance, and the network must be
    /// positive definite ([`holds`]).
    pub fn currents(
        &mut self,
        cells: ArrayView2<'_, f64>,
        wires: Wires,
        volts: &[f64],
        out: &mut [f64],
    ) {
        self.currents_within(cells, wires, volts, out, TURNS);
    }

    fn currents_within(
        &mut self,
        cells: ArrayView2<'_, f64>,
        wires: Wires,
        volts: &[f64],
        out: &mut [f64],
        turns: usize,
    ) {
        let (rows, columns) = cells.dim();
        let g = cells.to_slice().expect("standard layout");
        let (gw, gb) = (conductance(wires.row_ohm), conductance(wires.column_ohm));
        // What flows into bit lines at 0 V: G W^-1 s.
        self.image.clear();
        self.image.resize(g.len(), 0.0);
        if gw.is_finite() {
            self.word.factorise_words(g, columns, gw);
            for (line, v) in self.image.chunks_exact_mut(columns).zip(volts) {
                line[0] = gw * v;
            }
            self.word.solve_words(&mut self.image, columns);
        } else {
            for (line, &v) in self.image.chunks_exact_mut(columns).zip(volts) {
                line.fill(v);
            }
        }
        times(&mut self.image, g);
        if !gb.is_finite() {
            out.fill(0.0);
            for line in self.image.chunks_exact(columns) {
                out.iter_mut().zip(line).for_each(|(o, i)| *o += i);
            }
            return;
        }
        self.bit.factorise_bits(g, columns, gb);
        if gw.is_finite() {
            if !self.iterate(g, columns, turns) {
                let folded = fold(cells, wires);
                for (column, out) in folded.columns().into_iter().zip(out) {
                    *out = column.iter().zip(volts).map(|(g, v)| g * v).sum();
                }
                return;
            }
        } else {
            self.x.clone_from(&self.image);
            self.bit.solve_bits(&mut self.x, columns);
        }
        let last = &self.x[(rows - 1) * columns..];
        out.iter_mut().zip(last).for_each(|(o, b)| *o = gb * b);
    }

    /// Conjugate gradients; the right-hand side is in `image`. False if it takes more than `turns`.
    fn iterate(&mut self, g: &[f64], columns: usize, turns: usize) -> bool {
        self.x.clear();
        self.x.resize(g.len(), 0.0);
        self.residual.clone_from(&self.image);
        self.z.clone_from(&self.residual);
        self.bit.solve_bits(&mut self.z, columns);
        self.direction.clone_from(&self.z);
        // B z is the residual: no product with B is ever formed, which large segments would round away.
        self.pushed.clone_from(&self.residual);
        let mut square = dot(&self.residual, &self.z);
        let enough = RESIDUAL * RESIDUAL * square;
        for _ in 0..turns {
            if square <= enough {
                return true;
            }
            self.image.clone_from(&self.direction);
            times(&mut self.image, g);
            self.word.solve_words(&mut self.image, columns);
            times(&mut self.image, g);
            for (i, p) in self.image.iter_mut().zip(&self.pushed) {
                *i = p - *i;
            }
            let step = square / dot(&self.direction, &self.image);
            for (x, d) in self.x.iter_mut().zip(&self.direction) {
                *x += step * d;
            }
            for (r, i) in self.residual.iter_mut().zip(&self.image) {
                *r -= step * i;
            }
            self.z.clone_from(&self.residual);
            self.bit.solve_bits(&mut self.z, columns);
            let next = dot(&self.residual, &self.z);
            let keep = next / square;
            square = next;
            for (d, z) in self.direction.iter_mut().zip(&self.z) {
                *d = z + keep * *d;
            }
            for (p, r) in self.pushed.iter_mut().zip(&self.residual) {
                *p = r + keep * *p;
            }
        }
        square <= enough
    }
}

/// Whether every network of at most that size stays positive definite when cells conduct as little as `least`
/// microsiemens, which is negative where noise is large beside a cell.
///
/// Cells add at worst `least |w - b|^2 >= 2 least (|w|^2 + |b|^2)`; lines of `n` segments, held at one end, add at least
/// `4 g sin^2(pi / (4 n + 2))` times `|w|^2` or `|b|^2`.
pub fn holds((rows, columns): (usize, usize), wires: Wires, least: f64) -> bool {
    let line = |ohm: f64, n: usize| {
        let angle = std::f64::consts::PI / (4 * n + 2) as f64;
        4.0 * conductance(ohm) * angle.sin().powi(2)
    };
    let wires = line(wires.row_ohm, columns).min(line(wires.column_ohm, rows));
    2.0 * least + wires > 0.0
}

fn times(v: &mut [f64], g: &[f64]) {
    v.iter_mut().zip(g).for_each(|(v, g)| *v *= g);
}

/// Eight sums side by side, so that the adder does not wait for itself.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (a8, b8) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f64 = a8
        .remainder()
        .iter()
        .zip(b8.remainder())
        .map(|(a, b)| a * b)
        .sum();
    let mut sums = [0.0; 8];
    for (a, b) in a8.zip(b8) {
        (0..8).for_each(|k| sums[k] += a[k] * b[k]);
    }
    sums.iter().sum::<f64>() + rest
}

impl Chains {
    fn size(&mut self, n: usize) {
        self.inverse.resize(n, 0.0);
        self.share.resize(n, 0.0);
    }

    /// Pivot of a node less the segment towards the held end: its cell, and what is beyond through one segment. Written
    /// so that a large segment does not swallow a small cell. Returns what the next node sees.
    #[inline(always)]
    fn node(&mut self, at: usize, cell: f64, beyond: f64, segment: f64) -> f64 {
        let alone = cell + beyond;
        let inverse = 1.0 / (alone + segment);
        self.inverse[at] = inverse;
        self.share[at] = segment * inverse;
        alone * self.share[at]
    }

    /// Word lines: open at the right, the source at the left.
    fn factorise_words(&mut self, g: &[f64], columns: usize, segment: f64) {
        self.size(g.len());
        for first in (0..g.len()).step_by(columns) {
            let mut beyond = 0.0;
            for at in (first..first + columns).rev() {
                beyond = self.node(at, g[at], beyond, segment);
            }
        }
    }

    /// Bit lines: open at the top, held below the last row.
    fn factorise_bits(&mut self, g: &[f64], columns: usize, segment: f64) {
        self.size(g.len());
        let mut beyond = vec![0.0; columns];
        for (at, &cell) in g.iter().enumerate() {
            let column = at % columns;
            beyond[column] = self.node(at, cell, beyond[column], segment);
        }
    }

    /// Node voltages of all word lines from the currents into their nodes, in place.
    fn solve_words(&self, v: &mut [f64], columns: usize) {
        let lines = self
            .inverse
            .chunks_exact(columns)
            .zip(self.share.chunks_exact(columns));
        for (v, (inverse, share)) in v.chunks_exact_mut(columns).zip(lines) {
            let mut carried = 0.0;
            for (v, share) in v.iter_mut().zip(share).rev() {
                *v += carried;
                carried = *v * share;
            }
            let mut before = 0.0;
            for ((v, inverse), share) in v.iter_mut().zip(inverse).zip(share) {
                before = *v * inverse + share * before;
                *v = before;
            }
        }
    }

    /// The same of all bit lines.
    fn solve_bits(&self, v: &mut [f64], columns: usize) {
        let rows = v.len() / columns;
        for row in 1..rows {
            let (above, here) = v.split_at_mut(row * columns);
            let above = &above[(row - 1) * columns..];
            let share = &self.share[(row - 1) * columns..][..columns];
            for ((v, above), share) in here[..columns].iter_mut().zip(above).zip(share) {
                *v += above * share;
            }
        }
        let last = (rows - 1) * columns;
        times(&mut v[last..], &self.inverse[last..]);
        for row in (0..rows - 1).rev() {
            let at = row * columns;
            let (here, below) = v[at..].split_at_mut(columns);
            let (inverse, share) = (&self.inverse[at..], &self.share[at..]);
            for (((v, below), inverse), share) in here.iter_mut().zip(below).zip(inverse).zip(share)
            {
                *v = *v * inverse + share * *below;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crosscut_traces::random::Key;
    use ndarray::Array2;
    use rand_distr::Open01;

    /// The largest difference from the folded array, against the largest current.
    fn difference(cells: &Array2<f64>, wires: Wires, turns: usize) -> f64 {
        let (rows, columns) = cells.dim();
        // Undriven rows among them: held at 0 V.
        let volts: Vec<f64> = (0..rows)
            .map(|i| [0.0, 1.0, 3.0][(Key::new(8).draw::<f64, _>(i as u64, Open01) * 3.0) as usize])
            .collect();
        let mut got = vec![f64::NAN; columns];
        let mut solver = Solver::default();
        solver.currents_within(cells.view(), wires, &volts, &mut got, turns);
        let volts = ndarray::Array1::from(volts);
        let want = volts.dot(&fold(cells.view(), wires));
        let largest = want.iter().fold(1e-300f64, |m, v| m.max(v.abs()));
        let apart = got.iter().zip(&want).map(|(a, b)| (a - b).abs());
        apart.fold(0.0, f64::max) / largest
    }

    fn cells(rows: usize, columns: usize, lowest: f64) -> Array2<f64> {
        Array2::from_shape_fn((rows, columns), |(i, j)| {
            lowest + 99.0 * Key::new(3).draw::<f64, _>((i * columns + j) as u64, Open01)
        })
    }

    #[test]
    fn a_read_has_the_currents_of_the_folded_array() {
        for (rows, columns) in [(1, 1), (1, 7), (7, 1), (9, 20), (33, 12)] {
            for (row_ohm, column_ohm) in [
                (1.0, 1.0),
                (1e-6, 1e-6),
                (20.0, 300.0),
                (2000.0, 5000.0),
                (0.0, 4.0),
                (4.0, 0.0),
            ] {
                let wires = Wires {
                    row_ohm,
                    column_ohm,
                };
                let d = difference(&cells(rows, columns, 1.0), wires, TURNS);
                assert!(d < 1e-10, "{rows} x {columns}, {wires:?}: {d}");
                // No turn at all leaves it to the fold.
                assert!(difference(&cells(rows, columns, 1.0), wires, 0) < 1e-12);
            }
        }
    }

    #[test]
    fn negative_cells_are_solved_as_long_as_the_network_holds() {
        let wires = Wires {
            row_ohm: 5.0,
            column_ohm: 5.0,
        };
        // 2e5 uS over lines of 20: 4 x 2e5 x sin^2(pi / 82) = 1174 uS.
        assert!(holds((12, 20), wires, -586.0) && !holds((12, 20), wires, -588.0));
        let d = difference(&cells(12, 20, -50.0), wires, TURNS);
        assert!(d < 1e-10, "{d}");
        let ideal = Wires {
            row_ohm: 0.0,
            column_ohm: 5.0,
        };
        // 4 x 2e5 x sin^2(pi / 50) = 3154 uS.
        assert!(holds((12, 20), ideal, -1576.0) && !holds((12, 20), ideal, -1578.0));
    }
}
