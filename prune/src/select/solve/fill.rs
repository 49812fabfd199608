//! Free columns: a row group that n outputs keep occupies ceil(n / kout) arrays; the rest of the last array costs
//! nothing, so the removed pairs that lower the error most may come back into it.

use super::trim::kept;
use crate::select::gram::Gram;
use crate::select::units::Unit;

/// Fills `masks` in place. For units of one output.
pub fn fill(
    grams: &[Gram],
    units: &[Unit],
    masks: &mut [Vec<bool>],
    kout: usize,
    row_groups: usize,
) {
    let mut free = kept(units, masks, row_groups);
    for n in &mut free {
        *n = n.next_multiple_of(kout) - *n;
    }
    let mut offers: Vec<Option<(f64, usize)>> = (0..units.len())
        .map(|u| best(&grams[u], &units[u], &masks[u], &free))
        .collect();
    loop {
        let chosen = (0..offers.len())
            .filter_map(|u| offers[u].map(|(gain, c)| (gain, u, c)))
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        let Some((_, u, c)) = chosen else { return };
        let group = units[u].groups[c];
        masks[u][c] = true;
        free[group] -= 1;
        let full = free[group] == 0;
        for v in 0..units.len() {
            let lost = full && offers[v].is_some_and(|(_, c)| units[v].groups[c] == group);
            if v == u || lost {
                offers[v] = best(&grams[v], &units[v], &masks[v], &free);
            }
        }
    }
}

/// The removed group of a unit whose return lowers the error most, if any does and has a free column.
fn best(gram: &Gram, unit: &Unit, mask: &[bool], free: &[usize]) -> Option<(f64, usize)> {
    (0..mask.len())
        .filter(|&c| !mask[c] && free[unit.groups[c]] > 0)
        .map(|c| {
            let kept: f64 = (0..mask.len())
                .filter(|&j| mask[j])
                .map(|j| gram.xx[[c, j]])
                .sum();
            (2.0 * gram.xy[c] - 2.0 * kept - gram.xx[[c, c]], c)
        })
        .filter(|&(gain, _)| gain > 0.0)
        .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))
}
