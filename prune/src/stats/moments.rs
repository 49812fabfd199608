//! Second moments of one set of samples.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis, s};
use rayon::prelude::*;

/// Rows of a product computed at once; blocks do not depend on the number of threads.
pub(super) const BLOCK: usize = 96;

/// The inputs: their Gram matrix, or themselves where they are fewer than their rows.
#[derive(Debug, Clone, PartialEq)]
pub enum Form {
    /// X'X of centred inputs, rows x rows.
    Gram(Array2<f64>),
    /// Centred inputs, samples x rows.
    Samples(Array2<f32>),
}

/// Moments of inputs X (samples x rows of a channel group) and targets Y (samples x outputs of the group).
#[derive(Debug, Clone, PartialEq)]
pub struct Moments {
    /// Samples.
    pub samples: usize,
    /// Inputs, centred.
    pub form: Form,
    /// X'Y, both centred.
    pub xy: Array2<f64>,
    /// Mean input of each row.
    pub x_mean: Array1<f64>,
    /// Mean target of each output.
    pub y_mean: Array1<f64>,
    /// Squared deviation of each output's targets from their mean, summed.
    pub yy: Array1<f64>,
}

impl Moments {
    /// Rows.
    pub fn rows(&self) -> usize {
        self.xy.nrows()
    }

    /// Whether every sample was finite.
    pub fn is_finite(&self) -> bool {
        let mut all = self.x_mean.iter().chain(&self.y_mean).chain(&self.yy);
        all.all(|v| v.is_finite()) && self.xy.iter().all(|v| v.is_finite())
    }

    /// Squared deviation of each row, summed over samples: the diagonal of X'X.
    pub fn diagonal(&self) -> Array1<f64> {
        match &self.form {
            Form::Gram(g) => g.diag().to_owned(),
            Form::Samples(x) => x.mapv(|v| f64::from(v) * f64::from(v)).sum_axis(Axis(0)),
        }
    }

    /// Block of X'X.
    pub fn gram(&self, rows: &[usize], columns: &[usize]) -> Array2<f64> {
        match &self.form {
            Form::Gram(g) => g.select(Axis(0), rows).select(Axis(1), columns),
            Form::Samples(x) => {
                let (a, b) = (x.select(Axis(1), rows), x.select(Axis(1), columns));
                a.t().dot(&b).mapv(f64::from)
            }
        }
    }

    /// Sum of the squared targets.
    pub fn square_of_targets(&self) -> f64 {
        let mean = self.y_mean.dot(&self.y_mean) * self.samples as f64;
        self.yy.sum() + mean
    }

    /// `w_q' X'X w_q` of every output; weights are outputs x rows.
    pub fn quadratic(&self, w: ArrayView2<'_, f64>) -> Array1<f64> {
        match &self.form {
            Form::Gram(g) => {
                let blocks: Vec<Array1<f64>> = (0..self.rows().div_ceil(BLOCK))
                    .into_par_iter()
                    .map(|b| {
                        let rows = b * BLOCK..((b + 1) * BLOCK).min(self.rows());
                        let product = g.slice(s![rows.clone(), ..]).dot(&w.t());
                        let own = w.slice(s![.., rows]);
                        (&product * &own.t()).sum_axis(Axis(0))
                    })
                    .collect();
                let mut sum = Array1::zeros(w.nrows());
                blocks.iter().for_each(|b| sum += b);
                sum
            }
            Form::Samples(x) => {
                let z = x.dot(&w.mapv(|v| v as f32).t());
                z.mapv(|v| f64::from(v) * f64::from(v)).sum_axis(Axis(0))
            }
        }
    }

    /// `||Y_q - X w_q - shift_q||^2` of every output, with X and Y as they were before centring.
    pub fn errors(&self, w: ArrayView2<'_, f64>, shift: ArrayView1<'_, f64>) -> Array1<f64> {
        let square = self.quadratic(w);
        let mut out = Array1::zeros(w.nrows());
        for q in 0..w.nrows() {
            let linear = w.row(q).dot(&self.xy.column(q));
            let constant = self.y_mean[q] - w.row(q).dot(&self.x_mean) - shift[q];
            let varying = (self.yy[q] - 2.0 * linear + square[q]).max(0.0);
            out[q] = varying + self.samples as f64 * constant * constant;
        }
        out
    }
}
