//! Cholesky factorisation in blocks, so that most of the work is matrix products.

use ndarray::linalg::general_mat_mul;
use ndarray::{Array2, ArrayViewMut2, s};

/// Rows factored at once.
const BLOCK: usize = 48;

/// Lower factor L of a symmetric positive definite matrix, `M = L L'`.
#[derive(Debug, Clone, PartialEq)]
pub struct Cholesky {
    factor: Array2<f64>,
}

impl Cholesky {
    /// Factors a matrix (its lower triangle is read); `None` if it is not positive definite.
    pub fn of(mut m: Array2<f64>) -> Option<Cholesky> {
        let n = m.nrows();
        for start in (0..n).step_by(BLOCK) {
            let end = (start + BLOCK).min(n);
            factor_block(m.slice_mut(s![start..end, start..end]))?;
            let (done, mut rest) = m.view_mut().split_at(ndarray::Axis(0), end);
            let diagonal = done.slice(s![start.., start..end]);
            // Panel below the block: each row times the inverse of the block's transpose.
            for mut row in rest.slice_mut(s![.., start..end]).rows_mut() {
                for j in 0..row.len() {
                    let mut sum = row[j];
                    for k in 0..j {
                        sum -= row[k] * diagonal[[j, k]];
                    }
                    row[j] = sum / diagonal[[j, j]];
                }
            }
            let panel = rest.slice(s![.., start..end]).to_owned();
            // Trailing update, lower block triangle only.
            for top in (0..panel.nrows()).step_by(2 * BLOCK) {
                let bottom = (top + 2 * BLOCK).min(panel.nrows());
                let mut part = rest.slice_mut(s![top..bottom, end..end + bottom]);
                let (a, b) = (
                    panel.slice(s![top..bottom, ..]),
                    panel.slice(s![..bottom, ..]),
                );
                general_mat_mul(-1.0, &a, &b.t(), 1.0, &mut part);
            }
        }
        Some(Cholesky { factor: m })
    }

    /// Solves `M X = B`, one column per right-hand side.
    pub fn solve(&self, mut b: Array2<f64>) -> Array2<f64> {
        let n = self.factor.nrows();
        for mut column in b.columns_mut() {
            for i in 0..n {
                let row = self.factor.slice(s![i, ..i]);
                let sum = column[i] - row.dot(&column.slice(s![..i]));
                column[i] = sum / self.factor[[i, i]];
            }
            for i in (0..n).rev() {
                column[i] /= self.factor[[i, i]];
                let (x, row) = (column[i], self.factor.slice(s![i, ..i]));
                column.slice_mut(s![..i]).scaled_add(-x, &row);
            }
        }
        b
    }
}

fn factor_block(mut m: ArrayViewMut2<'_, f64>) -> Option<()> {
    for j in 0..m.nrows() {
        for k in 0..j {
            let scale = m[[j, k]];
            for i in j..m.nrows() {
                m[[i, j]] -= m[[i, k]] * scale;
            }
        }
        let pivot = m[[j, j]];
        if pivot <= 0.0 || !pivot.is_finite() {
            return None;
        }
        let root = pivot.sqrt();
        for i in j..m.nrows() {
            m[[i, j]] /= root;
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crosscut_traces::random::Key;
    use ndarray::Array2;
    use rand_distr::StandardNormal;

    #[test]
    fn solves_systems_larger_and_smaller_than_a_block() {
        for n in [1, 5, BLOCK, BLOCK + 1, 3 * BLOCK + 7, 9 * BLOCK + 5] {
            let a = Array2::from_shape_fn((n + 3, n), |(i, j)| {
                Key::new(1).draw::<f64, _>((i * n + j) as u64, StandardNormal)
            });
            let m = a.t().dot(&a) + Array2::<f64>::eye(n);
            let x = Array2::from_shape_fn((n, 2), |(i, j)| (i + j) as f64);
            let b = m.dot(&x);
            let got = Cholesky::of(m).expect("positive definite").solve(b);
            let worst = (&got - &x).iter().fold(0.0f64, |w, d| w.max(d.abs()));
            assert!(worst < 1e-8 * n as f64, "n {n}: {worst}");
        }
    }

    #[test]
    fn refuses_indefinite_matrices() {
        assert!(Cholesky::of(ndarray::arr2(&[[1.0, 2.0], [2.0, 1.0]])).is_none());
    }
}
