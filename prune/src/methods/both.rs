//! Filters first, then pairs of what is left. Pairs alone leave every output at least one row group, which bounds how far
//! a layer can shrink; with some outputs gone altogether it can shrink further.

use super::Filters;
use crate::error::PruneError;
use crate::pairs::Pairs;
use crate::provenance::Outcome;
use crate::site::{Method, Selection, Site};
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

    fn select(&self, site: &Site<'_>, ratio: f64) -> Result<Selection, PruneError> {
        let first = Filters::l1().select(site, self.filters)?;
        if !first.changes() {
            return Ok(first);
        }
        let thinned = LayerMap {
            row_groups: first.row_groups.clone(),
            ..site.layer.clone()
        };
        let left = Site {
            layer: &thinned,
            ..*site
        };
        let then = self.pairs.select(&left, ratio)?;
        if !then.changes() {
            return Ok(first);
        }
        Ok(Selection {
            silent: first.silent,
            outcome: Outcome::Pruned,
            ..then
        })
    }
}
