//! Filters first, then pairs of what is left. Pairs alone leave every output at least one row group, which bounds how far
//! a layer can shrink; with some outputs gone altogether it can shrink further.

use super::filters::Filters;
use crate::error::PruneError;
use crate::outcome::LayerOutcome;
use crate::select::pairs::Pairs;
use crate::select::{Decision, LayerContext, Method};
use crosscut_sim::map::LayerMap;

/// The method.
#[derive(Debug, Clone)]
pub struct Both {
    /// Share of filters that go, by L1 norm.
    pub filters: f64,
    /// What then chooses pairs.
    pub pairs: Pairs,
}

impl Method for Both {
    fn name(&self) -> String {
        format!(
            "{} after {:.0} % of filters",
            self.pairs.name,
            100.0 * self.filters
        )
    }

    fn decide(&self, context: &LayerContext<'_>, ratio: f64) -> Result<Decision, PruneError> {
        let first = Filters::l1().decide(context, self.filters)?;
        if !first.changes() {
            return Ok(first);
        }
        let thinned = LayerMap {
            row_groups: first.row_groups.clone(),
            ..context.layer.clone()
        };
        let left = LayerContext {
            layer: &thinned,
            ..*context
        };
        let then = self.pairs.decide(&left, ratio)?;
        if !then.changes() {
            return Ok(first);
        }
        Ok(Decision {
            silent: first.silent,
            outcome: LayerOutcome::Pruned,
            ..then
        })
    }
}
