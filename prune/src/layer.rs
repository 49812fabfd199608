//! One layer once it is settled what stays: weights without the rest, refit, error.

use crate::refit::{self, refit};
use crate::rewrite::{Choice, masked_elements};
use crate::site::{Selection, Site};
use ndarray::Array1;

/// A layer after its selection.
pub struct Fitted {
    /// Its row groups and weights.
    pub choice: Choice,
    /// Relative error with the original weights.
    pub residual_masked: f64,
    /// Relative error after the refit.
    pub residual_refitted: Option<f64>,
    /// Outputs whose refit was refused.
    pub refits_rejected: usize,
    /// How the refit was solved.
    pub method: Option<refit::Method>,
}

/// Weights of what stays; `ridge` of the refit, `None` to keep their values. A refit that does not lower the error on
/// samples it has not seen is refused, output by output.
pub fn fit(site: &Site<'_>, selection: &Selection, ridge: Option<f64>) -> Fitted {
    let Site { matrix, stats, .. } = *site;
    let elements = selection.elements.as_ref();
    let mut chosen = masked_elements(matrix, &selection.row_groups, elements);
    let norm = stats.norm();
    let relative = |e: &Array1<f64>| if norm > 0.0 { e.sum() / norm } else { 0.0 };
    let plain_error = stats.errors(&chosen, matrix);
    let mut residual_refitted = None;
    let mut refits_rejected = 0;
    let mut method = None;
    if let Some(ridge) = ridge {
        let new = refit(stats, matrix, &selection.row_groups, elements, ridge);
        let mut error = stats.errors(&new.matrix, matrix);
        for q in 0..error.len() {
            // Not `>=`: an error that is not a number must be refused too.
            let better = error[q] <= plain_error[q] && !new.unsolved.contains(&q);
            if better {
                chosen.weights.row_mut(q).assign(&new.matrix.weights.row(q));
                chosen.bias[q] = new.matrix.bias[q];
            } else {
                error[q] = plain_error[q];
                refits_rejected += 1;
            }
        }
        residual_refitted = Some(relative(&error));
        method = new.method;
    }
    selection.silent.iter().for_each(|&q| chosen.bias[q] = 0.0);
    Fitted {
        choice: Choice {
            row_groups: selection.row_groups.clone(),
            matrix: chosen,
        },
        residual_masked: relative(&plain_error),
        residual_refitted,
        refits_rejected,
        method,
    }
}
