//! One budget of pairs for a whole layer: backward elimination over all units at once.

use super::greedy::Elimination;
use crate::select::gram::Gram;

/// Masks that together keep `pairs` pairs, at least one per unit. `weights` says how many pairs (outputs) one row
/// group of each unit is. Each step removes the cheapest row group of the layer per pair; of equals, that of the
/// first unit. Stops before the budget would be undercut.
pub fn masks(grams: &[Gram], weights: &[usize], pairs: usize) -> Vec<Vec<bool>> {
    let mut states: Vec<Elimination<'_>> = grams.iter().map(Elimination::new).collect();
    let mut next: Vec<Option<(usize, f64)>> = states.iter().map(offer).collect();
    let mut kept: usize = grams.iter().zip(weights).map(|(g, w)| g.len() * w).sum();
    while kept > pairs {
        let best = (0..next.len())
            .filter(|&u| kept - pairs >= weights[u])
            .filter_map(|u| next[u].map(|(i, cost)| (cost / weights[u] as f64, u, i)))
            .min_by(|a, b| a.0.total_cmp(&b.0));
        let Some((_, unit, group)) = best else { break };
        states[unit].remove(group);
        kept -= weights[unit];
        next[unit] = offer(&states[unit]);
    }
    states.into_iter().map(|s| s.mask).collect()
}

fn offer(state: &Elimination<'_>) -> Option<(usize, f64)> {
    if state.left() > 1 {
        state.cheapest()
    } else {
        None
    }
}
