//! Whole filters: an output feature map goes, with its columns here and its rows in the layers that read it.
//!
//! By L1 norm (Li et al., ICLR 2017) or by scores from outside. Filters of a channel group are ranked among themselves.
//! A removed filter's bias goes too, so that its feature map is exactly zero; the refit of the layers downstream makes up
//! for the constant. Where a residual sum reads it, only its own columns become free.

use crate::error::PruneError;
use crate::outcome::LayerOutcome;
use crate::schedule::kept;
use crate::select::{Decision, LayerContext, Method};
use crosscut_sim::map::{Indices, RowGroup};
use crosscut_traces::LayerId;
use std::collections::BTreeMap;

/// Scores of whole filters by layer, the least important lowest.
pub type Scores = BTreeMap<LayerId, Vec<f64>>;

/// The method.
#[derive(Debug, Clone)]
pub struct Filters {
    name: &'static str,
    scores: Option<Scores>,
}

impl Filters {
    /// By L1 norm.
    pub fn l1() -> Filters {
        Filters {
            name: "filter-l1",
            scores: None,
        }
    }

    /// By given scores, the least going first; layers without scores go by norm.
    pub fn scored(name: &'static str, scores: Scores) -> Filters {
        Filters {
            name,
            scores: Some(scores),
        }
    }
}

impl Method for Filters {
    fn name(&self) -> String {
        self.name.to_string()
    }

    fn decide(&self, context: &LayerContext<'_>, ratio: f64) -> Result<Decision, PruneError> {
        let outputs = context.matrix.weights.nrows();
        let per_group = outputs / context.matrix.groups;
        let keep = kept(per_group, ratio);
        if keep == per_group {
            return Ok(Decision::keep(
                context.layer,
                LayerOutcome::KeptRatioTooSmall,
            ));
        }
        let norm = |q: usize| context.matrix.weights.row(q).iter().map(|w| w.abs()).sum();
        let given = self
            .scores
            .as_ref()
            .and_then(|s| s.get(&context.layer.layer));
        let score = |q: usize| given.map_or_else(|| norm(q), |s| s[q]);
        let mut stays = vec![false; outputs];
        for group in 0..context.matrix.groups {
            let own = group * per_group..(group + 1) * per_group;
            let mut order: Vec<(f64, usize)> = own.map(|q| (score(q), q)).collect();
            order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            order[..keep].iter().for_each(|&(_, q)| stays[q] = true);
        }
        let without = |g: &RowGroup| RowGroup {
            outputs: Indices::list(
                g.outputs
                    .iter()
                    .filter(|&q| stays[q])
                    .map(|q| q as u32)
                    .collect(),
            ),
            ..g.clone()
        };
        Ok(Decision {
            silent: (0..outputs).filter(|&q| !stays[q]).collect(),
            ..Decision::prune(context.layer.row_groups.iter().map(without).collect())
        })
    }
}
