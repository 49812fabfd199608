//! Surplus columns: a row group kept by a few outputs more than a multiple of kout needs one array more for those
//! few. Where they are at most half an array's worth they go, least error first. Not part of the published method.

use super::greedy::Elimination;
use crate::select::gram::Gram;
use crate::select::units::Unit;

/// Trims `masks` in place. Each step removes, of all pairs of row groups with surplus, the one whose loss adds least
/// error; of equals, that of the first output. The last row group of an output stays, so a surplus may remain.
/// `row_groups` is how many the layer has. For units of one output.
pub fn trim(
    grams: &[Gram],
    units: &[Unit],
    masks: &mut [Vec<bool>],
    kout: usize,
    row_groups: usize,
) {
    let mut surplus = kept(units, masks, row_groups);
    for n in &mut surplus {
        let beyond = *n % kout;
        *n = if beyond <= kout / 2 { beyond } else { 0 };
    }
    let mut states: Vec<Elimination<'_>> = grams
        .iter()
        .zip(masks.iter())
        .map(|(gram, mask)| Elimination::from(gram, mask))
        .collect();
    // The cheapest pair a unit may lose.
    let offer = |state: &Elimination<'_>, unit: &Unit, surplus: &[usize]| {
        (0..unit.groups.len())
            .filter(|&c| state.left() > 1 && state.mask[c] && surplus[unit.groups[c]] > 0)
            .map(|c| (state.cost(c), c))
            .min_by(|a, b| a.0.total_cmp(&b.0))
    };
    let mut offers: Vec<Option<(f64, usize)>> = states
        .iter()
        .zip(units)
        .map(|(state, unit)| offer(state, unit, &surplus))
        .collect();
    loop {
        let chosen = (0..offers.len())
            .filter_map(|u| offers[u].map(|(cost, c)| (cost, u, c)))
            .min_by(|a, b| a.0.total_cmp(&b.0));
        let Some((_, u, c)) = chosen else { break };
        let group = units[u].groups[c];
        states[u].remove(c);
        surplus[group] -= 1;
        let done = surplus[group] == 0;
        for v in 0..units.len() {
            let lost = done && offers[v].is_some_and(|(_, c)| units[v].groups[c] == group);
            if v == u || lost {
                offers[v] = offer(&states[v], &units[v], &surplus);
            }
        }
    }
    for (mask, state) in masks.iter_mut().zip(states) {
        *mask = state.mask;
    }
}

/// Outputs that keep each row group.
pub fn kept(units: &[Unit], masks: &[Vec<bool>], row_groups: usize) -> Vec<usize> {
    let mut n = vec![0; row_groups];
    for (unit, mask) in units.iter().zip(masks) {
        for (&i, _) in unit.groups.iter().zip(mask).filter(|(_, keep)| **keep) {
            n[i] += 1;
        }
    }
    n
}
