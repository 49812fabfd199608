//! Conjugate gradients for all outputs of a channel group at once.
//!
//! Every iteration multiplies X'X with one direction per output. The product goes block by block of row groups, only
//! over the outputs that keep both, so its cost falls with the square of what is kept. The preconditioner solves
//! the diagonal blocks (row groups) exactly: rows that see the same feature map are the ones most alike. Products are in
//! single, scalars in double precision; each output stops by itself.

use super::blocks::{Block, Blocks, lambda};
use super::cholesky::Cholesky;
use crate::stats::{Form, Moments};
use ndarray::{Array1, Array2, Axis, Zip, s};
use rayon::prelude::*;

/// An output is done once its gradient, measured by the preconditioner, has shrunk to this.
pub const TOLERANCE: f64 = 1e-4;

/// Iterations at most.
const LIMIT: usize = 300;

/// Rows held densely per row group: rows x outputs of the group.
type Parts = Vec<Array2<f32>>;

/// New weights (outputs x rows) and the outputs that could not be solved.
pub fn solve(
    m: &Moments,
    w0: &Array2<f64>,
    blocks: &Blocks,
    ridge: f64,
) -> (Array2<f64>, Vec<usize>) {
    let system = System::new(m, blocks, ridge);
    let start = system.take(&w0.t().to_owned());
    let xy = system.take(&m.xy);
    let mut r = system.product(&start, false);
    for ((r, xy), i) in r.iter_mut().zip(&xy).zip(0..) {
        Zip::from(&mut *r).and(xy).for_each(|r, &xy| *r = xy - *r);
        system.mask(i, r);
    }
    let mut x: Parts = r.iter().map(|r| Array2::zeros(r.dim())).collect();
    let mut z = system.precondition(&r);
    let mut p = z.clone();
    let mut rz = system.dots(&r, &z);
    let goal = rz.mapv(|v| v * TOLERANCE * TOLERANCE);
    for _ in 0..LIMIT {
        let busy: Vec<bool> = rz
            .iter()
            .zip(&goal)
            .map(|(rz, goal)| *rz > *goal && rz.is_finite())
            .collect();
        if !busy.contains(&true) {
            break;
        }
        let ap = system.product(&p, true);
        let pap = system.dots(&p, &ap);
        let alpha = ratio(&rz, &pap, &busy);
        system.add(&mut x, &alpha, &p);
        system.add(&mut r, &(-&alpha), &ap);
        z = system.precondition(&r);
        let next = system.dots(&r, &z);
        let beta = ratio(&next, &rz, &busy);
        system.step(&mut p, &beta, &z);
        rz = Array1::from_shape_fn(rz.len(), |q| if busy[q] { next[q] } else { rz[q] });
    }
    let (mut weights, mut unsolved) = (w0.clone(), system.constant.clone());
    for (i, block) in blocks.groups.iter().enumerate() {
        for (c, &q) in block.outputs.iter().enumerate() {
            for (k, &row) in block.rows.iter().enumerate() {
                weights[[q, row]] += f64::from(x[i][[k, c]]);
            }
        }
    }
    let wrong = |q: &usize| !weights.row(*q).iter().all(|v| v.is_finite());
    unsolved.extend((0..blocks.per_group).filter(wrong));
    unsolved.sort_unstable();
    unsolved.dedup();
    (weights, unsolved)
}

fn ratio(a: &Array1<f64>, b: &Array1<f64>, busy: &[bool]) -> Array1<f64> {
    Array1::from_shape_fn(a.len(), |q| {
        if busy[q] && b[q] > 0.0 {
            a[q] / b[q]
        } else {
            0.0
        }
    })
}

/// X'X restricted to what is kept, plus the ridge.
struct System<'a> {
    blocks: &'a Blocks,
    operator: Operator,
    /// First row of each row group in the operator.
    starts: Vec<usize>,
    /// Ridge of every output.
    lambda: Array1<f64>,
    /// Outputs whose inputs never vary.
    constant: Vec<usize>,
    /// Inverse of the diagonal block of each row group; with single weights masked only its diagonal.
    inverse: Vec<Array2<f32>>,
}

/// Rows in the order of the row groups.
enum Operator {
    Gram(Array2<f32>),
    Samples(Array2<f32>),
}

