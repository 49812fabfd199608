//! One layer once it is settled what stays: weights without the rest, refit, error.

use super::method::RefitMethod;
use super::solve::refit;
use crate::matrix::LayerMatrix;
use crate::select::{Decision, LayerContext};
use ndarray::Array1;

/// A layer after its decision.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// What stays.
    pub decision: Decision,
    /// Its weights and bias: zero for what does not stay.
    pub matrix: LayerMatrix,
    /// How well it still computes what it did.
    pub quality: FitQuality,
}

/// How well a pruned layer computes what the dense one did, on images that the refit has not seen.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct FitQuality {
    /// Sample rows that decision and refit rest on.
    pub samples: usize,
    /// Relative error with the original weights.
    pub residual_masked: f64,
    /// Relative error after the refit; `None` without refit.
    pub residual_refitted: Option<f64>,
    /// Outputs whose refit was refused.
    pub refits_rejected: usize,
    /// How the refit was solved.
    pub method: Option<RefitMethod>,
}

/// Weights of what stays; `ridge` of the refit, `None` to keep their values. A refit that does not lower the error on
/// samples it has not seen is refused, output by output.
pub fn fit(layer: &LayerContext<'_>, decision: Decision, ridge: Option<f64>) -> Fitted {
    let LayerContext {
        matrix, moments, ..
    } = *layer;
    let weights = decision.weights.as_ref();
    let mut chosen = matrix.masked(&decision.row_groups, weights);
    let norm = moments.norm();
    let relative = |e: &Array1<f64>| if norm > 0.0 { e.sum() / norm } else { 0.0 };
    let plain_error = moments.errors(&chosen, matrix);
    let mut quality = FitQuality {
        samples: moments.samples,
        residual_masked: relative(&plain_error),
        ..FitQuality::default()
    };
    if let Some(ridge) = ridge {
        let new = refit(moments, matrix, &decision.row_groups, weights, ridge);
        let mut error = moments.errors(&new.matrix, matrix);
        for q in 0..error.len() {
            // Not `>=`: an error that is not a number must be refused too.
            let better = error[q] <= plain_error[q] && !new.unsolved.contains(&q);
            if better {
                chosen.weights.row_mut(q).assign(&new.matrix.weights.row(q));
                chosen.bias[q] = new.matrix.bias[q];
            } else {
                error[q] = plain_error[q];
                quality.refits_rejected += 1;
            }
        }
        quality.residual_refitted = Some(relative(&error));
        quality.method = new.method;
    }
    decision.silent.iter().for_each(|&q| chosen.bias[q] = 0.0);
    Fitted {
        decision,
        matrix: chosen,
        quality,
    }
}
