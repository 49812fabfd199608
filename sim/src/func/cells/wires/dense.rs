//! Inverse of a symmetric positive definite matrix.

use ndarray::{Array2, ArrayView2, s};

/// Below this size the plain elimination is as fast as the products of the block method.
const PLAIN: usize = 24;

/// The inverse, by halves: with `S = D - C A^-1 B` the Schur complement of the upper left block, the inverse is
/// `[A^-1 + A^-1 B S^-1 C A^-1, -A^-1 B S^-1; -S^-1 C A^-1, S^-1]`. No pivots are needed, since every leading block and
/// every complement of a positive definite matrix is positive definite.
pub(super) fn inverse(m: ArrayView2<'_, f64>) -> Array2<f64> {
    let n = m.nrows();
    if n <= PLAIN {
        return plain(m);
    }
    let h = n / 2;
    let a = inverse(m.slice(s![..h, ..h]));
    let b = m.slice(s![..h, h..]);
    let ab = a.dot(&b);
    let complement = &m.slice(s![h.., h..]) - &b.t().dot(&ab);
    let d = inverse(complement.view());
    let abd = ab.dot(&d);
    let mut out = Array2::zeros((n, n));
    out.slice_mut(s![..h, ..h])
        .assign(&(&a + &abd.dot(&ab.t())));
    out.slice_mut(s![..h, h..]).assign(&-&abd);
    out.slice_mut(s![h.., ..h]).assign(&-&abd.t());
    out.slice_mut(s![h.., h..]).assign(&d);
    out
}

/// Gauss-Jordan elimination in place.
fn plain(m: ArrayView2<'_, f64>) -> Array2<f64> {
    let n = m.nrows();
    let mut a = m.to_owned();
    for k in 0..n {
        let pivot = 1.0 / a[[k, k]];
        a[[k, k]] = 1.0;
        a.row_mut(k).mapv_inplace(|v| v * pivot);
        let row = a.row(k).to_owned();
        for i in (0..n).filter(|&i| i != k) {
            let factor = std::mem::replace(&mut a[[i, k]], 0.0);
            a.row_mut(i).scaled_add(-factor, &row);
        }
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;
    use crosscut_traces::random::Key;
    use rand_distr::Open01;

    #[test]
    fn times_the_matrix_is_the_identity() {
        for n in [1, 2, PLAIN, PLAIN + 1, 67] {
            // Diagonally dominant, hence positive definite.
            let mut m = Array2::zeros((n, n));
            for i in 0..n {
                for j in 0..i {
                    let v = Key::new(7).draw::<f64, _>((i * n + j) as u64, Open01);
                    m[[i, j]] = v;
                    m[[j, i]] = v;
                }
                m[[i, i]] = n as f64 + 1.0;
            }
            let product = inverse(m.view()).dot(&m);
            let error = (&product - &Array2::<f64>::eye(n))
                .iter()
                .fold(0.0f64, |e, v| e.max(v.abs()));
            assert!(error < 1e-12, "n = {n}: {error}");
        }
    }
}