impl<'a> System<'a> {
    fn new(m: &Moments, blocks: &'a Blocks, ridge: f64) -> System<'a> {
        let order: Vec<usize> = blocks.groups.iter().flat_map(|g| g.rows.clone()).collect();
        let mut starts = vec![0];
        for g in &blocks.groups {
            starts.push(starts[starts.len() - 1] + g.rows.len());
        }
        let diagonal = m.diagonal();
        let mut lambdas = Array1::zeros(blocks.per_group);
        let mut constant = Vec::new();
        for (q, rows) in blocks.rows_of_outputs().iter().enumerate() {
            match lambda(&diagonal, rows.iter().copied(), ridge) {
                Some(l) => lambdas[q] = l,
                None => constant.push(q),
            }
        }
        let operator = match &m.form {
            Form::Gram(g) => {
                let lines: Vec<Array1<f32>> = order
                    .par_iter()
                    .map(|&r| order.iter().map(|&c| g[[r, c]] as f32).collect())
                    .collect();
                let mut all = Array2::zeros((order.len(), order.len()));
                for (mut to, line) in all.rows_mut().into_iter().zip(&lines) {
                    to.assign(line);
                }
                Operator::Gram(all)
            }
            Form::Samples(x) => Operator::Samples(x.select(Axis(1), &order)),
        };
        let mean = lambdas.sum() / (blocks.per_group as f64).max(1.0);
        let inverse = blocks
            .groups
            .par_iter()
            .map(|g| {
                // Rows that never vary would have nothing on the diagonal.
                let least = mean.max(f64::MIN_POSITIVE);
                if blocks.weights.is_some() {
                    let d: Array1<f64> = g.rows.iter().map(|&r| diagonal[r] + least).collect();
                    return Array2::from_diag(&d.mapv(|d| (1.0 / d) as f32));
                }
                let mut block = m.gram(&g.rows, &g.rows);
                block.diag_mut().mapv_inplace(|d| d + least);
                let n = g.rows.len();
                let inverse = Cholesky::of(block).map(|c| c.solve(Array2::eye(n)));
                inverse.unwrap_or_else(|| Array2::eye(n)).mapv(|v| v as f32)
            })
            .collect();
        System {
            blocks,
            operator,
            starts,
            lambda: lambdas,
            constant,
            inverse,
        }
    }

    /// The kept part of a rows x outputs matrix.
    fn take(&self, all: &Array2<f64>) -> Parts {
        let part = |(i, g): (usize, &Block)| {
            let chosen = all
                .select(Axis(0), &g.rows)
                .select(Axis(1), &g.outputs)
                .mapv(|v| v as f32);
            let mut chosen = chosen;
            self.mask(i, &mut chosen);
            chosen
        };
        self.blocks.groups.iter().enumerate().map(part).collect()
    }

    /// Zeroes what single-weight masks remove.
    fn mask(&self, i: usize, part: &mut Array2<f32>) {
        let Some(kept) = &self.blocks.weights else {
            return;
        };
        let g = &self.blocks.groups[i];
        for (c, &q) in g.outputs.iter().enumerate() {
            for (k, &r) in g.rows.iter().enumerate() {
                if !kept[[q, r]] {
                    part[[k, c]] = 0.0;
                }
            }
        }
    }

    /// X'X d, and with `ridge` plus lambda d.
    fn product(&self, d: &Parts, ridge: bool) -> Parts {
        let n = self.blocks.groups.len();
        let whole = |i: usize| self.starts[i]..self.starts[i + 1];
        let z = match &self.operator {
            Operator::Gram(_) => None,
            Operator::Samples(x) => Some(self.forward(x, d)),
        };
        (0..n)
            .into_par_iter()
            .map(|i| {
                let own = &self.blocks.groups[i];
                let mut out = match (&self.operator, &z) {
                    (Operator::Samples(x), Some(z)) => {
                        let x = x.slice(s![.., whole(i)]);
                        x.t().dot(&z.select(Axis(1), &own.outputs))
                    }
                    (Operator::Gram(g), _) => {
                        let mut out = Array2::zeros(d[i].dim());
                        for (j, d) in d.iter().enumerate() {
                            let block = g.slice(s![whole(i), whole(j)]);
                            self.add_block(&mut out, block, i, d, j);
                        }
                        out
                    }
                    (Operator::Samples(_), None) => unreachable!("samples are multiplied first"),
                };
                if ridge {
                    for (c, &q) in own.outputs.iter().enumerate() {
                        let lambda = self.lambda[q] as f32;
                        out.column_mut(c).scaled_add(lambda, &d[i].column(c));
                    }
                }
                self.mask(i, &mut out);
                out
            })
            .collect()
    }

    /// Adds `block x d` for the outputs that keep both row groups.
    fn add_block(
        &self,
        out: &mut Array2<f32>,
        block: ndarray::ArrayView2<'_, f32>,
        i: usize,
        d: &Array2<f32>,
        j: usize,
    ) {
        let (own, other) = (
            &self.blocks.groups[i].outputs,
            &self.blocks.groups[j].outputs,
        );
        if own == other {
            ndarray::linalg::general_mat_mul(1.0, &block, d, 1.0, out);
            return;
        }
        let (mut to, mut from) = (Vec::new(), Vec::new());
        let mut c = 0;
        for (k, q) in own.iter().enumerate() {
            while c < other.len() && other[c] < *q {
                c += 1;
            }
            if c < other.len() && other[c] == *q {
                to.push(k);
                from.push(c);
            }
        }
        if to.is_empty() {
            return;
        }
        let product = block.dot(&d.select(Axis(1), &from));
        for (mut line, p) in out.rows_mut().into_iter().zip(product.rows()) {
            for (&k, &v) in to.iter().zip(p) {
                line[k] += v;
            }
        }
    }

    /// X d, samples x outputs.
    fn forward(&self, x: &Array2<f32>, d: &Parts) -> Array2<f32> {
        let parts: Vec<Array2<f32>> = (0..d.len())
            .into_par_iter()
            .map(|j| {
                x.slice(s![.., self.starts[j]..self.starts[j + 1]])
                    .dot(&d[j])
            })
            .collect();
        let mut z = Array2::zeros((x.nrows(), self.blocks.per_group));
        for (part, g) in parts.iter().zip(&self.blocks.groups) {
            for (c, &q) in g.outputs.iter().enumerate() {
                let mut to = z.column_mut(q);
                to += &part.column(c);
            }
        }
        z
    }

    fn precondition(&self, r: &Parts) -> Parts {
        let part = |i: usize| self.inverse[i].dot(&r[i]);
        (0..r.len()).into_par_iter().map(part).collect()
    }

    /// Scalar product of every output.
    fn dots(&self, a: &Parts, b: &Parts) -> Array1<f64> {
        let mut out = Array1::zeros(self.blocks.per_group);
        for ((a, b), g) in a.iter().zip(b).zip(&self.blocks.groups) {
            for (c, &q) in g.outputs.iter().enumerate() {
                let pairs = a.column(c).into_iter().zip(b.column(c));
                out[q] += pairs
                    .map(|(&a, &b)| f64::from(a) * f64::from(b))
                    .sum::<f64>();
            }
        }
        out
    }

    /// `to += factor x from`, a factor per output.
    fn add(&self, to: &mut Parts, factor: &Array1<f64>, from: &Parts) {
        for ((to, from), g) in to.iter_mut().zip(from).zip(&self.blocks.groups) {
            let f: Vec<f32> = g.outputs.iter().map(|&q| factor[q] as f32).collect();
            for (mut to, from) in to.rows_mut().into_iter().zip(from.rows()) {
                for ((t, &x), f) in to.iter_mut().zip(from).zip(&f) {
                    *t += f * x;
                }
            }
        }
    }

    /// `p = z + beta p`.
    fn step(&self, p: &mut Parts, beta: &Array1<f64>, z: &Parts) {
        for ((p, z), g) in p.iter_mut().zip(z).zip(&self.blocks.groups) {
            let b: Vec<f32> = g.outputs.iter().map(|&q| beta[q] as f32).collect();
            for (mut p, z) in p.rows_mut().into_iter().zip(z.rows()) {
                for ((p, &z), b) in p.iter_mut().zip(z).zip(&b) {
                    *p = z + b * *p;
                }
            }
        }
    }
}
