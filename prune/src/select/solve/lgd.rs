//! The published solver: L0-constrained gradient descent (LGD) with relaxed probabilistic projection (RPP).
//!
//! Liang, Deng et al. 2018, section IV. The paper gives neither the step nor the relaxation; here the step is
//! 1 / lambda_max(X'X) and the relaxation r0 is a parameter. As published, coefficients are real during the
//! iterations and only the pattern of the last iterate is used.

use super::solver::MaskSolver;
use crate::select::gram::Gram;
use crate::select::power::PowerIteration;
use crosscut_traces::random::{Draws, Key};
use ndarray::Array1;
use rand::RngExt;
use rand_distr::StandardNormal;
use serde::{Deserialize, Serialize};

/// The solver and its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lgd {
    /// r0: how many more than r candidates take part in the draw.
    pub relaxation: usize,
    /// Length of a gradient step; `None`: 1 / lambda_max(X'X) of each unit. A fixed length is erratic, since sums differ
    /// in size from layer to layer.
    pub eta: Option<f64>,
    /// Gradient steps.
    pub iterations: usize,
}

impl Default for Lgd {
    fn default() -> Self {
        Lgd {
            relaxation: 1,
            eta: None,
            iterations: 50,
        }
    }
}

/// How the largest eigenvalue is found.
const EIGENVALUE: PowerIteration = PowerIteration {
    steps: 100,
    tolerance: Some(1e-9),
};

/// What that estimate is raised by, being one from below.
const MARGIN: f64 = 1.01;

impl MaskSolver for Lgd {
    fn solve(&self, gram: &Gram, keep: usize, key: Key) -> Vec<bool> {
        let n = gram.len();
        if keep >= n {
            return vec![true; n];
        }
        let mut rng = key.rng();
        let start = Array1::from_shape_fn(n, |_| rng.sample::<f64, _>(StandardNormal));
        let (mut beta, mut mask) = project(&start, keep, self.relaxation, &mut rng);
        let scaled = || 1.0 / largest_eigenvalue(gram).max(f64::MIN_POSITIVE);
        let step = self.eta.unwrap_or_else(scaled);
        for _ in 0..self.iterations {
            let gradient = gram.xx.dot(&beta) - &gram.xy;
            let full = &beta - &(gradient * step);
            (beta, mask) = project(&full, keep, self.relaxation, &mut rng);
            // alpha = (Z'Z)^-1 Z'Y with Z = X beta.
            let zz = beta.dot(&gram.xx.dot(&beta));
            let alpha = beta.dot(&gram.xy) / zz;
            if alpha.is_finite() {
                beta *= alpha;
            }
        }
        mask
    }
}

/// RPP: of the r + r0 largest magnitudes, r are drawn with probability in proportion to their magnitude; they keep
/// their signed values. Returns the values and which were chosen (a chosen value may be zero: with fewer than r
/// non-zero candidates the largest of the rest, zeros included, complete the r, so that the draw ends).
fn project(beta: &Array1<f64>, r: usize, r0: usize, rng: &mut Draws) -> (Array1<f64>, Vec<bool>) {
    let n = beta.len();
    let magnitude = |i: usize| {
        if beta[i].is_finite() {
            beta[i].abs()
        } else {
            0.0
        }
    };
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| magnitude(b).total_cmp(&magnitude(a)).then(a.cmp(&b)));
    let mut a = vec![0.0; n];
    order[..(r + r0).min(n)]
        .iter()
        .for_each(|&i| a[i] = magnitude(i));
    let mut chosen = vec![false; n];
    let mut count = 0;
    while count < r {
        let sum: f64 = a.iter().sum();
        if sum <= 0.0 || !sum.is_finite() {
            break;
        }
        let p: Vec<f64> = a.iter().map(|x| x / sum).collect();
        for i in 0..n {
            if count < r && p[i] > rng.random::<f64>() {
                chosen[i] = true;
                a[i] = 0.0;
                count += 1;
            }
        }
    }
    for &i in &order {
        if count < r && !chosen[i] {
            chosen[i] = true;
            count += 1;
        }
    }
    let values = Array1::from_shape_fn(n, |i| if chosen[i] { beta[i] } else { 0.0 });
    (values, chosen)
}

/// Largest eigenvalue of X'X. An estimate from below of a few percent suffices for a step length, so it is raised a
/// little.
fn largest_eigenvalue(gram: &Gram) -> f64 {
    let mut rng = Key::new(0).named("eigenvalue").rng();
    let start = Array1::from_shape_fn(gram.len(), |_| {
        1.0 + 0.1 * rng.sample::<f64, _>(StandardNormal)
    });
    MARGIN * EIGENVALUE.run(start, |v| gram.xx.dot(v)).value
}
