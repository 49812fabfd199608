//! Pairs at random: every output keeps r row groups, whichever. What a method must beat.

use crate::error::PruneError;
use crate::outcome::LayerOutcome;
use crate::schedule::kept;
use crate::select::grain::Grain;
use crate::select::units::{recombine, units};
use crate::select::{Decision, LayerContext, Method};
use rand::seq::index;

/// The method.
#[derive(Debug, Clone, Copy)]
pub struct Random;

impl Method for Random {
    fn name(&self) -> String {
        "random".to_string()
    }

    fn decide(&self, context: &LayerContext<'_>, ratio: f64) -> Result<Decision, PruneError> {
        let units = units(context.layer, context.arch, Grain::Column, 1);
        if units
            .iter()
            .all(|u| kept(u.groups.len(), ratio) == u.groups.len())
        {
            return Ok(Decision::keep(
                context.layer,
                LayerOutcome::KeptRatioTooSmall,
            ));
        }
        let mask = |u: usize| {
            let n = units[u].groups.len();
            let mut rng = context.key.child(u as u64).rng();
            let mut mask = vec![false; n];
            let stays = index::sample(&mut rng, n, kept(n, ratio));
            stays.iter().for_each(|i| mask[i] = true);
            mask
        };
        let masks: Vec<Vec<bool>> = (0..units.len()).map(mask).collect();
        Ok(Decision::prune(recombine(context.layer, &units, &masks)))
    }
}
