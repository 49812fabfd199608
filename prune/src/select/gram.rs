//! The Gram matrices of partial sums that mask solvers work on ([`crate::stats`] makes them).

use ndarray::{Array1, Array2, ArrayView2};

/// All that a mask's error depends on. With X the partial sums (one column per row group) and Y the complete sums
/// of a unit, over samples and outputs: `||Y - X m||^2 = yy - 2 m'xy + m'(xx)m`.
#[derive(Debug, Clone, PartialEq)]
pub struct Gram {
    /// X'X.
    pub xx: Array2<f64>,
    /// X'Y.
    pub xy: Array1<f64>,
    /// Y'Y.
    pub yy: f64,
}

impl Gram {
    /// Zeros, for `groups` row groups.
    pub fn zeros(groups: usize) -> Gram {
        Gram {
            xx: Array2::zeros((groups, groups)),
            xy: Array1::zeros(groups),
            yy: 0.0,
        }
    }

    /// Adds samples: X is samples x row groups, Y one value per sample.
    pub fn add(&mut self, x: ArrayView2<'_, f64>, y: ndarray::ArrayView1<'_, f64>) {
        self.xx += &x.t().dot(&x);
        self.xy += &x.t().dot(&y);
        self.yy += y.dot(&y);
    }

    /// Row groups.
    pub fn len(&self) -> usize {
        self.xy.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.xy.is_empty()
    }

    /// Squared error when the groups in `mask` stay.
    pub fn error(&self, mask: &[bool]) -> f64 {
        let kept: Vec<usize> = (0..self.len()).filter(|&i| mask[i]).collect();
        let linear: f64 = kept.iter().map(|&i| self.xy[i]).sum();
        let square: f64 = kept
            .iter()
            .map(|&i| kept.iter().map(|&j| self.xx[[i, j]]).sum::<f64>())
            .sum();
        self.yy - 2.0 * linear + square
    }
}
