//! Pairs at random: every output keeps r row groups, whichever. What a method must beat.

use crate::error::PruneError;
use crate::groups::{Grain, recombine, units};
use crate::provenance::Outcome;
use crate::schedule::kept;
use crate::site::{Method, Selection, Site};
use crosscut_traces::random::hash;

/// The method.
#[derive(Debug, Clone, Copy)]
pub struct Random;

impl Method for Random {
    fn name(&self) -> String {
        "random".to_string()
    }

    fn select(&self, site: &Site<'_>, ratio: f64) -> Result<Selection, PruneError> {
        let units = units(site.layer, site.arch, Grain::Column);
        if units
            .iter()
            .all(|u| kept(u.groups.len(), ratio) == u.groups.len())
        {
            return Ok(Selection::all(site.layer, Outcome::KeptRatioTooSmall));
        }
        let mask = |u: usize| {
            let n = units[u].groups.len();
            let key = hash(site.seed, u as u64);
            let mut order: Vec<usize> = (0..n).collect();
            order.sort_by_key(|&i| hash(key, i as u64));
            let mut mask = vec![false; n];
            order[..kept(n, ratio)].iter().for_each(|&i| mask[i] = true);
            mask
        };
        let masks: Vec<Vec<bool>> = (0..units.len()).map(mask).collect();
        Ok(Selection::of(recombine(site.layer, &units, &masks)))
    }
}
