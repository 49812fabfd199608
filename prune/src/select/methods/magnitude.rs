//! Single weights by magnitude (Han et al. 2015), one threshold per layer, without its retraining schedule.
//!
//! A (row group, output) pair becomes free only when all its weights are gone, so crossbars are hardly saved: this is
//! the baseline that shows why pruning must know the arrays.

use crate::error::PruneError;
use crate::outcome::LayerOutcome;
use crate::schedule::share;
use crate::select::{Decision, LayerContext, Method};
use crosscut_sim::map::{Indices, RowGroup};
use ndarray::Array2;

/// The method.
#[derive(Debug, Clone, Copy)]
pub struct Magnitude;

impl Method for Magnitude {
    fn name(&self) -> String {
        "magnitude".to_string()
    }

    fn frees_crossbars(&self) -> bool {
        false
    }

    fn decide(&self, context: &LayerContext<'_>, ratio: f64) -> Result<Decision, PruneError> {
        let w = &context.matrix.weights;
        let keep = share(w.len(), ratio).max(1);
        if keep == w.len() {
            return Ok(Decision::keep(
                context.layer,
                LayerOutcome::KeptRatioTooSmall,
            ));
        }
        let mut order: Vec<(f64, usize)> = w.iter().map(|w| w.abs()).zip(0..).collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut stays = Array2::from_elem(w.dim(), false);
        let columns = w.ncols();
        for &(_, at) in &order[..keep] {
            stays[[at / columns, at % columns]] = true;
        }
        let live = |g: &RowGroup| {
            let any = |q: &usize| g.rows.iter().any(|r| stays[[*q, context.matrix.column(r)]]);
            let outputs = g.outputs.iter().filter(any).map(|q| q as u32);
            RowGroup {
                outputs: Indices::list(outputs.collect()),
                ..g.clone()
            }
        };
        Ok(Decision {
            weights: Some(stays.clone()),
            ..Decision::prune(context.layer.row_groups.iter().map(live).collect())
        })
    }
}
